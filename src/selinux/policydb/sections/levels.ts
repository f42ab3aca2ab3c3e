import type { IdSet } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';
import type {
  CategoryId,
  CategoryTable,
  Level,
  Range,
  SensitivityId,
  SensitivityTable,
} from '../policydb.ts';
import type { ForwardReferences } from '../references.ts';
import { readEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';
import { SymbolTable } from './symbols.ts';

/** Sensitivities with the categories that may go with them. An alias repeats its sensitivity's level. */
export function readSensitivities(cursor: Cursor, references: ForwardReferences): SensitivityTable {
  cursor.begin('sensitivities');
  const table = new SymbolTable<SensitivityId>(cursor, 'sensitivity', 25);
  const categories: IdSet<CategoryId>[] = [];
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const alias = cursor.oneOf(YES_NO, 'alias mark') === 'yes';
    const name = cursor.text(length, 'sensitivity');
    const valueAt = cursor.offset;
    const id = table.idOf(cursor.u32(), valueAt);
    const setAt = cursor.offset;
    const set = readEbitmap<CategoryId>(cursor);
    references.note('category', set, cursor.section, setAt);
    if (alias) table.addAlias(name, id, at);
    else {
      table.add(name, id, at);
      categories[id] = set;
    }
  }
  return { ...table.finish('atEnd'), categories, aliases: table.aliases };
}

export function readCategories(cursor: Cursor): CategoryTable {
  cursor.begin('categories');
  const table = new SymbolTable<CategoryId>(cursor, 'category', 13);
  for (let i = 0; i < table.entries; i++) {
    const at = cursor.offset;
    const length = cursor.u32();
    const id = table.idOf(cursor.u32(), at + 4);
    const alias = cursor.oneOf(YES_NO, 'alias mark') === 'yes';
    const name = cursor.text(length, 'category');
    if (alias) table.addAlias(name, id, at);
    else table.add(name, id, at);
  }
  return { ...table.finish('atEnd'), aliases: table.aliases };
}

const YES_NO: Readonly<Record<number, 'no' | 'yes'>> = { 0: 'no', 1: 'yes' };

/** One or two levels: how many, their sensitivities, then their categories. */
export function readRange(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): Range | undefined {
  const at = cursor.offset;
  const count = cursor.u32();
  if (count !== 1 && count !== 2) cursor.fail(`a range has ${count} levels, not 1 or 2`, at);
  const low = readSensitivity(cursor, header, references);
  const high = count === 2 ? readSensitivity(cursor, header, references) : low;
  const lowLevel = { sensitivity: low, categories: readCategorySet(cursor, references) };
  const highLevel =
    count === 2 ? { sensitivity: high, categories: readCategorySet(cursor, references) } : lowLevel;
  if (!header.mls) return undefined;
  return { low: lowLevel, high: highLevel };
}

export function readLevel(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): Level | undefined {
  const sensitivity = readSensitivity(cursor, header, references);
  const categories = readCategorySet(cursor, references);
  return header.mls ? { sensitivity, categories } : undefined;
}

/** Without MLS the field is there and means nothing: compilers write 0 or 1 into it. */
function readSensitivity(
  cursor: Cursor,
  header: Header,
  references: ForwardReferences,
): SensitivityId {
  const at = cursor.offset;
  const value = cursor.u32();
  if (!header.mls) return 0 as SensitivityId;
  if (value === 0) cursor.fail('sensitivity 0 does not exist', at);
  references.noteId('sensitivity', value - 1, cursor.section, at);
  return (value - 1) as SensitivityId;
}

function readCategorySet(cursor: Cursor, references: ForwardReferences): IdSet<CategoryId> {
  const at = cursor.offset;
  const set = readEbitmap<CategoryId>(cursor);
  references.note('category', set, cursor.section, at);
  return set;
}
