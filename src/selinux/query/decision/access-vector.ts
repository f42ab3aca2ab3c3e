import {
  attributesOf,
  type ClassId,
  type Column,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  rulesBySource,
  rulesByTarget,
  type TypeId,
} from '../../policydb/index.ts';
import { type BooleanSetting, defaultSetting } from '../rules/conditional.ts';

/** What type enforcement decides about a source type, a target type and a class. Masks are unsigned, bit 0 the class's first permission. */
export interface AccessVector {
  /** Granted by `allow` rules and within the bounds of the source's parent. Constraints, roles and levels are not asked here. */
  readonly allowed: number;
  /** Granted by `allow` rules, and taken away because the type that bounds the source (typebounds) does not have it. */
  readonly bounded: number;
  readonly auditallow: number;
  /** Not logged when denied. */
  readonly dontaudit: number;
  /** Whether the source is a permissive type: what is not allowed is logged and granted. */
  readonly permissive: boolean;
}

/** Booleans as they are set, or `any`: every conditional rule counts, whatever its branch (more than any one setting grants). */
export type Setting = BooleanSetting | 'any';

/**
 * The rules' decision on (source, target, class), attributes looked through, as the kernel computes it before constraints. For
 * many questions about one policy: an index over pairs of types is made on first use (about 10 ms on a distribution's policy), then
 * a question costs some microseconds.
 */
export function accessVector(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  setting: Setting = defaultSetting(db),
): AccessVector {
  let allowed = 0;
  let auditallow = 0;
  let dontaudit = 0;
  const { kind, data } = db.rules;
  visitPair(db, source, target, tclass, (rule) => {
    const of = kind[rule]!;
    if (of > RuleKind.dontaudit || !applies(db, rule, setting)) return;
    if (of === RuleKind.allow) allowed |= data[rule]!;
    else if (of === RuleKind.auditallow) auditallow |= data[rule]!;
    else dontaudit |= data[rule]!;
  });
  const parent = db.types.bounds[source]!;
  let bounded = 0;
  if (parent !== NONE && allowed !== 0) {
    const above = boundedPair(db, parent, target);
    bounded = allowed & ~accessVector(db, above.source, above.target, tclass, setting).allowed;
  }
  return {
    allowed: (allowed & ~bounded) >>> 0,
    bounded: bounded >>> 0,
    auditallow: auditallow >>> 0,
    dontaudit: dontaudit >>> 0,
    permissive: db.permissive.has(source),
  };
}

/**
 * The pair that must be allowed too where the source has a parent: the parent, on the target's own parent if it has one
 * (the kernel's type_attribute_bounds_av).
 */
export function boundedPair(
  db: PolicyDb,
  parent: TypeId,
  target: TypeId,
): { readonly source: TypeId; readonly target: TypeId } {
  const targetParent = db.types.bounds[target]!;
  return { source: parent, target: targetParent === NONE ? target : targetParent };
}

/** Which rules to visit. Absent means any. */
export interface RuleSelection {
  readonly kind?: RuleKind;
  /** A type: rules on it and on its attributes. An attribute: rules on it alone. */
  readonly source?: TypeId;
  /** Likewise. */
  readonly target?: TypeId;
  readonly tclass?: ClassId;
  /** Only access vector rules that have one of these permissions. */
  readonly permissions?: number;
}

/** Visits each rule that applies to what is selected (under some setting), in no particular order, without making an object for it. */
export function visitRules(
  db: PolicyDb,
  { kind, source, target, tclass, permissions }: RuleSelection,
  visit: (rule: RuleId) => void,
): void {
  const { rules } = db;
  const consider = (rule: RuleId): void => {
    if (kind !== undefined && rules.kind[rule] !== kind) return;
    if (tclass !== undefined && rules.tclass[rule] !== tclass) return;
    if (permissions !== undefined) {
      if (rules.kind[rule]! > RuleKind.dontaudit || (rules.data[rule]! & permissions) === 0) return;
    }
    visit(rule);
  };
  if (source !== undefined && target !== undefined) {
    visitPair(db, source, target, NONE, consider);
  } else if (source !== undefined || target !== undefined) {
    const index = source !== undefined ? rulesBySource(db) : rulesByTarget(db);
    for (const id of attributesOf(db.types, (source ?? target)!)) {
      for (const rule of rowsOf(index, id)) consider(rule);
    }
  } else {
    for (let rule = 0; rule < rules.count; rule++) consider(rule as RuleId);
  }
}

function applies(db: PolicyDb, rule: RuleId, setting: Setting): boolean {
  if (setting === 'any') return true;
  const conditional = db.rules.conditional[rule]!;
  return conditional === NONE || setting.holds[conditional] === db.rules.branch[rule];
}

/** Rules on each attribute of the source and each of the target; of one class or (NONE) of any. */
function visitPair(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId | typeof NONE,
  visit: (rule: RuleId) => void,
): void {
  const { slots, runs, mask, starts, rows } = rulesByPair(db);
  const sources = attributesOf(db.types, source);
  const targets = attributesOf(db.types, target);
  const classes = db.rules.tclass;
  for (let i = 0; i < sources.length; i++) {
    const high = sources[i]! << 16;
    for (let j = 0; j < targets.length; j++) {
      const pair = (high | targets[j]!) >>> 0;
      let slot = Math.imul(pair, SPREAD) & mask;
      while (runs[slot] !== 0 && slots[slot] !== pair) slot = (slot + 1) & mask;
      const run = runs[slot]!;
      if (run === 0) continue;
      for (let at = starts[run - 1]!; at < starts[run]!; at++) {
        const rule = rows[at]!;
        if (tclass === NONE || classes[rule] === tclass) visit(rule);
      }
    }
  }
}

/**
 * Rows of `rules` in runs of one source and target each. A pair is found by open addressing: `slots` holds
 * source << 16 | target, `runs` the run's number plus one (0: free); its rows are `rows[starts[run]] … rows[starts[run + 1] - 1]`.
 */
interface RulesByPair {
  readonly slots: Uint32Array;
  readonly runs: Uint32Array;
  readonly mask: number;
  readonly starts: Uint32Array;
  readonly rows: Column<RuleId>;
}

const byPair = new WeakMap<PolicyDb, RulesByPair>();

function rulesByPair(db: PolicyDb): RulesByPair {
  let index = byPair.get(db);
  if (index === undefined) {
    index = groupedByPair(db);
    byPair.set(db, index);
  }
  return index;
}

function groupedByPair(db: PolicyDb): RulesByPair {
  const { source, target, count } = db.rules;
  // Rows by target, then (keeping that order) by source: the rows of a pair are neighbours.
  const byTarget = rulesByTarget(db).rows;
  const next = rulesBySource(db).offsets.slice();
  const rows = new Uint32Array(count);
  for (let i = 0; i < count; i++) rows[next[source[byTarget[i]!]!]!++] = byTarget[i]!;

  const starts: number[] = [];
  const pairs: number[] = [];
  for (let i = 0, last = -1; i < count; i++) {
    const pair = ((source[rows[i]!]! << 16) | target[rows[i]!]!) >>> 0;
    if (pair === last) continue;
    last = pair;
    starts.push(i);
    pairs.push(pair);
  }
  starts.push(count);

  const capacity = 2 ** Math.ceil(Math.log2(pairs.length * 2 + 2));
  const mask = capacity - 1;
  const slots = new Uint32Array(capacity);
  const runs = new Uint32Array(capacity);
  for (let run = 0; run < pairs.length; run++) {
    let slot = Math.imul(pairs[run]!, SPREAD) & mask;
    while (runs[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = pairs[run]!;
    runs[slot] = run + 1;
  }
  return {
    slots,
    runs,
    mask,
    starts: Uint32Array.from(starts),
    rows: rows as unknown as Column<RuleId>,
  };
}

/** Knuth's multiplicative hash, made odd: neighbouring ids land apart. */
const SPREAD = 0x9e3779b1;
