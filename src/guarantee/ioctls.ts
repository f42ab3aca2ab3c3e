import { attributesOf, type RuleId, XpermKind } from '../policydb/index.ts';
import type { Filter } from './inquiry.ts';
import type { Grant, Subject } from './subject.ts';

/**
 * The `allowxperm` rules that decide about one ioctl command on a grant's target. Rules count per pair of types: the grant must be of
 * one target alone. Where none applies the kernel lets every command through.
 */
export function ioctlFilter(subject: Subject, { targets, tclass }: Grant, command: number): Filter {
  const { db } = subject;
  const target = targets[0]!;
  const names = new Set<number>(attributesOf(db.types, target));
  const rules = (subject.extended.get(tclass) ?? []).filter(
    (rule) =>
      names.has(db.rules.target[rule]!) && db.xperms.kind[db.rules.data[rule]!] !== XpermKind.nlmsg,
  );
  return {
    permission: 'ioctl',
    lets: (ranges) => ranges.some(([low, high]) => low <= command && command <= high),
    rules,
    admitting: rules.filter((rule) => admits(subject, rule, command)),
  };
}

function admits({ db }: Subject, rule: RuleId, command: number): boolean {
  const row = db.rules.data[rule]!;
  const { kind, driver, bits } = db.xperms;
  const has = (bit: number): boolean => ((bits[row * 8 + (bit >> 5)]! >>> (bit & 31)) & 1) === 1;
  return kind[row] === XpermKind.ioctlDriver
    ? has(command >> 8)
    : driver[row] === command >> 8 && has(command & 255);
}
