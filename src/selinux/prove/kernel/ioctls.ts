import {
  attributesOf,
  type PolicyDb,
  type RuleId,
  RuleKind,
  XpermKind,
} from '../../policydb/index.ts';
import type { CommandRules, Filter, Filtered } from './filter.ts';

/**
 * The rules on commands that decide about one ioctl command on a grant's target. Rules count per pair of types: the grant must be of
 * one target alone. Where none applies the kernel lets every command through.
 */
export function ioctlFilter(
  { db, extended }: CommandRules,
  { targets, tclass }: Filtered,
  command: number,
): Filter {
  const target = targets[0]!;
  const names = new Set<number>(attributesOf(db.types, target));
  const rules = (extended.get(tclass) ?? []).filter(
    (rule) =>
      names.has(db.rules.target[rule]!) && db.xperms.kind[db.rules.data[rule]!] !== XpermKind.nlmsg,
  );
  return {
    permission: 'ioctl',
    lets: (ranges) => ranges.some(([low, high]) => low <= command && command <= high),
    rules,
    admitting: rules.filter((rule) => admits(db, rule, command)),
  };
}

function admits(db: PolicyDb, rule: RuleId, command: number): boolean {
  if (db.rules.kind[rule] !== RuleKind.allowxperm) return false;
  const row = db.rules.data[rule]!;
  const { kind, driver, bits } = db.xperms;
  const has = (bit: number): boolean => ((bits[row * 8 + (bit >> 5)]! >>> (bit & 31)) & 1) === 1;
  return kind[row] === XpermKind.ioctlDriver
    ? has(command >> 8)
    : driver[row] === command >> 8 && has(command & 255);
}
