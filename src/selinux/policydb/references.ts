import type { IdSet } from './bitset.ts';
import { PolicyFormatError } from './format-error.ts';

export type ReferenceTable = 'user' | 'role' | 'type' | 'sensitivity' | 'category';

/**
 * Ids that point to a table that comes later in the file (a class's constraints to types, a role to its types): noted while reading,
 * checked when the last table is known. Later sections note too, and are checked at once.
 */
export class ForwardReferences {
  private readonly noted: Reference[] = [];
  private limits: Readonly<Record<ReferenceTable, number>> | undefined;

  note(table: ReferenceTable, ids: IdSet<number>, section: string, offset: number): void {
    const highest = highestOf(ids.words);
    if (highest >= 0) this.add({ table, highest, section, offset });
  }

  noteId(table: ReferenceTable, id: number, section: string, offset: number): void {
    this.add({ table, highest: id, section, offset });
  }

  /** Now the tables are known: checks what was noted, and from here on everything at once. */
  resolve(limits: Readonly<Record<ReferenceTable, number>>): void {
    this.limits = limits;
    for (const reference of this.noted) check(reference, limits);
    this.noted.length = 0;
  }

  private add(reference: Reference): void {
    if (this.limits === undefined) this.noted.push(reference);
    else check(reference, this.limits);
  }
}

function check(
  { table, highest, section, offset }: Reference,
  limits: Readonly<Record<ReferenceTable, number>>,
): void {
  if (highest < limits[table]) return;
  const problem = `${table} ${highest + 1} does not exist: there are ${limits[table]}`;
  throw new PolicyFormatError(section, offset, problem);
}

interface Reference {
  readonly table: ReferenceTable;
  readonly highest: number;
  readonly section: string;
  readonly offset: number;
}

function highestOf(words: Uint32Array): number {
  let i = words.length - 1;
  while (i >= 0 && words[i] === 0) i--;
  return i < 0 ? -1 : i * 32 + 31 - Math.clz32(words[i]!);
}
