import type { IdSet } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import {
  type Column,
  type Level,
  NONE,
  type Range,
  type RoleId,
  type UserId,
  type UserTable,
} from '../policydb.ts';
import type { ForwardReferences } from '../references.ts';
import { readEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import { readLevel, readRange } from './levels.ts';
import { SymbolTable } from './symbols.ts';

/** SELinux users: roles, authorised range, default level. */
export function readUsers(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): UserTable {
  cursor.begin('users');
  const table = new SymbolTable<UserId>(cursor, 'user', 21);
  const roles: IdSet<RoleId>[] = [];
  const bounds = new Int32Array(table.limit).fill(NONE);
  const ranges: (Range | undefined)[] = [];
  const defaultLevels: (Level | undefined)[] = [];
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 4);
    if (header.has('bounds')) bounds[id] = cursor.idOrNone(table.limit, 'user');
    table.add(cursor.text(length, 'user'), id, at);
    const rolesAt = cursor.offset;
    roles[id] = readEbitmap<RoleId>(cursor);
    references.note('role', roles[id], cursor.section, rolesAt);
    ranges[id] = header.has('mls') ? readRange(cursor, header, references) : undefined;
    defaultLevels[id] = header.has('mls') ? readLevel(cursor, header, references) : undefined;
  }
  return {
    ...table.finish(),
    roles,
    bounds: bounds as unknown as Column<UserId | typeof NONE>,
    ranges,
    defaultLevels,
  };
}
