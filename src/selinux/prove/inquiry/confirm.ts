import {
  type ClassId,
  RuleKind,
  type TypeId,
  type XpermId,
  XpermKind,
} from '../../policydb/index.ts';
import {
  accessVector,
  type BooleanSetting,
  defaultSetting,
  ruleEnabled,
  settingFrom,
  visitRules,
  xpermRanges,
} from '../../query/index.ts';
import type { Filter } from '../kernel/filter.ts';
import type { Grant, Subject } from './subject.ts';

/**
 * Whether the access vector of a grant's pairs has one of its permissions under one setting: another index, another way through
 * the attributes than the one that found the grant. With a filter
 * also whether what it is about is let through.
 */
export function confirmed(
  { db, sources }: Subject,
  { targets, tclass, permissions }: Grant,
  on: Uint8Array,
  filter?: Filter,
): boolean {
  const setting = on === db.booleans.defaults ? defaultSetting(db) : settingFrom(db, on);
  return targets.some((target) =>
    sources.some((domain) => {
      const { allowed } = accessVector(db, domain, target, tclass, setting);
      if ((allowed & permissions) === 0) return false;
      return filter === undefined || lets({ db, domain }, target, tclass, filter, setting);
    }),
  );
}

/** Whether the `allowxperm` rules on a pair, if it has any, let an ioctl command or a message through. */
function lets(
  { db, domain }: Pick<Subject, 'db' | 'domain'>,
  target: TypeId,
  tclass: ClassId,
  filter: Filter,
  setting: BooleanSetting,
): boolean {
  const ranges: (readonly [number, number])[] = [];
  let held = false;
  visitRules(db, { kind: RuleKind.allowxperm, source: domain, target, tclass }, (rule) => {
    const row = db.rules.data[rule]! as XpermId;
    const nlmsg = db.xperms.kind[row] === XpermKind.nlmsg;
    if (nlmsg !== (filter.permission === 'nlmsg') || !ruleEnabled(db, rule, setting)) return;
    held = true;
    ranges.push(...xpermRanges(db, row));
  });
  return !held || filter.lets(ranges);
}
