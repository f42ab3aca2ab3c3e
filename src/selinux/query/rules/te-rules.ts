import {
  type FilenameTransitionId,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type XpermId,
} from '../../policydb/index.ts';
import { countingSort, ranks } from '../text-order.ts';
import { booleansOf } from './conditional.ts';
import {
  type NameCriterion,
  permissionMasks,
  type Selected,
  select,
  selectClasses,
  selectTypes,
  type TypeCriterion,
} from './criteria.ts';
import {
  braced,
  filenameTransitionOf,
  formatRule,
  formatWhen,
  permissionNames,
  RULE_WORD,
  type Rule,
  ruleOf,
  xpermRanges,
} from './rule.ts';

/** Which type enforcement rules: all criteria that are given must match, as in setools' TERuleQuery. */
export interface TeRuleCriteria {
  readonly kinds: readonly Rule['kind'][];
  readonly source?: TypeCriterion;
  readonly target?: TypeCriterion;
  readonly classes?: readonly string[] | RegExp;
  readonly permissions?: PermissionCriterion;
  readonly xperms?: XpermCriterion;
  /** The type that a `type_*` rule results in; an attribute stands for its types. */
  readonly default?: NameCriterion;
  readonly booleans?: BooleanCriterion;
}

export interface PermissionCriterion {
  readonly names: readonly string[];
  /** The rule has `any` of them, has `all` of them, or has them and no other. An extended rule has the one that it extends. */
  readonly match: 'any' | 'all' | 'exact';
}

export interface XpermCriterion {
  /** Both ends included. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** The rule has these and no other; otherwise any of them. */
  readonly exact: boolean;
}

export interface BooleanCriterion {
  readonly names: readonly string[] | RegExp;
  /** The condition is over these booleans and no other; otherwise over any of them. A regular expression never asks for all. */
  readonly exact: boolean;
}

/**
 * The rules that match, in the order in which sesearch prints them (of their text). Nothing is made for a rule before it is asked for.
 * Throws QueryError for a name that the policy does not have.
 */
export function* teRules(db: PolicyDb, criteria: TeRuleCriteria): Generator<Rule> {
  for (const row of inTextOrder(db, selectRows(db, criteria))) yield rowOf(db, row);
}

/** The same rules as the lines that sesearch prints. */
export function* teRuleLines(db: PolicyDb, criteria: TeRuleCriteria): Generator<string> {
  const textOf = lineWriter(db);
  for (const row of inTextOrder(db, selectRows(db, criteria))) yield textOf(row);
}

/** A RuleId, or from `rules.count` on a FilenameTransitionId: both tables are searched and sorted as one. */
type Row = number;

function rowOf(db: PolicyDb, row: Row): Rule {
  return row < db.rules.count
    ? ruleOf(db, row as RuleId)
    : filenameTransitionOf(db, (row - db.rules.count) as FilenameTransitionId);
}

function selectRows(db: PolicyDb, criteria: TeRuleCriteria): Uint32Array {
  const { rules, filenameTransitions: filenames } = db;
  const kinds = Uint8Array.from(RULE_WORD, (word) => (criteria.kinds.includes(word) ? 1 : 0));
  const source = criteria.source && selectTypes(db, criteria.source);
  const target = criteria.target && selectTypes(db, criteria.target);
  const classes = criteria.classes && selectClasses(db, criteria.classes);
  const results = criteria.default && selectTypes(db, { name: criteria.default, direct: false });
  const conditionals = criteria.booleans && selectConditionals(db, criteria.booleans);
  const named = criteria.classes instanceof RegExp ? undefined : classes;
  const permitted = criteria.permissions && permissionTest(db, criteria.permissions, named);
  const extended = criteria.xperms && xpermTest(db, criteria.xperms);

  const rows = new Uint32Array(rules.count + filenames.count);
  let count = 0;
  const { kind: kindOf, source: sourceOf, target: targetOf, tclass: classOf } = rules;
  for (let id = 0 as RuleId; id < rules.count; id++) {
    const kind = kindOf[id]!;
    if (kinds[kind] === 0) continue;
    if (source !== undefined && source[sourceOf[id]!] === 0) continue;
    if (target !== undefined && target[targetOf[id]!] === 0) continue;
    if (classes !== undefined && classes[classOf[id]!] === 0) continue;
    if (permitted !== undefined && !permitted(id)) continue;
    if (extended !== undefined && !extended(id)) continue;
    if (results !== undefined) {
      if (!isTypeRule(kind) || results[rules.data[id]!] === 0) continue;
    }
    if (conditionals !== undefined) {
      const conditional = rules.conditional[id]!;
      if (conditional === NONE || conditionals[conditional] === 0) continue;
    }
    rows[count++] = id;
  }
  const withFilenames =
    kinds[RuleKind.typeTransition] === 1 &&
    permitted === undefined &&
    extended === undefined &&
    conditionals === undefined;
  if (withFilenames) {
    for (let id = 0; id < filenames.count; id++) {
      if (source !== undefined && source[filenames.source[id]!] === 0) continue;
      if (target !== undefined && target[filenames.target[id]!] === 0) continue;
      if (classes !== undefined && classes[filenames.tclass[id]!] === 0) continue;
      if (results !== undefined && results[filenames.newType[id]!] === 0) continue;
      rows[count++] = rules.count + id;
    }
  }
  return rows.subarray(0, count);
}

function isTypeRule(kind: RuleKind): boolean {
  return kind >= RuleKind.typeTransition && kind <= RuleKind.typeChange;
}

/** ConditionalId -> 1 if its booleans match. */
function selectConditionals(db: PolicyDb, { names, exact }: BooleanCriterion): Selected {
  const booleans = select(db.booleans.names, db.booleans.ids, 'boolean', names);
  const wanted = booleans.reduce((sum, one) => sum + one, 0);
  return Uint8Array.from(db.conditionals, (conditional) => {
    const own = booleansOf(conditional);
    const common = own.filter((id) => booleans[id] === 1).length;
    const matches =
      exact && !(names instanceof RegExp) ? common === own.length && common === wanted : common > 0;
    return matches ? 1 : 0;
  });
}

function permissionTest(
  db: PolicyDb,
  { names, match }: PermissionCriterion,
  named: Selected | undefined,
): (rule: RuleId) => boolean {
  const { kind, tclass, data } = db.rules;
  const masks = permissionMasks(db, names, named);
  const wanted = new Set(names);
  // Whether a class has every one of the permissions, without which a rule on it cannot have them all.
  const complete = db.classes.permissionBits.map((bits) => [...wanted].every((n) => bits.has(n)));
  return (rule) => {
    const of = kind[rule]!;
    if (of >= RuleKind.allowxperm) {
      if (match === 'exact' && wanted.size > 1) return false;
      return wanted.has(extendedPermission(db, rule));
    }
    if (of > RuleKind.dontaudit) return false;
    const mask = masks[tclass[rule]!]!;
    if (match === 'any') return (data[rule]! & mask) !== 0;
    if (!complete[tclass[rule]!]) return false;
    return match === 'all' ? (data[rule]! & mask) >>> 0 === mask : data[rule] === mask;
  };
}

function extendedPermission(db: PolicyDb, rule: RuleId): string {
  const extended = ruleOf(db, rule);
  return 'permission' in extended ? extended.permission : '';
}

function xpermTest(db: PolicyDb, { ranges, exact }: XpermCriterion): (rule: RuleId) => boolean {
  const wanted = merged(ranges);
  return (rule) => {
    if (db.rules.kind[rule]! < RuleKind.allowxperm) return false;
    const own = xpermRanges(db, db.rules.data[rule]! as XpermId);
    return exact
      ? own.length === wanted.length &&
          own.every(([low, high], i) => low === wanted[i]![0] && high === wanted[i]![1])
      : own.some(([low, high]) => wanted.some(([from, to]) => low <= to && from <= high));
  };
}

/** Ranges in either direction as ascending ones that neither touch nor overlap. */
function merged(ranges: XpermCriterion['ranges']): readonly (readonly [number, number])[] {
  const sorted = ranges
    .map(([a, b]): [number, number] => (a <= b ? [a, b] : [b, a]))
    .sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range[0] <= last[1] + 1) last[1] = Math.max(last[1], range[1]);
    else result.push(range);
  }
  return result;
}

/**
 * Rows in the order of their lines. Where there are many, they are sorted without their text as far as the class: names are ranked
 * once, and the rows go through one counting sort per column, the last column first. A name is ranked together with the character
 * that follows it in the line, since `a:` comes after `a1:`, but `a ` before `a1 `.
 */
function inTextOrder(db: PolicyDb, rows: Uint32Array): Uint32Array {
  if (rows.length <= FEW) return sortedByText(db, rows);
  const { kind, source, target, tclass } = headsOf(db, rows);
  let order: Uint32Array = Uint32Array.from(rows.keys());
  order = countingSort(order, tclass, ranks(db.classes.names, ' '));
  order = countingSort(order, target, ranks(db.types.names, ':'));
  order = countingSort(order, source, ranks(db.types.names, ' '));
  order = countingSort(order, kind, ranks(RULE_WORD, ' '));
  const sorted = order.map((at) => rows[at]!);
  for (let from = 0; from < order.length; ) {
    const one = order[from]!;
    let to = from + 1;
    for (; to < order.length; to++) {
      const other = order[to]!;
      if (tclass[other] !== tclass[one] || target[other] !== target[one]) break;
      if (source[other] !== source[one] || kind[other] !== kind[one]) break;
    }
    // Rules that differ only after the class: their order is that of the rest of the line.
    if (to > from + 1) sorted.set(sortedByText(db, sorted.subarray(from, to)), from);
    from = to;
  }
  return sorted;
}

/** So many lines are sorted as text sooner than all the policy's names are ranked. */
const FEW = 2_000;

function sortedByText(db: PolicyDb, rows: Uint32Array): Uint32Array {
  const lines = Array.from(rows, (row) => ({ row, text: formatRule(rowOf(db, row)) }));
  lines.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return Uint32Array.from(lines, ({ row }) => row);
}

/** The columns by which rows are sorted, in the order of `rows`. */
function headsOf(db: PolicyDb, rows: Uint32Array) {
  const { rules, filenameTransitions: filenames } = db;
  const kind = new Uint16Array(rows.length).fill(RuleKind.typeTransition);
  const source = new Uint16Array(rows.length);
  const target = new Uint16Array(rows.length);
  const tclass = new Uint16Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const isRule = row < rules.count;
    const table = isRule ? rules : filenames;
    const at = isRule ? row : row - rules.count;
    if (isRule) kind[i] = rules.kind[at]!;
    source[i] = table.source[at]!;
    target[i] = table.target[at]!;
    tclass[i] = table.tclass[at]!;
  }
  return { kind, source, target, tclass };
}

/** Row -> its line. What follows the class is the same for many rules, so it is made once for each class and mask. */
function lineWriter(db: PolicyDb): (row: Row) => string {
  const { rules, types, classes } = db;
  const ends = classes.names.map(() => new Map<number, string>());
  const whens = new Map<number, string>();
  const targets = types.names.map((name) => `${name}:`);
  let [lastKind, lastSource, start]: [RuleKind, number, string] = [RuleKind.allow, NONE, ''];
  const whenOf = (row: Row): string => {
    const conditional = rules.conditional[row]!;
    if (conditional === NONE) return '';
    const key = conditional * 2 + rules.branch[row]!;
    let text = whens.get(key);
    if (text === undefined) {
      const { condition } = ruleOf(db, row as RuleId);
      text = condition === undefined ? '' : formatWhen(condition);
      whens.set(key, text);
    }
    return text;
  };
  return (row) => {
    if (row >= rules.count || rules.kind[row]! > RuleKind.dontaudit) {
      return formatRule(rowOf(db, row));
    }
    const tclass = rules.tclass[row]!;
    const mask = rules.data[row]!;
    let end = ends[tclass]!.get(mask);
    if (end === undefined) {
      end = `${classes.names[tclass]} ${braced(permissionNames(db, tclass, mask))};`;
      ends[tclass]!.set(mask, end);
    }
    // Rows come sorted, so a line mostly begins as the one before it did.
    if (rules.kind[row] !== lastKind || rules.source[row] !== lastSource) {
      lastKind = rules.kind[row]!;
      lastSource = rules.source[row]!;
      start = `${RULE_WORD[lastKind]} ${types.names[lastSource]} `;
    }
    return `${start}${targets[rules.target[row]!]!}${end}${whenOf(row)}`;
  };
}
