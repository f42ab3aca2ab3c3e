import {
  type BooleanId,
  membersOf,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
} from '../../policydb/index.ts';
import { suggestion } from '../../words/index.ts';
import { QueryError } from '../query-error.ts';
import {
  type BooleanSetting,
  booleanSetting,
  booleansOf,
  ruleEnabled,
} from '../rules/conditional.ts';
import { type Rule, ruleOf } from '../rules/rule.ts';
import { accessVector } from './access-vector.ts';

/** What one boolean decides, the others as the policy has them. */
export interface BooleanEffect {
  readonly boolean: string;
  /** Its value in the policy. */
  readonly isOn: boolean;
  readonly on: Opened;
  readonly off: Opened;
  /** Booleans that stand in an expression with it: with others of their values it may decide more. */
  readonly together: readonly string[];
}

/** What is granted with one value of the boolean and not with the other. */
export interface Opened {
  /** Pairs of a source and a target type, a class and a permission. */
  readonly accesses: number;
  /** By source, target (of many: how many), class: sorted. */
  readonly grants: readonly OpenedGrant[];
  /** Rules that are in force then and not otherwise, of every kind. */
  readonly rules: readonly Rule[];
}

export interface OpenedGrant {
  /** A type or an attribute, as in the rule. */
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  /** Those that are new on at least one pair of types. Sorted. */
  readonly permissions: readonly string[];
  /** How many pairs of types gain one of them. */
  readonly pairs: number;
}

/**
 * What turning a boolean on or off opens, in accesses: what rules outside its conditionals grant all the same is left out, typebounds are
 * looked through. Constraints, roles and rules on commands are not asked here. Throws QueryError for a boolean that the policy lacks.
 */
export function booleanEffect(db: PolicyDb, name: string): BooleanEffect {
  const id = db.booleans.ids.get(name);
  if (id === undefined) {
    throw new QueryError(
      `the policy has no boolean \`${name}\``,
      suggestion(name, db.booleans.names) ?? 'confine query booleans lists them',
    );
  }
  const on = booleanSetting(db, { [name]: true });
  const off = booleanSetting(db, { [name]: false });
  return {
    boolean: name,
    isOn: db.booleans.defaults[id] === 1,
    on: opened(db, on, off),
    off: opened(db, off, on),
    together: companions(db, id),
  };
}

function opened(db: PolicyDb, then: BooleanSetting, otherwise: BooleanSetting): Opened {
  const rules: RuleId[] = [];
  for (let row = 0; row < db.rules.count; row++) {
    const rule = row as RuleId;
    if (db.rules.conditional[rule] === NONE) continue;
    if (ruleEnabled(db, rule, then) && !ruleEnabled(db, rule, otherwise)) rules.push(rule);
  }
  // Two rules may open the same: it is counted once.
  const counted = new Set<string>();
  const grants = rules
    .filter((rule) => db.rules.kind[rule] === RuleKind.allow)
    .flatMap((rule) => grantOf(db, rule, then, otherwise, counted));
  return {
    accesses: grants.reduce((sum, { accesses }) => sum + accesses, 0),
    grants: grants.map(({ accesses: _, ...grant }) => grant).sort(byNames),
    rules: rules.map((rule) => ruleOf(db, rule)),
  };
}

type Counted = OpenedGrant & { readonly accesses: number };

function grantOf(
  db: PolicyDb,
  rule: RuleId,
  then: BooleanSetting,
  otherwise: BooleanSetting,
  counted: Set<string>,
): readonly Counted[] {
  const { source, target, tclass, data } = db.rules;
  const names = db.classes.permissions[tclass[rule]!]!;
  let gained = 0;
  let accesses = 0;
  let pairs = 0;
  membersOf(db.types, source[rule]!).forEach((from: TypeId) => {
    membersOf(db.types, target[rule]!).forEach((to: TypeId) => {
      const key = `${from} ${to} ${tclass[rule]}`;
      if (counted.has(key)) return;
      const mask =
        accessVector(db, from, to, tclass[rule]!, then).allowed &
        ~accessVector(db, from, to, tclass[rule]!, otherwise).allowed;
      if ((mask & data[rule]!) === 0) return;
      counted.add(key);
      pairs++;
      gained |= mask;
      accesses += ones(mask);
    });
  });
  if (pairs === 0) return [];
  return [
    {
      source: db.types.names[source[rule]!]!,
      target: db.types.names[target[rule]!]!,
      tclass: db.classes.names[tclass[rule]!]!,
      permissions: names.filter((_, bit) => (gained >>> bit) & 1).sort(),
      pairs,
      accesses,
    },
  ];
}

function ones(mask: number): number {
  let count = 0;
  for (let rest = mask >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

function byNames(a: OpenedGrant, b: OpenedGrant): number {
  const [left, right] = [a, b].map(({ source, target, tclass }) => `${source} ${target} ${tclass}`);
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

function companions(db: PolicyDb, id: BooleanId): readonly string[] {
  const names = new Set<string>();
  for (const conditional of db.conditionals) {
    const booleans = booleansOf(conditional);
    if (!booleans.includes(id)) continue;
    for (const other of booleans) if (other !== id) names.add(db.booleans.names[other]!);
  }
  return [...names].sort();
}
