import type { Cursor } from '../cursor.ts';
import type { Common, CommonId } from '../policydb.ts';
import { SymbolTable } from './symbols.ts';

/** The permissions that classes inherit by name. */
export function readCommons(cursor: Cursor): readonly Common[] {
  cursor.begin('commons');
  const table = new SymbolTable<CommonId>(cursor, 'common', 17);
  const permissions: string[][] = [];
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 4);
    const limitAt = cursor.offset;
    const limit = cursor.u32();
    const count = cursor.count('permissions', 9);
    table.add(cursor.text(length, 'common'), id, at);
    permissions[id] = readPermissions(cursor, count, limit, [], limitAt);
  }
  return table.finish().names.map((name, id) => ({ name, permissions: permissions[id]! }));
}

/** `count` permissions, appended by value to those that are inherited; together they are `limit`, and a value is a bit's number plus one. */
export function readPermissions(
  cursor: Cursor,
  count: number,
  limit: number,
  inherited: readonly string[],
  limitAt: number,
): string[] {
  if (limit > 32) cursor.fail(`${limit} permissions do not fit into an access vector`, limitAt);
  const permissions = [...inherited];
  for (let i = 0; i < count; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const bit = cursor.checkedId(cursor.u32(), limit, 'permission', at + 4);
    const name = cursor.text(length, 'permission');
    if (permissions[bit] !== undefined)
      cursor.fail(`two permissions have the value ${bit + 1}`, at);
    if (permissions.includes(name)) cursor.fail('two permissions of a class have one name', at);
    permissions[bit] = name;
  }
  for (let bit = 0; bit < Math.max(limit, permissions.length); bit++) {
    if (permissions[bit] === undefined || bit >= limit) {
      cursor.fail(
        `there are ${limit} permissions, and ${count} plus ${inherited.length} inherited ones are given`,
        limitAt,
      );
    }
  }
  return permissions;
}
