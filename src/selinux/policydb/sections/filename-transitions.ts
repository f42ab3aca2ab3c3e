import type { Cursor } from '../cursor.ts';
import type { ClassId, Column, FilenameTransitionTable, TypeId } from '../policydb.ts';
import { readPassingEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import type { Symbols } from './symbol-tables.ts';

/** Type transitions that depend on the new object's name: one row per source in the file, or since version 33 a set of sources. */
export function readFilenameTransitions(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
): FilenameTransitionTable {
  cursor.begin('filename transitions');
  const columns = new Columns();
  if (header.has('compactFilenameTransitions')) readCompact(cursor, symbols, columns);
  else if (header.has('filenameTransitions')) readPlain(cursor, symbols, columns);
  return columns.table();
}

function readPlain(cursor: Cursor, symbols: Symbols, columns: Columns): void {
  const types = symbols.types.names.length;
  const count = cursor.count('filename transitions', 21);
  for (let i = 0; i < count; i++) {
    const name = cursor.text(cursor.u32(), 'file');
    const source = cursor.id(types, 'type');
    const target = cursor.id(types, 'type');
    const tclass = cursor.id(symbols.classes.names.length, 'class');
    columns.add(name, source, target, tclass, cursor.id(types, 'type'));
  }
}

function readCompact(cursor: Cursor, symbols: Symbols, columns: Columns): void {
  const types = symbols.types.names.length;
  const count = cursor.count('filename transitions', 33);
  for (let i = 0; i < count; i++) {
    const name = cursor.text(cursor.u32(), 'file');
    const target = cursor.id(types, 'type');
    const tclass = cursor.id(symbols.classes.names.length, 'class');
    const results = cursor.count('results', 16);
    for (let k = 0; k < results; k++) {
      const at = cursor.offset;
      const sources = readPassingEbitmap<TypeId>(cursor);
      const newType = cursor.id(types, 'type');
      cursor.reserve(sources.size() * ROW_BYTES, at);
      sources.forEach((source) => {
        cursor.checkedId(source + 1, types, 'type', at);
        columns.add(name, source, target, tclass, newType);
      });
    }
  }
}

/** What a row takes below, with the half that a growing array may leave empty. */
const ROW_BYTES = 24;

class Columns {
  private count = 0;
  private rows = new Uint16Array(4 * 256);
  private name = new Uint32Array(256);
  private readonly names: string[] = [];
  private readonly nameRows = new Map<string, number>();

  add(name: string, source: number, target: number, tclass: number, newType: number): void {
    const row = this.count;
    if (row === this.name.length) this.grow();
    let nameRow = this.nameRows.get(name);
    if (nameRow === undefined) {
      nameRow = this.names.push(name) - 1;
      this.nameRows.set(name, nameRow);
    }
    this.name[row] = nameRow;
    this.rows[row * 4] = source;
    this.rows[row * 4 + 1] = target;
    this.rows[row * 4 + 2] = tclass;
    this.rows[row * 4 + 3] = newType;
    this.count = row + 1;
  }

  table(): FilenameTransitionTable {
    const { count, rows } = this;
    const column = (field: number): Uint16Array => {
      const values = new Uint16Array(count);
      for (let row = 0; row < count; row++) values[row] = rows[row * 4 + field]!;
      return values;
    };
    return {
      count,
      source: column(0) as unknown as Column<TypeId>,
      target: column(1) as unknown as Column<TypeId>,
      tclass: column(2) as unknown as Column<ClassId>,
      newType: column(3) as unknown as Column<TypeId>,
      name: this.name.slice(0, count),
      names: this.names,
    };
  }

  private grow(): void {
    const rows = new Uint16Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
    const name = new Uint32Array(this.name.length * 2);
    name.set(this.name);
    this.name = name;
  }
}
