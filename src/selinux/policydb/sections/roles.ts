import type { IdSet } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import { type Column, NONE, type RoleId, type RoleTable, type TypeId } from '../policydb.ts';
import type { ForwardReferences } from '../references.ts';
import { readEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import { SymbolTable } from './symbols.ts';

/** Roles, the types they go with, and the roles they dominate. */
export function readRoles(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): RoleTable {
  cursor.begin('roles');
  const table = new SymbolTable<RoleId>(cursor, 'role', 33);
  const types: IdSet<TypeId>[] = [];
  const dominates: IdSet<RoleId>[] = [];
  const bounds = new Int32Array(table.limit).fill(NONE);
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 4);
    if (header.has('bounds')) bounds[id] = cursor.idOrNone(table.limit, 'role');
    table.add(cursor.text(length, 'role'), id, at);
    const dominatesAt = cursor.offset;
    dominates[id] = readEbitmap<RoleId>(cursor);
    references.note('role', dominates[id], cursor.section, dominatesAt);
    const typesAt = cursor.offset;
    types[id] = readEbitmap<TypeId>(cursor);
    references.note('type', types[id], cursor.section, typesAt);
  }
  const names = table.finish();
  return {
    ...names,
    types,
    dominates,
    bounds: bounds as unknown as Column<RoleId | typeof NONE>,
  };
}
