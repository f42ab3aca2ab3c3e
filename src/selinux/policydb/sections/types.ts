import { Bitset } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import { type Column, type Names, NONE, type TypeId } from '../policydb.ts';
import type { Header } from './header.ts';
import { SymbolTable } from './symbols.ts';

/** The table of types without its members, which the type attribute map at the file's end tells. */
export interface TypeSection extends Names<TypeId> {
  readonly attributes: Bitset<TypeId>;
  readonly aliases: ReadonlyMap<string, TypeId>;
  readonly bounds: Column<TypeId | typeof NONE>;
}

/** Types, attributes and aliases. */
export function readTypes(cursor: Cursor, header: Header): TypeSection {
  cursor.begin('types');
  const table = new SymbolTable<TypeId>(cursor, 'type', 13);
  const attributes = new Bitset<TypeId>(table.limit);
  const bounds = new Int32Array(table.limit).fill(NONE);
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 4);
    const propertiesAt = cursor.offset;
    const properties = cursor.u32();
    const known = header.has('bounds') ? PRIMARY | ATTRIBUTE : PRIMARY;
    if ((properties & ~known) !== 0) {
      cursor.fail(`a type's properties 0x${properties.toString(16)} have no meaning`, propertiesAt);
    }
    const bound = header.has('bounds') ? cursor.idOrNone(table.limit, 'type') : NONE;
    const name = cursor.text(length, 'type');
    if (properties === 0) {
      table.addAlias(name, id, at);
      continue;
    }
    table.add(name, id, at);
    bounds[id] = bound;
    if (properties & ATTRIBUTE) attributes.add(id);
  }
  // Before version 24 attributes have values and no entry. setools gives them these names too.
  const names = header.has('bounds')
    ? table.finish()
    : table.finish((id) => {
        attributes.add(id);
        return `@ttr${String(id + 1).padStart(4, '0')}`;
      });
  return {
    ...names,
    attributes,
    aliases: table.aliases,
    bounds: bounds as unknown as Column<TypeId | typeof NONE>,
  };
}

const PRIMARY = 1;
const ATTRIBUTE = 2;
