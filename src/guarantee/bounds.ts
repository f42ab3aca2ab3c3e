import { attributesOf, type BooleanId, NONE, rowsOf, rulesBySource } from '../policydb/index.ts';
import { accessVector, defaultSetting, settingFrom } from '../query/index.ts';
import { appliesUnder, booleansOfRule } from './settings.ts';
import type { Grant, Subject } from './subject.ts';

/** Whether the domain has a parent (typebounds): the kernel takes away whatever the parent lacks (type_attribute_bounds_av). */
export function isBounded({ db, domain }: Subject): boolean {
  return db.types.bounds[domain] !== NONE;
}

/** Whether a grant's rule applies under a setting, and within the bounds of the domain's parent. */
export function isInForce(subject: Subject, grant: Grant, on: Uint8Array): boolean {
  const { db, domain } = subject;
  if (!appliesUnder(db, grant.rule, on)) return false;
  if (!isBounded(subject)) return true;
  const setting = on === db.booleans.defaults ? defaultSetting(db) : settingFrom(db, on);
  return grant.targets.some((target) => {
    const { allowed } = accessVector(db, domain, target, grant.tclass, setting);
    return (allowed & grant.permissions) !== 0;
  });
}

/** The booleans that decide about what the domain's parents have. */
export function booleansOfBounds({ db, domain }: Subject): ReadonlySet<BooleanId> {
  const booleans = new Set<BooleanId>();
  for (let parent = db.types.bounds[domain]!; parent !== NONE; parent = db.types.bounds[parent]!) {
    for (const source of attributesOf(db.types, parent)) {
      for (const rule of rowsOf(rulesBySource(db), source)) {
        for (const boolean of booleansOfRule(db, rule)) booleans.add(boolean);
      }
    }
  }
  return booleans;
}
