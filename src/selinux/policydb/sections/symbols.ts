import type { Cursor } from '../cursor.ts';
import type { Names } from '../policydb.ts';

/** A symbol table being read: entries come in any order, each with its value; an alias has the value of another entry. */
export class SymbolTable<Id extends number> {
  /** How many values there are: ids are below it. */
  readonly limit: number;
  readonly entries: number;
  readonly names: string[] = [];
  readonly ids: Map<string, Id> = new Map();
  readonly aliases: Map<string, Id> = new Map();
  private readonly cursor: Cursor;
  private readonly what: string;
  private readonly at: number;

  /** Reads the table's two counts. `leastBytes` is the size of its smallest entry. */
  constructor(cursor: Cursor, what: string, leastBytes: number) {
    this.cursor = cursor;
    this.what = what;
    this.at = cursor.offset;
    this.limit = cursor.u32();
    if (this.limit > MOST_VALUES) {
      cursor.fail(`${this.limit} ${what} values are more than ${MOST_VALUES}`, this.at);
    }
    this.entries = cursor.count(`${what} entries`, leastBytes);
  }

  /** An entry's value (already read, at `at`) as its id. */
  idOf(value: number, at: number): Id {
    return this.cursor.checkedId(value, this.limit, this.what, at) as Id;
  }

  add(name: string, id: Id, at: number): void {
    if (this.names[id] !== undefined) {
      this.cursor.fail(`two entries have the ${this.what} value ${id + 1}`, at);
    }
    this.know(name, id, at);
    this.names[id] = name;
  }

  addAlias(name: string, id: Id, at: number): void {
    this.know(name, id, at);
    this.aliases.set(name, id);
  }

  /**
   * Every value must have had its entry by now. Except: with `atEnd` a compiler may have counted each alias as a value, so that as many
   * may be missing at the end (checkpolicy does this for sensitivities and categories); and a function names those without entry.
   */
  finish(missing: 'none' | 'atEnd' | ((id: Id) => string) = 'none'): Names<Id> {
    const atEnd = missing === 'atEnd' ? this.aliases.size : 0;
    const end = Math.max(this.names.length, this.limit - atEnd);
    for (let id = 0; id < end; id++) {
      if (this.names[id] !== undefined) continue;
      if (typeof missing !== 'function') {
        this.cursor.fail(`${this.what} ${id + 1} has no entry`, this.at);
      }
      this.add(missing(id as Id), id as Id, this.at);
    }
    return { names: this.names, ids: this.ids };
  }

  private know(name: string, id: Id, at: number): void {
    if (this.ids.has(name)) this.cursor.fail(`two entries of this table have one name`, at);
    this.ids.set(name, id);
  }
}

/** Types are 16-bit in the rules. */
const MOST_VALUES = 65535;
