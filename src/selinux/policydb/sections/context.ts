import type { Cursor } from '../cursor.ts';
import type { ContextIds, RoleId, TypeId, UserId } from '../policydb.ts';
import type { Header } from './header.ts';
import { readRange } from './levels.ts';
import type { Symbols } from './symbol-tables.ts';

/** A security context: user, role, type, and since version 19 a range. */
export function readContext(cursor: Cursor, header: Header, symbols: Symbols): ContextIds {
  const user = cursor.id(symbols.users.names.length, 'user') as UserId;
  const role = cursor.id(symbols.roles.names.length, 'role') as RoleId;
  const type = cursor.id(symbols.types.names.length, 'type') as TypeId;
  const range = header.has('mls') ? readRange(cursor, header, symbols.references) : undefined;
  return { user, role, type, range };
}

/** A context is never shorter, in any version. */
export const SMALLEST_CONTEXT = 12;
