import type { Cursor } from '../cursor.ts';
import type { ClassId, Column, Range, RangeTransitionTable, TypeId } from '../policydb.ts';
import type { Header } from './header.ts';
import { readRange } from './levels.ts';
import { processClass } from './role-rules.ts';
import type { Symbols } from './symbol-tables.ts';

export function readRangeTransitions(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
): RangeTransitionTable {
  cursor.begin('range transitions');
  const withClass = header.has('rangeTransitionClass');
  const count = header.has('mls') ? cursor.count('range transitions', withClass ? 32 : 28) : 0;
  const types = symbols.types.names.length;
  const source = new Uint16Array(count);
  const target = new Uint16Array(count);
  const tclass = new Uint16Array(count);
  const ranges: Range[] = [];
  for (let i = 0; i < count; i++) {
    const at = cursor.offset;
    source[i] = cursor.id(types, 'type');
    target[i] = cursor.id(types, 'type');
    tclass[i] = withClass
      ? cursor.id(symbols.classes.names.length, 'class')
      : processClass(cursor, symbols, at);
    const range = readRange(cursor, header, symbols.references);
    ranges.push(range ?? cursor.fail('a range transition stands in a policy without MLS', at));
  }
  return {
    count,
    source: source as unknown as Column<TypeId>,
    target: target as unknown as Column<TypeId>,
    tclass: tclass as unknown as Column<ClassId>,
    ranges,
  };
}
