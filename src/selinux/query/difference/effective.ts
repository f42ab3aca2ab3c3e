import {
  attributesOf,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  type TypeId,
} from '../../policydb/index.ts';
import { visitRules } from '../decision/access-vector.ts';
import { QueryError } from '../query-error.ts';
import type { BooleanValues } from '../rules/conditional.ts';
import { type Rule, ruleOf } from '../rules/rule.ts';
import { visitAccessDifferences, visitMembers } from './access.ts';
import { permissionNamer } from './rules.ts';
import { settingsComparison } from './settings-comparison.ts';
import { conditionOf, maskOf, type PolicyPair, type Side, sideOf } from './side.ts';
import { type TupleEntry, TupleTable } from './tuple-table.ts';

/** What a source type can do on a target type in one policy and not in the other, attributes expanded. */
export interface AccessChange {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  /** What the right policy grants under some setting of the booleans under which the left one does not. */
  readonly gained: readonly Grant[];
  /** The same the other way. */
  readonly lost: readonly Grant[];
}

/** Permissions that are granted in one policy and not in the other. */
export interface Grant {
  readonly permissions: readonly string[];
  /** The conditions of the rules that grant it; empty if one of them always applies. */
  readonly conditions: readonly string[];
  /** One setting that makes the difference; undefined if every setting does. */
  readonly under: BooleanValues | undefined;
  /** False where the conditions have too many booleans to try all settings: then it may be that no setting makes a difference. */
  readonly certain: boolean;
}

/**
 * Every source type, target type and class whose granted permissions differ between two policies under some setting of the
 * booleans, by `allow` rules. Extended permissions, typebounds, constraints, roles and levels are not asked here: see questions.ts.
 * `domain` restricts it to one source; throws QueryError if neither policy has it.
 */
export function effectiveDifference(pair: PolicyPair, domain?: string): readonly AccessChange[] {
  const only = domain === undefined ? undefined : sharedType(pair, domain);
  const changes: AccessChange[] = [];
  const changeOf = changeMaker(pair);
  visitAccessDifferences(
    pair,
    RuleKind.allow,
    (source, target, tclass, entries) => {
      const change = changeOf(source, target, tclass, entries);
      if (change !== undefined) changes.push(change);
    },
    only === undefined ? undefined : (source) => source === only,
  );
  return changes.sort(byNames);
}

/**
 * The same for one domain of each policy, which may have different names: what the domain is granted on itself is compared as such.
 * Throws QueryError if its policy does not have a domain.
 */
export function domainDifference(
  pair: PolicyPair,
  leftDomain: string,
  rightDomain: string,
): readonly AccessChange[] {
  const left = sharedType(pair, leftDomain, 'left');
  const right = sharedType(pair, rightDomain, 'right');
  const width = pair.names.types.names.length + 1;
  const table = new TupleTable(width * pair.names.classes.names.length);
  const self = left === right ? NONE : pair.names.types.names.length;
  fillDomain(sideOf(pair, false), left, self, table);
  fillDomain(sideOf(pair, true), right, self, table);
  const changes: AccessChange[] = [];
  const changeOf = changeMaker(pair);
  table.forEachDifferent((group, entries) => {
    const change = changeOf(left, group % width, Math.floor(group / width), entries);
    if (change !== undefined) changes.push(change);
  });
  return changes.sort(byNames);
}

/** Adds what a domain is granted; what it is granted on itself goes under the number `self`, unless that is NONE. */
function fillDomain(side: Side, domain: number, self: number, table: TupleTable): void {
  const { db, types, right } = side;
  const id = side.ids[domain]! as TypeId;
  const width = side.ids.length + 1;
  for (const attribute of attributesOf(db.types, id)) {
    for (const rule of rowsOf(side.bySource, attribute)) {
      if (db.rules.kind[rule] !== RuleKind.allow) continue;
      const group = side.classes[db.rules.tclass[rule]!]! * width;
      const condition = conditionOf(side, rule);
      const mask = maskOf(side, rule);
      visitMembers(db, db.rules.target[rule]!, (member) => {
        const target = member === id && self !== NONE ? self : types[member]!;
        table.add(group + target, condition, mask, right);
      });
    }
  }
}

/** The rules of a policy that grant permissions of a change. */
export function grantingRules(
  db: PolicyDb,
  { source, target, tclass }: Pick<AccessChange, 'source' | 'target' | 'tclass'>,
  permissions: readonly string[],
): readonly Rule[] {
  const ids = [db.types.ids.get(source), db.types.ids.get(target), db.classes.ids.get(tclass)];
  const [sourceId, targetId] = ids as [TypeId | undefined, TypeId | undefined];
  const classId = db.classes.ids.get(tclass);
  if (sourceId === undefined || targetId === undefined || classId === undefined) return [];
  let mask = 0;
  for (const name of permissions) {
    const bit = db.classes.permissionBits[classId]!.get(name);
    if (bit !== undefined) mask |= 1 << bit;
  }
  const rules: RuleId[] = [];
  visitRules(
    db,
    {
      kind: RuleKind.allow,
      source: sourceId,
      target: targetId,
      tclass: classId,
      permissions: mask >>> 0,
    },
    (rule) => void rules.push(rule),
  );
  return rules.sort((a, b) => a - b).map((rule) => ruleOf(db, rule));
}

/** A type's shared number. Throws QueryError if no policy, or not the one asked for, has a type of that name. */
function sharedType(pair: PolicyPair, name: string, policy?: 'left' | 'right'): number {
  const has = (side: Side): number => {
    const id = side.db.types.ids.get(name);
    return id === undefined || side.db.types.attributes.has(id) ? NONE : side.types[id]!;
  };
  const found = { left: has(sideOf(pair, false)), right: has(sideOf(pair, true)) };
  const number = policy === undefined ? Math.max(found.left, found.right) : found[policy];
  if (number === NONE) {
    const where =
      policy === undefined ? 'neither policy has' : `the ${policy} policy does not have`;
    throw new QueryError(`${where} the type \`${name}\``);
  }
  return number;
}

type ChangeOf = (
  source: number,
  target: number,
  tclass: number,
  entries: readonly TupleEntry[],
) => AccessChange | undefined;

function changeMaker(pair: PolicyPair): ChangeOf {
  const { types, classes, conditions } = pair.names;
  const namer = permissionNamer(pair);
  const compareSettings = settingsComparison(pair);
  const grants = (
    tclass: number,
    entries: readonly TupleEntry[],
    more: 'left' | 'right',
    less: 'left' | 'right',
  ): Grant[] => {
    let open = 0;
    for (const entry of entries) open |= entry[more];
    for (const entry of entries) if (entry.condition === 0) open &= ~entry[less];
    // Permissions with the same conditions on both sides are one grant.
    const groups = new Map<string, { mask: number; more: number[]; less: number[] }>();
    for (let rest = open; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const of = (side: 'left' | 'right'): number[] =>
        entries.filter((entry) => (entry[side] & bit) !== 0).map(({ condition }) => condition);
      const [has, lacks] = [of(more), of(less)];
      const key = `${has} ${lacks}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { mask: bit, more: has, less: lacks });
      else known.mask |= bit;
    }
    return [...groups.values()].flatMap((group) => {
      const result = compareSettings(group.more, group.less, more);
      if (result === undefined) return [];
      return {
        permissions: namer(tclass, group.mask),
        conditions: group.more.includes(0)
          ? []
          : group.more.map((condition) => {
              const { expression, branch } = conditions.when[condition]!;
              return branch ? expression : `! ( ${expression} )`;
            }),
        ...result,
      };
    });
  };
  return (source, target, tclass, entries) => {
    const gained = grants(tclass, entries, 'right', 'left');
    const lost = grants(tclass, entries, 'left', 'right');
    if (gained.length + lost.length === 0) return undefined;
    return {
      source: types.names[source]!,
      target: types.names[target] ?? 'self',
      tclass: classes.names[tclass]!,
      gained,
      lost,
    };
  };
}

function byNames(a: AccessChange, b: AccessChange): number {
  return order(a.source, b.source) || order(a.target, b.target) || order(a.tclass, b.tclass);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
