import {
  attributesOf,
  type RuleId,
  RuleKind,
  type XpermId,
  XpermKind,
} from '../../policydb/index.ts';
import { xpermRanges } from '../../query/index.ts';
import type { CommandRules, Filter, Filtered } from './filter.ts';

/**
 * The rules on commands that decide whether the domain sends messages of netlink that change something. The grant must be of one target
 * alone. Where no rule applies every message is let through.
 */
export function messageFilter(
  { db, extended }: CommandRules,
  { targets, tclass }: Filtered,
): Filter {
  const name = db.classes.names[tclass]!;
  const names = new Set<number>(attributesOf(db.types, targets[0]!));
  const rules = (extended.get(tclass) ?? []).filter(
    (rule) =>
      names.has(db.rules.target[rule]!) && db.xperms.kind[db.rules.data[rule]!] === XpermKind.nlmsg,
  );
  const changing = (rule: RuleId): boolean =>
    db.rules.kind[rule] === RuleKind.allowxperm &&
    xpermRanges(db, db.rules.data[rule]! as XpermId).some((range) => changes(name, range));
  return {
    permission: 'nlmsg',
    lets: (ranges) => ranges.some((range) => changes(name, range)),
    rules,
    admitting: rules.filter(changing),
  };
}

/** Whether some type of message in a range does more than read. Of a class that is not listed every type counts. */
function changes(tclass: string, [low, high]: readonly [number, number]): boolean {
  for (let type = low; type <= high; type++) if (!READS[tclass]?.(type)) return true;
  return false;
}

/**
 * Types of messages that only read (security/selinux/nlmsgtab.c: NLMSG_READ and NLMSG_READPRIV). Those of routes come in fours: new,
 * delete, get, set (linux/rtnetlink.h, from RTM_BASE on).
 */
const READS: Readonly<Record<string, (type: number) => boolean>> = {
  netlink_route_socket: (type) => type >= 16 && type % 4 === 2,
  netlink_tcpdiag_socket: (type) => [18, 19, 20].includes(type),
  netlink_xfrm_socket: (type) => [18, 21, 31, 35, 37, 40].includes(type),
  netlink_audit_socket: (type) => [1000, 1002, 1010, 1013, 1016, 1019].includes(type),
};
