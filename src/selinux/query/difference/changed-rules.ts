import { type PolicyDb, type RuleId, RuleKind } from '../../policydb/index.ts';
import { conditionOf, maskOf, type PolicyPair, type Side, sideOf } from './side.ts';

/** The rules of each policy that the other does not have: same kind, source, target, class, condition and permissions, by name. */
export interface ChangedRules {
  readonly left: readonly RuleId[];
  readonly right: readonly RuleId[];
}

/** Access vector and type rules; extended ones are not compared here. Found once per pair. */
export function changedRules(pair: PolicyPair, kind: RuleKind): ChangedRules {
  let rules = found.get(pair);
  if (rules === undefined) {
    rules = findChangedRules(pair);
    found.set(pair, rules);
  }
  return {
    left: rules.left.filter((rule) => pair.left.rules.kind[rule] === kind),
    right: rules.right.filter((rule) => pair.right.rules.kind[rule] === kind),
  };
}

const found = new WeakMap<PolicyPair, ChangedRules>();

/** The left rules go into a hash table by what they say; each right rule that is there takes its equal out. */
function findChangedRules(pair: PolicyPair): ChangedRules {
  const [left, right] = [columnsOf(sideOf(pair, false)), columnsOf(sideOf(pair, true))];
  const size = 2 ** Math.ceil(Math.log2(left.count * 2 + 2));
  /** Row plus one; 0 is free. */
  const slots = new Int32Array(size);
  const slotOf = (columns: Columns, row: number): number => {
    let slot = columns.hash[row]! & (size - 1);
    while (slots[slot] !== 0 && !same(left, slots[slot]! - 1, columns, row)) {
      slot = (slot + 1) & (size - 1);
    }
    return slot;
  };
  /** 1 where the right policy says the same. Conditional rules can stand in a policy twice: the first stands for both. */
  const matched = new Uint8Array(left.count);
  for (let row = 0; row < left.count; row++) {
    const slot = slotOf(left, row);
    if (slots[slot] === 0) slots[slot] = row + 1;
    else matched[row] = 1;
  }
  const alone: RuleId[] = [];
  for (let row = 0; row < right.count; row++) {
    const slot = slotOf(right, row);
    if (slots[slot] === 0) alone.push(row as RuleId);
    else matched[slots[slot]! - 1] = 1;
  }
  const gone: RuleId[] = [];
  for (let row = 0; row < left.count; row++) if (!matched[row]) gone.push(row as RuleId);
  return { left: gone, right: alone };
}

/** A policy's rules in shared numbers. */
interface Columns {
  readonly count: number;
  readonly hash: Int32Array;
  readonly source: Int32Array;
  readonly target: Int32Array;
  /** Class and kind. */
  readonly what: Int32Array;
  readonly condition: Int32Array;
  readonly data: Uint32Array;
}

function columnsOf(side: Side): Columns {
  const { rules } = side.db;
  const { count, kind } = rules;
  const { types, classes } = side;
  const hash = new Int32Array(count);
  const source = new Int32Array(count);
  const target = new Int32Array(count);
  const what = new Int32Array(count);
  const condition = new Int32Array(count);
  const data = new Uint32Array(count);
  const { source: sources, target: targets, tclass: tclasses, data: datas, unconditional } = rules;
  for (let row = 0; row < count; row++) {
    const of = kind[row]!;
    const from = types[sources[row]!]!;
    const to = types[targets[row]!]!;
    const says = classes[tclasses[row]!]! * 16 + of;
    const where = row < unconditional ? 0 : conditionOf(side, row as RuleId);
    const gives =
      of <= RuleKind.dontaudit
        ? side.bits === undefined
          ? datas[row]!
          : maskOf(side, row as RuleId)
        : of <= RuleKind.typeChange
          ? types[datas[row]!]!
          : 0;
    source[row] = from;
    target[row] = to;
    what[row] = says;
    condition[row] = where;
    data[row] = gives;
    let mixed = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
    mixed = Math.imul(mixed ^ says ^ (where << 11), 0xc2b2ae35) ^ Math.imul(gives, 0x27d4eb2f);
    hash[row] = mixed ^ (mixed >>> 15);
  }
  return { count, hash, source, target, what, condition, data };
}

/** The rules of one kind, ascending. A policy's rules are gone through once for all kinds. */
export function rulesOfKind(db: PolicyDb, kind: RuleKind): readonly RuleId[] {
  let lists = byKind.get(db);
  if (lists === undefined) {
    const { kind: kinds, count } = db.rules;
    lists = Array.from({ length: RuleKind.dontauditxperm + 1 }, () => []);
    for (let row = 0; row < count; row++) lists[kinds[row]!]!.push(row as RuleId);
    byKind.set(db, lists);
  }
  return lists[kind]!;
}

const byKind = new WeakMap<PolicyDb, RuleId[][]>();

function same(left: Columns, a: number, right: Columns, b: number): boolean {
  return (
    left.hash[a] === right.hash[b] &&
    left.source[a] === right.source[b] &&
    left.target[a] === right.target[b] &&
    left.what[a] === right.what[b] &&
    left.condition[a] === right.condition[b] &&
    left.data[a] === right.data[b]
  );
}
