import type { Cursor } from '../cursor.ts';
import type { BooleanId, BooleanTable } from '../policydb.ts';
import { SymbolTable } from './symbols.ts';

export function readBooleans(cursor: Cursor): BooleanTable {
  cursor.begin('booleans');
  const table = new SymbolTable<BooleanId>(cursor, 'boolean', 13);
  const defaults = new Uint8Array(table.limit);
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const id = table.idOf(cursor.u32(), at);
    const stateAt = cursor.offset;
    const state = cursor.u32();
    if (state > 1) cursor.fail(`a boolean's state is ${state}, not 0 or 1`, stateAt);
    const length = cursor.u32();
    table.add(cursor.text(length, 'boolean'), id, at);
    defaults[id] = state;
  }
  return { ...table.finish(), defaults };
}
