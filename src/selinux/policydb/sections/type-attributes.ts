import { Bitset, type IdSet } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import type { Column, TypeId, TypeTable } from '../policydb.ts';
import { readPassingEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import type { Symbols } from './symbol-tables.ts';

/** The type attribute map: for each type its attributes. With it the table of types is complete. */
export function readTypeAttributes(cursor: Cursor, header: Header, symbols: Symbols): TypeTable {
  cursor.begin('type attribute map');
  const { types } = symbols;
  const limit = types.names.length;
  const offsets = new Uint32Array(limit + 1);
  const members = new Map<TypeId, Bitset<TypeId>>();
  types.attributes.forEach((attribute) => void members.set(attribute, new Bitset<TypeId>()));

  let lists = new Uint16Array(limit * 8);
  let length = 0;
  for (let type = 0 as TypeId; type < limit; type++) {
    const at = cursor.offset;
    // A type is in its own list whether the file says so or not, as in the kernel.
    const map = header.has('attributes') ? readPassingEbitmap<TypeId>(cursor) : NO_ATTRIBUTES;
    const most = length + map.size() + 1;
    if (most > lists.length) {
      cursor.reserve(most * 4, at);
      const longer = new Uint16Array(most * 2);
      longer.set(lists);
      lists = longer;
    }
    let itself = false;
    map.forEach((attribute) => {
      if (attribute >= type && !itself) {
        lists[length++] = type;
        itself = true;
      }
      if (attribute === type) return;
      lists[length++] = attribute;
      cursor.checkedId(attribute + 1, limit, 'type', at);
      const set =
        members.get(attribute) ??
        cursor.fail(`type ${attribute + 1} is used as an attribute and is none`, at);
      if (types.attributes.has(type)) cursor.fail('an attribute has an attribute', at);
      const words = set.words.length;
      set.add(type);
      cursor.reserve((set.words.length - words) * 4, at);
    });
    if (!itself) lists[length++] = type;
    offsets[type + 1] = length;
  }
  return {
    ...types,
    attributeOffsets: offsets,
    attributeLists: lists.slice(0, length) as unknown as Column<TypeId>,
    members: members as ReadonlyMap<TypeId, IdSet<TypeId>>,
  };
}

const NO_ATTRIBUTES = new Bitset<TypeId>();
