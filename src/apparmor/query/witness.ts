import { type Language, shortestCommon, withinNames } from '../../patterns/index.ts';
import { type ByOwner, type CompiledProfile, granted, permissionsOf } from '../compiled/index.ts';
import { machineOf } from './machine.ts';
import { fileRules } from './path.ts';

/** A path for which something holds, and for whom: the owner of the file only, or everybody. */
export interface PathWitness {
  readonly path: string;
  readonly who: 'owner' | 'everybody' | 'all but the owner';
}

/** Which permissions of an owner or of others are looked for. */
export type Wanted = (granted: number, xindex: number) => boolean;

/**
 * A shortest path of a language that a profile grants what is wanted, to the owner or to others; undefined if there is none, `too-large` where that
 * cannot be said. Without a language: among all names of files.
 */
export function pathWitness(
  profile: CompiledProfile,
  wanted: Wanted,
  language: Language = {},
): PathWitness | 'too-large' | undefined {
  const found = fileRules(profile);
  if (found === undefined) return undefined;
  const { rules, start } = found;
  const holds = (state: number): boolean =>
    whoOf(permissionsOf(rules, state), wanted) !== undefined;
  const machine = withinNames(machineOf(rules, start, holds));
  const bytes = shortestCommon(language, machine);
  if (bytes === undefined || bytes === 'too-large') return bytes;
  return { path: textOf(bytes), who: whoAt(profile, bytes, wanted) };
}

function whoAt(profile: CompiledProfile, bytes: Uint8Array, wanted: Wanted): PathWitness['who'] {
  const { rules, start } = fileRules(profile)!;
  // Walked again, byte by byte: what is shown is what the rules say of this very path.
  const machine = machineOf(rules, start, () => false);
  let state = start;
  for (const byte of bytes) state = machine.next(state, byte);
  const who = whoOf(permissionsOf(rules, state), wanted);
  if (who === undefined) throw new Error(`the witness \`${textOf(bytes)}\` is none`);
  return who;
}

function whoOf({ owner, other }: ByOwner, wanted: Wanted): PathWitness['who'] | undefined {
  const ofOwner = wanted(granted(owner), owner.xindex);
  const ofOther = other === owner ? ofOwner : wanted(granted(other), other.xindex);
  return ofOwner && ofOther
    ? 'everybody'
    : ofOwner
      ? 'owner'
      : ofOther
        ? 'all but the owner'
        : undefined;
}

/** Bytes that are no UTF-8 stay distinguishable as Latin-1. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
