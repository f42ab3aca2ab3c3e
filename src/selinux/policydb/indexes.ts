import { Bitset, type IdSet } from './bitset.ts';
import type { Column, PolicyDb, RuleId, TypeId, TypeTable } from './policydb.ts';

/** The attributes of a type and the type itself, ascending: a rule on any of these is a rule on the type. */
export function attributesOf(types: TypeTable, type: TypeId): Column<TypeId> {
  const lists = types.attributeLists as unknown as Uint16Array;
  return lists.subarray(
    types.attributeOffsets[type]!,
    types.attributeOffsets[type + 1]!,
  ) as unknown as Column<TypeId>;
}

/** The types that a name in a rule stands for: an attribute's types, or the one type itself. */
export function membersOf(types: TypeTable, id: TypeId): IdSet<TypeId> {
  return types.members.get(id) ?? Bitset.of([id]);
}

/** Rows grouped by an id: the rows of `id` are `rows[offsets[id]] … rows[offsets[id + 1] - 1]`, ascending. */
export interface RowsById {
  readonly offsets: Uint32Array;
  readonly rows: Column<RuleId>;
}

/** The rules by the type or attribute that stands as their source. Made on first use and kept as long as the policy. */
export function rulesBySource(db: PolicyDb): RowsById {
  return kept(bySource, db, () => grouped(db.rules.source, db.rules.count, db.types.names.length));
}

/** The rules by the type or attribute that stands as their target. */
export function rulesByTarget(db: PolicyDb): RowsById {
  return kept(byTarget, db, () => grouped(db.rules.target, db.rules.count, db.types.names.length));
}

/** The rows of one id. */
export function rowsOf(index: RowsById, id: number): Column<RuleId> {
  const rows = index.rows as unknown as Uint32Array;
  return rows.subarray(index.offsets[id]!, index.offsets[id + 1]!) as unknown as Column<RuleId>;
}

const bySource = new WeakMap<PolicyDb, RowsById>();
const byTarget = new WeakMap<PolicyDb, RowsById>();

function kept(cache: WeakMap<PolicyDb, RowsById>, db: PolicyDb, make: () => RowsById): RowsById {
  let index = cache.get(db);
  if (index === undefined) {
    index = make();
    cache.set(db, index);
  }
  return index;
}

/** A counting sort: how many rows each id has, where its rows start, then each row to its place. */
function grouped(column: Column<number>, count: number, ids: number): RowsById {
  const offsets = new Uint32Array(ids + 1);
  for (let row = 0; row < count; row++) offsets[column[row]! + 1]!++;
  for (let id = 0; id < ids; id++) offsets[id + 1]! += offsets[id]!;
  const next = offsets.slice();
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[next[column[row]!]!++] = row;
  return { offsets, rows: rows as unknown as Column<RuleId> };
}
