import {
  type CompiledProfile,
  classStart,
  granted,
  NO_STATE,
  nextState,
  permissionsOf,
} from '../compiled/index.ts';
import { CAPABILITIES, CLASSES } from './names.ts';

/** The capabilities that a profile grants, by name, in the kernel's order; `capability 63` for one that has no name here. */
export function capabilitiesOf(profile: CompiledProfile): readonly string[] {
  return Array.from({ length: 64 }, (_, number) => number)
    .filter((number) => grantsCapability(profile, number))
    .map((number) => CAPABILITIES[number] ?? `capability ${number}`);
}

/** Where a profile is compiled with a class for capabilities, that class has them and the words stand for kernels without it; both count. */
export function grantsCapability(profile: CompiledProfile, number: number): boolean {
  const inWords = ((profile.capabilities.allow >> BigInt(number)) & 1n) === 1n;
  const start = classStart(profile.classes, CLASSES.capability);
  if (inWords || start === NO_STATE) return inWords;
  const state = nextState(profile.classes!.dfa, start, number >>> 5);
  return ((granted(permissionsOf(profile.classes!, state).owner) >>> (number & 31)) & 1) === 1;
}
