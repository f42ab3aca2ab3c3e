import { accessVector, settingFrom } from '../query/index.ts';
import type { Grant, Subject } from './subject.ts';

export type Confirmation = 'granted' | 'bounded' | 'denied';

/**
 * Asks the access vector of each of a grant's pairs, under one setting: another index, another way through the attributes than the
 * one that found the grant. `bounded`: the rules grant it and typebounds takes it away, on every target.
 */
export function confirm(
  { db, domain }: Subject,
  { targets, tclass, permissions }: Grant,
  on: Uint8Array,
): Confirmation {
  const setting = settingFrom(db, on);
  let bounded = false;
  for (const target of targets) {
    const vector = accessVector(db, domain, target, tclass, setting);
    if ((vector.allowed & permissions) !== 0) return 'granted';
    if ((vector.bounded & permissions) !== 0) bounded = true;
  }
  return bounded ? 'bounded' : 'denied';
}
