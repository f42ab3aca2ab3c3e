import {
  membersOf,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
  type XpermId,
  XpermKind,
} from '../../policydb/index.ts';
import { QueryError } from '../query-error.ts';
import {
  type AccessRule,
  type Condition,
  type ExtendedRule,
  formatXperms,
  RULE_WORD,
  type Rule,
  type TypeRule,
} from '../rules/rule.ts';
import { visitAccessDifferences } from './access.ts';
import { AccessRows } from './access-rows.ts';
import { type ChangedRules, changedRules, rulesOfKind } from './changed-rules.ts';
import { conditionOf, type PolicyPair, type Side, sideOf } from './side.ts';

/** The rules of one kind that differ, attributes expanded. A removed rule is the left policy's, an added one the right's. */
export interface RuleDifference<R extends Rule = Rule> {
  readonly added: Listing<R>;
  readonly removed: Listing<R>;
  readonly modified: Listing<ModifiedRule<R>>;
}

/** A counted list, whose elements may be made only as it is gone through. */
export interface Listing<T> extends Iterable<T> {
  readonly length: number;
}

/** The left policy's rule, and what the right one has more and less in it. */
export interface ModifiedRule<R extends Rule = Rule> {
  readonly rule: R;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

/**
 * `allow`, `auditallow` or `dontaudit` rules by source type, target type, class and condition. What an unconditional rule grants is
 * no part of a conditional rule. This is how sediff compares them.
 */
export function accessRuleDifference(
  pair: PolicyPair,
  kind: 0 | 1 | 2,
): RuleDifference<AccessRule> {
  const rows = new AccessRows();
  visitAccessDifferences(pair, kind, (source, target, tclass, entries) => {
    const always = entries.find(({ condition }) => condition === 0);
    for (const { condition, ...masks } of entries) {
      const left = condition === 0 ? masks.left : masks.left & ~(always?.left ?? 0);
      const right = condition === 0 ? masks.right : masks.right & ~(always?.right ?? 0);
      if (left !== right) rows.add(source, target, tclass, condition, left, right);
    }
  });
  return namedDifference(pair, kind, rows);
}

/** The rows in names and in order. A rule is made when it is asked for. */
function namedDifference(
  pair: PolicyPair,
  kind: 0 | 1 | 2,
  rows: AccessRows,
): RuleDifference<AccessRule> {
  const permissions = permissionNamer(pair);
  const { types, classes, conditions } = pair.names;
  const { left, right } = rows;
  const order = rows.ordered(pair.names);
  const ruleOf = (row: number): AccessRule => ({
    kind: RULE_WORD[kind],
    source: types.names[rows.source[row]!]!,
    target: types.names[rows.target[row]!]!,
    tclass: classes.names[rows.tclass[row]!]!,
    ...conditionIn(conditions.when[rows.condition[row]!]),
    permissions: permissions(rows.tclass[row]!, left[row]! === 0 ? right[row]! : left[row]!),
  });
  const modifiedOf = (row: number): ModifiedRule<AccessRule> => {
    const [before, after, names] = [left[row]!, right[row]!, rows.tclass[row]!];
    return {
      rule: ruleOf(row),
      added: permissions(names, after & ~before),
      removed: permissions(names, before & ~after),
      kept: permissions(names, before & after),
    };
  };
  return {
    added: listing(
      order.filter((row) => left[row] === 0),
      ruleOf,
    ),
    removed: listing(
      order.filter((row) => right[row] === 0),
      ruleOf,
    ),
    modified: listing(
      order.filter((row) => left[row] !== 0 && right[row] !== 0),
      modifiedOf,
    ),
  };
}

function listing<T>(rows: Uint32Array, make: (row: number) => T): Listing<T> {
  return {
    length: rows.length,
    *[Symbol.iterator]() {
      for (const row of rows) yield make(row);
    },
  };
}

/** Shared class and mask -> its permissions, sorted; each list is made once. */
export function permissionNamer({
  names,
}: PolicyPair): (tclass: number, mask: number) => readonly string[] {
  const made: Map<number, readonly string[]>[] = names.classes.names.map(() => new Map());
  return (tclass, mask) => {
    const known = made[tclass]!.get(mask >>> 0);
    if (known !== undefined) return known;
    const list = names.classes.permissions[tclass]!.filter((_, bit) => (mask >>> bit) & 1).sort();
    made[tclass]!.set(mask >>> 0, list);
    return list;
  };
}

/** `type_transition` (with file names), `type_member` or `type_change` rules by everything but what results. */
export function typeRuleDifference(pair: PolicyPair, kind: 3 | 4 | 5): RuleDifference<TypeRule> {
  const fileNames = new Map<string, number>();
  /** Key -> the shared type that results in the left policy. */
  const left = new Map<number, number>();
  const result = {
    added: [] as TypeRule[],
    removed: [] as TypeRule[],
    modified: [] as ModifiedRule<TypeRule>[],
  };
  visitTypeRules(sideOf(pair, false), pair, kind, fileNames, (key, becomes) => {
    left.set(key, becomes);
  });
  const ruleOf = (key: number, becomes: number): TypeRule =>
    typeRuleOf(pair, kind, [...fileNames.keys()], key, becomes);
  visitTypeRules(sideOf(pair, true), pair, kind, fileNames, (key, becomes) => {
    const before = left.get(key);
    if (before === undefined) result.added.push(ruleOf(key, becomes));
    else if (before !== becomes) {
      result.modified.push({
        rule: ruleOf(key, before),
        added: [pair.names.types.names[becomes]!],
        removed: [pair.names.types.names[before]!],
        kept: [],
      });
    }
    left.delete(key);
  });
  for (const [key, becomes] of left) result.removed.push(ruleOf(key, becomes));
  return ordered(result);
}

/** A type rule's key: where it stands (a condition, or behind the conditions a file name), class, source, target. */
function visitTypeRules(
  side: Side,
  pair: PolicyPair,
  kind: 3 | 4 | 5,
  fileNames: Map<string, number>,
  visit: (key: number, becomes: number) => void,
): void {
  const { names } = pair;
  const { db, types, classes } = side;
  const { rules, filenameTransitions: named } = db;
  const typeCount = names.types.names.length;
  const keyOf = (where: number, tclass: number, source: number, target: number): number =>
    ((where * names.classes.names.length + classes[tclass]!) * typeCount + types[source]!) *
      typeCount +
    types[target]!;
  for (const rule of comparedTypeRules(pair, kind)[side.right ? 'right' : 'left']) {
    const where = conditionOf(side, rule);
    const becomes = types[rules.data[rule]!]!;
    for (const [source, target] of pairsOf(db, rule)) {
      visit(keyOf(where, rules.tclass[rule]!, source, target), becomes);
    }
  }
  if (kind !== RuleKind.typeTransition) return;
  for (let row = 0; row < named.count; row++) {
    const name = named.names[named.name[row]!]!;
    let number = fileNames.get(name);
    if (number === undefined) {
      number = fileNames.size;
      fileNames.set(name, number);
    }
    const where = names.conditions.when.length + number;
    visit(
      keyOf(where, named.tclass[row]!, named.source[row]!, named.target[row]!),
      types[named.newType[row]!]!,
    );
  }
}

/** Rules between types that both policies have need no comparison; rules on attributes can overlap, and then all are compared. */
function comparedTypeRules(pair: PolicyPair, kind: 3 | 4 | 5): ChangedRules {
  const all = { left: rulesOfKind(pair.left, kind), right: rulesOfKind(pair.right, kind) };
  const onAttributes = (db: PolicyDb, rules: readonly RuleId[]): boolean =>
    rules.some(
      (rule) =>
        db.types.attributes.has(db.rules.source[rule]!) ||
        db.types.attributes.has(db.rules.target[rule]!),
    );
  return onAttributes(pair.left, all.left) || onAttributes(pair.right, all.right)
    ? all
    : changedRules(pair, kind);
}

function typeRuleOf(
  { names }: PolicyPair,
  kind: 3 | 4 | 5,
  fileNames: readonly string[],
  key: number,
  becomes: number,
): TypeRule {
  const typeCount = names.types.names.length;
  const classCount = names.classes.names.length;
  const [target, source] = [key % typeCount, Math.floor(key / typeCount) % typeCount];
  const rest = Math.floor(key / typeCount / typeCount);
  const where = Math.floor(rest / classCount);
  const filename = fileNames[where - names.conditions.when.length];
  return {
    kind: RULE_WORD[kind],
    source: names.types.names[source]!,
    target: names.types.names[target]!,
    tclass: names.classes.names[rest % classCount]!,
    ...conditionIn(names.conditions.when[where]),
    default: names.types.names[becomes]!,
    ...(filename === undefined ? {} : { filename }),
  };
}

/** `allowxperm` and its like by source type, target type, class, condition and what is extended. */
export function extendedRuleDifference(
  pair: PolicyPair,
  kind: 6 | 7 | 8,
): RuleDifference<ExtendedRule> {
  const tuples = extendedTuples(pair, kind);
  const result = {
    added: [] as ExtendedRule[],
    removed: [] as ExtendedRule[],
    modified: [] as ModifiedRule<ExtendedRule>[],
  };
  for (const { left, right, ...base } of tuples.values()) {
    if (left.same(right)) continue;
    const rule: ExtendedRule = {
      kind: RULE_WORD[kind],
      ...base,
      ranges: (left.isEmpty() ? right : left).ranges(),
    };
    if (left.isEmpty()) result.added.push(rule);
    else if (right.isEmpty()) result.removed.push(rule);
    else {
      result.modified.push({
        rule,
        added: right.without(left).texts(),
        removed: left.without(right).texts(),
        kept: left.without(left.without(right)).texts(),
      });
    }
  }
  return ordered(result);
}

interface ExtendedTuple {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permission: 'ioctl' | 'nlmsg';
  readonly condition?: Condition;
  readonly left: Commands;
  readonly right: Commands;
}

/** What each side's extended rules say of each expanded triple. Throws QueryError where that would be too much to hold. */
function extendedTuples(pair: PolicyPair, kind: 6 | 7 | 8): ReadonlyMap<string, ExtendedTuple> {
  const { types, classes, conditions } = pair.names;
  const tuples = new Map<string, ExtendedTuple>();
  for (const side of [sideOf(pair, false), sideOf(pair, true)]) {
    const { db } = side;
    for (const row of rulesOfKind(db, kind)) {
      const condition = conditionOf(side, row);
      const xperm = db.rules.data[row]! as XpermId;
      const permission = db.xperms.kind[xperm] === XpermKind.nlmsg ? 'nlmsg' : 'ioctl';
      const tclass = classes.names[side.classes[db.rules.tclass[row]!]!]!;
      for (const [a, b] of pairsOf(db, row)) {
        const source = types.names[side.types[a]!]!;
        const target = types.names[side.types[b]!]!;
        const key = `${source} ${target} ${tclass} ${permission} ${condition}`;
        let tuple = tuples.get(key);
        if (tuple === undefined) {
          if (tuples.size >= MOST_EXTENDED_TUPLES) {
            throw new QueryError(
              `the ${RULE_WORD[kind]} rules of the two policies stand for more than ${MOST_EXTENDED_TUPLES} combinations of types`,
            );
          }
          tuple = {
            source,
            target,
            tclass,
            permission,
            ...conditionIn(conditions.when[condition]),
            left: new Commands(),
            right: new Commands(),
          };
          tuples.set(key, tuple);
        }
        tuple[side.right ? 'right' : 'left'].addRow(db, xperm);
      }
    }
  }
  return tuples;
}

const MOST_EXTENDED_TUPLES = 1_000_000;

/** A set of 16-bit numbers (ioctl commands or netlink message types): a page of 256 bits for each high byte that has any. */
export class Commands {
  private readonly pages: Map<number, Uint32Array> = new Map();

  addRow(db: PolicyDb, id: XpermId): void {
    const { kind, driver, bits } = db.xperms;
    const words = bits.subarray(id * 8, id * 8 + 8);
    if (kind[id] !== XpermKind.ioctlDriver) this.addPage(driver[id]!, words);
    else {
      for (let page = 0; page < 256; page++) {
        if ((words[page >>> 5]! >>> (page & 31)) & 1) this.addPage(page, FULL_PAGE);
      }
    }
  }

  isEmpty(): boolean {
    return this.pages.size === 0;
  }

  same(other: Commands): boolean {
    return this.without(other).isEmpty() && other.without(this).isEmpty();
  }

  without(other: Commands): Commands {
    const result = new Commands();
    for (const [page, words] of this.pages) {
      const theirs = other.pages.get(page);
      const rest = theirs === undefined ? words : words.map((word, i) => word & ~theirs[i]!);
      if (rest.some((word) => word !== 0)) result.pages.set(page, rest);
    }
    return result;
  }

  /** Ascending, apart, both ends included. */
  ranges(): (readonly [low: number, high: number])[] {
    const ranges: [number, number][] = [];
    for (const [page, words] of [...this.pages].sort(([a], [b]) => a - b)) {
      for (let bit = 0; bit < 256; bit++) {
        if (((words[bit >>> 5]! >>> (bit & 31)) & 1) === 0) continue;
        const value = (page << 8) | bit;
        const last = ranges.at(-1);
        if (last !== undefined && last[1] === value - 1) last[1] = value;
        else ranges.push([value, value]);
      }
    }
    return ranges;
  }

  texts(): readonly string[] {
    return this.ranges().map(formatXperms);
  }

  private addPage(page: number, words: Uint32Array): void {
    const known = this.pages.get(page);
    if (known === undefined) {
      if (words.some((word) => word !== 0)) this.pages.set(page, words.slice());
    } else for (let i = 0; i < 8; i++) known[i]! |= words[i]!;
  }
}

const FULL_PAGE = new Uint32Array(8).fill(0xffff_ffff);

function* pairsOf(db: PolicyDb, rule: RuleId): Generator<readonly [TypeId, TypeId]> {
  const targets = membersOf(db.types, db.rules.target[rule]!).toArray();
  for (const source of membersOf(db.types, db.rules.source[rule]!)) {
    for (const target of targets) yield [source, target];
  }
}

function conditionIn(when: Condition | undefined): { condition?: Condition } {
  return when === undefined
    ? {}
    : { condition: { expression: when.expression, branch: when.branch } };
}

/** By source, target, class and condition. */
function ordered<R extends Rule>(difference: {
  added: R[];
  removed: R[];
  modified: ModifiedRule<R>[];
}): RuleDifference<R> {
  difference.added.sort(byNames);
  difference.removed.sort(byNames);
  difference.modified.sort((a, b) => byNames(a.rule, b.rule));
  return difference;
}

function byNames(a: Rule, b: Rule): number {
  return (
    order(a.source, b.source) ||
    order(a.target, b.target) ||
    order(a.tclass, b.tclass) ||
    order('filename' in a ? a.filename! : '', 'filename' in b ? b.filename! : '') ||
    order(a.condition?.expression ?? '', b.condition?.expression ?? '') ||
    Number(a.condition?.branch ?? 0) - Number(b.condition?.branch ?? 0)
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
