import { Bitset, type IdSet } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import type { Column, TypeId, TypeTable } from '../policydb.ts';
import { readEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import type { Symbols } from './symbol-tables.ts';

/** The type attribute map: for each type its attributes. With it the table of types is complete. */
export function readTypeAttributes(cursor: Cursor, header: Header, symbols: Symbols): TypeTable {
  cursor.begin('type attribute map');
  const { types } = symbols;
  const limit = types.names.length;
  const offsets = new Uint32Array(limit + 1);
  const members = new Map<TypeId, Bitset<TypeId>>();
  types.attributes.forEach((attribute) => void members.set(attribute, new Bitset<TypeId>(limit)));
  cursor.reserve(members.size * (limit >>> 3), cursor.offset);

  let lists = new Uint16Array(limit * 8);
  let length = 0;
  for (let type = 0 as TypeId; type < limit; type++) {
    const at = cursor.offset;
    const map: Bitset<TypeId> = header.has('attributes')
      ? readEbitmap<TypeId>(cursor)
      : new Bitset<TypeId>();
    map.add(type);
    const size = map.size();
    if (length + size > lists.length) {
      cursor.reserve((length + size) * 4, at);
      const longer = new Uint16Array((length + size) * 2);
      longer.set(lists);
      lists = longer;
    }
    map.forEach((attribute) => {
      lists[length++] = attribute;
      if (attribute === type) return;
      cursor.checkedId(attribute + 1, limit, 'type', at);
      const set =
        members.get(attribute) ??
        cursor.fail(`type ${attribute + 1} is used as an attribute and is none`, at);
      if (types.attributes.has(type)) cursor.fail('an attribute has an attribute', at);
      set.add(type);
    });
    offsets[type + 1] = length;
  }
  return {
    ...types,
    attributeOffsets: offsets,
    attributeLists: lists.slice(0, length) as unknown as Column<TypeId>,
    members: members as ReadonlyMap<TypeId, IdSet<TypeId>>,
  };
}
