import {
  attributesOf,
  Bitset,
  NONE,
  type PolicyDb,
  type RuleKind,
  rowsOf,
  type TypeId,
} from '../../policydb/index.ts';
import { changedRules } from './changed-rules.ts';
import { ALONE, REGROUPED } from './names.ts';
import { conditionOf, maskOf, type PolicyPair, type Side, sideOf } from './side.ts';
import { type TupleEntry, TupleTable } from './tuple-table.ts';

/** A source type, target type and class (shared numbers) of which the policies' rules of one kind say different things. */
export type VisitDifference = (
  source: number,
  target: number,
  tclass: number,
  entries: readonly TupleEntry[],
) => void;

/**
 * Visits every (source type, target type, class) that access vector rules of one kind grant differently, attributes expanded,
 * with both sides' masks under each condition. Each triple once, in no particular order.
 *
 * Policies are large and differ little, and neither is expanded as a whole. Where they can differ:
 * - a type that only one has: its row (as source) and its column (as target);
 * - a type that both have, with an attribute in one that it lacks in the other: what the rules on that attribute reach;
 * - a rule that only one has: the pairs that it reaches.
 * For example, to a policy with `allow domain etc_t:file read` a module adds `x_t`, a `domain`: the rule is in both, `domain` has
 * one type more, and the row of `x_t` is all that is looked at.
 *
 * `within` restricts the sources.
 */
export function visitAccessDifferences(
  pair: PolicyPair,
  kind: RuleKind,
  visit: VisitDifference,
  within?: (source: number) => boolean,
): void {
  const { changed } = pair.names;
  const sides = [sideOf(pair, false), sideOf(pair, true)] as const;
  const typeCount = changed.length;
  const table = new TupleTable(typeCount * pair.names.classes.names.length);

  for (let source = 0; source < typeCount; source++) {
    if (changed[source] !== ALONE || (within !== undefined && !within(source))) continue;
    for (const side of sides) fillRow(side, source, kind, table);
    table.forEachDifferent((group, entries) =>
      visit(source, group % typeCount, Math.floor(group / typeCount), entries),
    );
    table.clear();
  }
  for (let target = 0; target < typeCount; target++) {
    if (changed[target] !== ALONE) continue;
    for (const side of sides) fillColumn(side, target, kind, table, changed, within);
    table.forEachDifferent((group, entries) =>
      visit(group % typeCount, target, Math.floor(group / typeCount), entries),
    );
    table.clear();
  }
  visitOpenParts(pair, sides, kind, visit, table, within);
}

/** A shared number's type in a policy: NONE if it has no such type (or an attribute of that name). */
function typeIn({ db, ids }: Side, shared: number): TypeId | typeof NONE {
  const id = ids[shared]! as TypeId;
  return id === NONE || db.types.attributes.has(id) ? NONE : id;
}

/** Adds everything that a source type is granted, by class and target. */
function fillRow(side: Side, source: number, kind: RuleKind, table: TupleTable): void {
  const id = typeIn(side, source);
  if (id === NONE) return;
  const { db, right, types, bySource } = side;
  const { rules } = db;
  for (const attribute of attributesOf(db.types, id as TypeId)) {
    for (const rule of rowsOf(bySource, attribute)) {
      if (rules.kind[rule] !== kind) continue;
      const group = side.classes[rules.tclass[rule]!]! * side.ids.length;
      const condition = conditionOf(side, rule);
      const mask = maskOf(side, rule);
      visitMembers(db, rules.target[rule]!, (target) => {
        table.add(group + types[target]!, condition, mask, right);
      });
    }
  }
}

/** Adds everything that is granted on a target type, by class and source, without the sources that have rows of their own. */
function fillColumn(
  side: Side,
  target: number,
  kind: RuleKind,
  table: TupleTable,
  changed: Uint8Array,
  within: ((source: number) => boolean) | undefined,
): void {
  const id = typeIn(side, target);
  if (id === NONE) return;
  const { db, right, types, byTarget } = side;
  const { rules } = db;
  for (const attribute of attributesOf(db.types, id as TypeId)) {
    for (const rule of rowsOf(byTarget, attribute)) {
      if (rules.kind[rule] !== kind) continue;
      const group = side.classes[rules.tclass[rule]!]! * side.ids.length;
      const condition = conditionOf(side, rule);
      const mask = maskOf(side, rule);
      visitMembers(db, rules.source[rule]!, (member) => {
        const source = types[member]!;
        if (changed[source] === ALONE || (within !== undefined && !within(source))) return;
        table.add(group + source, condition, mask, right);
      });
    }
  }
}

/** What types that both policies have are granted on each other, as far as it can differ. */
function visitOpenParts(
  pair: PolicyPair,
  sides: readonly [Side, Side],
  kind: RuleKind,
  visit: VisitDifference,
  table: TupleTable,
  within: ((source: number) => boolean) | undefined,
): void {
  const { changed } = pair.names;
  const typeCount = changed.length;
  const parts = new OpenParts(changed, within);
  const alone = changedRules(pair, kind);
  for (const side of sides) {
    const { db } = side;
    for (const rule of side.right ? alone.right : alone.left) {
      const targets = parts.membersOf(side, db.rules.target[rule]!);
      if (targets.isEmpty()) continue;
      visitMembers(db, db.rules.source[rule]!, (source) => {
        parts.open(side.types[source]!, side.classes[db.rules.tclass[rule]!]!, targets);
      });
    }
  }
  for (let type = 0; type < typeCount; type++) {
    if (changed[type] === REGROUPED) openRegrouped(sides, kind, type, parts);
  }
  parts.forEach((source, classes) => {
    for (const side of sides) fillPart(side, source, classes, kind, table);
    table.forEachDifferent((group, entries) =>
      visit(source, group % typeCount, Math.floor(group / typeCount), entries),
    );
    table.clear();
  });
}

/** Opens what a type has through attributes that it has in one policy only, as source and as target. */
function openRegrouped(
  sides: readonly [Side, Side],
  kind: RuleKind,
  type: number,
  parts: OpenParts,
): void {
  const single = Bitset.of([type]);
  for (const [side, other] of [sides, [sides[1], sides[0]]] as const) {
    const { db } = side;
    const { rules } = db;
    const theirs = new Set<number>();
    for (const attribute of attributesOf(other.db.types, other.ids[type]! as TypeId)) {
      theirs.add(other.types[attribute]!);
    }
    for (const attribute of attributesOf(db.types, side.ids[type]! as TypeId)) {
      if (theirs.has(side.types[attribute]!)) continue;
      for (const rule of rowsOf(side.bySource, attribute)) {
        if (rules.kind[rule] !== kind) continue;
        const targets = parts.membersOf(side, rules.target[rule]!);
        parts.open(type, side.classes[rules.tclass[rule]!]!, targets);
      }
      for (const rule of rowsOf(side.byTarget, attribute)) {
        if (rules.kind[rule] !== kind) continue;
        visitMembers(db, rules.source[rule]!, (source) => {
          parts.open(side.types[source]!, side.classes[rules.tclass[rule]!]!, single);
        });
      }
    }
  }
}

/** Source -> class -> the targets to look at, in shared numbers; only types that both policies have. */
class OpenParts {
  private readonly parts: Map<number, Map<number, Bitset>> = new Map();
  private readonly changed: Uint8Array;
  private readonly within: ((source: number) => boolean) | undefined;

  constructor(changed: Uint8Array, within: ((source: number) => boolean) | undefined) {
    this.changed = changed;
    this.within = within;
  }

  open(source: number, tclass: number, targets: Bitset): void {
    if (this.changed[source] === ALONE || targets.isEmpty()) return;
    if (this.within !== undefined && !this.within(source)) return;
    let classes = this.parts.get(source);
    if (classes === undefined) {
      classes = new Map();
      this.parts.set(source, classes);
    }
    const known = classes.get(tclass);
    if (known === undefined) classes.set(tclass, targets.clone());
    else known.addAll(targets);
  }

  /** The types of a type or attribute that both policies have. */
  membersOf({ db, types }: Side, id: TypeId): Bitset {
    const set = new Bitset(this.changed.length);
    visitMembers(db, id, (member) => {
      const shared = types[member]!;
      if (this.changed[shared] !== ALONE) set.add(shared);
    });
    return set;
  }

  forEach(visit: (source: number, classes: ReadonlyMap<number, Bitset>) => void): void {
    for (const [source, classes] of this.parts) visit(source, classes);
  }
}

/** The types of an attribute; a type is its own only member. */
export function visitMembers(db: PolicyDb, id: TypeId, visit: (member: TypeId) => void): void {
  const members = db.types.members.get(id);
  if (members === undefined) visit(id);
  else members.forEach(visit);
}

/** Adds what a source is granted on some targets of some classes. */
function fillPart(
  side: Side,
  source: number,
  classes: ReadonlyMap<number, Bitset>,
  kind: RuleKind,
  table: TupleTable,
): void {
  const { db, right, types, bySource } = side;
  const { rules } = db;
  const id = typeIn(side, source);
  if (id === NONE) return;
  for (const attribute of attributesOf(db.types, id as TypeId)) {
    for (const rule of rowsOf(bySource, attribute)) {
      if (rules.kind[rule] !== kind) continue;
      const tclass = side.classes[rules.tclass[rule]!]!;
      const targets = classes.get(tclass);
      if (targets === undefined) continue;
      const group = tclass * side.ids.length;
      const condition = conditionOf(side, rule);
      const mask = maskOf(side, rule);
      visitMembers(db, rules.target[rule]!, (member) => {
        const target = types[member]!;
        if (targets.has(target)) table.add(group + target, condition, mask, right);
      });
    }
  }
}
