import type { Cursor } from '../cursor.ts';
import type {
  ClassId,
  Column,
  RoleAllowTable,
  RoleId,
  RoleTransitionTable,
  TypeId,
} from '../policydb.ts';
import type { Header } from './header.ts';
import type { Symbols } from './symbol-tables.ts';

export function readRoleTransitions(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
): RoleTransitionTable {
  cursor.begin('role transitions');
  const withClass = header.has('roleTransitionClass');
  const count = cursor.count('role transitions', withClass ? 16 : 12);
  const roles = symbols.roles.names.length;
  const source = new Uint16Array(count);
  const target = new Uint16Array(count);
  const tclass = new Uint16Array(count);
  const newRole = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const at = cursor.offset;
    source[i] = cursor.id(roles, 'role');
    target[i] = cursor.id(symbols.types.names.length, 'type');
    newRole[i] = cursor.id(roles, 'role');
    tclass[i] = withClass
      ? cursor.id(symbols.classes.names.length, 'class')
      : processClass(cursor, symbols, at);
  }
  return {
    count,
    source: source as unknown as Column<RoleId>,
    target: target as unknown as Column<TypeId>,
    tclass: tclass as unknown as Column<ClassId>,
    newRole: newRole as unknown as Column<RoleId>,
  };
}

export function readRoleAllows(cursor: Cursor, symbols: Symbols): RoleAllowTable {
  cursor.begin('role allows');
  const count = cursor.count('role allows', 8);
  const roles = symbols.roles.names.length;
  const source = new Uint16Array(count);
  const target = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    source[i] = cursor.id(roles, 'role');
    target[i] = cursor.id(roles, 'role');
  }
  return {
    count,
    source: source as unknown as Column<RoleId>,
    target: target as unknown as Column<RoleId>,
  };
}

/** Older versions have no class in transitions of roles and ranges: they are about processes. */
export function processClass(cursor: Cursor, symbols: Symbols, at: number): ClassId {
  return (
    symbols.classes.ids.get('process') ??
    cursor.fail('a transition is about the class `process`, which does not exist', at)
  );
}
