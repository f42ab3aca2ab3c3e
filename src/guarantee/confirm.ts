import { accessVector, defaultSetting, settingFrom } from '../query/index.ts';
import type { Grant, Subject } from './subject.ts';

/**
 * Whether the access vector of a grant's pairs has one of its permissions under one setting: another index, another way through
 * the attributes than the one that found the grant. What typebounds takes away counts as granted.
 */
export function confirmed(
  { db, domain }: Subject,
  { targets, tclass, permissions }: Grant,
  on: Uint8Array,
): boolean {
  const setting = on === db.booleans.defaults ? defaultSetting(db) : settingFrom(db, on);
  return targets.some((target) => {
    const { allowed, bounded } = accessVector(db, domain, target, tclass, setting);
    return ((allowed | bounded) & permissions) !== 0;
  });
}
