import { CompiledFormatError } from './format-error.ts';

/**
 * A deterministic automaton over bytes, as compressed tables (the kernel's match.c reads the same). State 0 refuses everything, state 1 is where
 * a match begins unless a start state says otherwise.
 */
export interface Dfa {
  readonly states: number;
  /** State -> what its accepting means: an index, or the permissions themselves, by the layout. */
  readonly accept: Uint32Array;
  /** State -> the second word; empty where the layout has none. */
  readonly accept2: Uint32Array;
  /** State -> its offset in `next` and `check` (low 24 bits), and what else is so about it (high bits). */
  readonly base: Uint32Array;
  /** State -> where a byte leads that has no entry, or, with difference encoding, the state whose entries hold then. */
  readonly fallback: Uint32Array;
  readonly next: Uint32Array;
  readonly check: Uint32Array;
  /** Byte -> its equivalence class; empty where each byte is its own. */
  readonly classes: Uint8Array;
}

/** Leads nowhere. */
export const NO_STATE = 0;
export const START_STATE = 1;

/** Which accept tables the layout of the permissions asks for. */
export type AcceptTables = 'accept' | 'both';

/** Where a byte leads. */
export function nextState(dfa: Dfa, from: number, byte: number): number {
  return follow(dfa, from, dfa.classes.length === 0 ? byte : dfa.classes[byte]!);
}

/** Where a state's transition outside the bytes leads (between a profile's name and the attributes of its file, in a match of its attachment). */
export function outsideTransition(dfa: Dfa, from: number): number {
  return (dfa.base[from]! & OUTSIDE) === 0 ? NO_STATE : follow(dfa, from, -1);
}

function follow(dfa: Dfa, from: number, entry: number): number {
  let state = from;
  for (;;) {
    const base = dfa.base[state]!;
    const at = (base & OFFSET_MASK) + entry;
    if (dfa.check[at] === state) return dfa.next[at]!;
    state = dfa.fallback[state]!;
    // Only the encoding of differences goes on looking; it is checked on reading that no such chain is a circle.
    if ((base & DIFFERENCE) === 0) return state;
  }
}

export function matchBytes(dfa: Dfa, from: number, bytes: Iterable<number>): number {
  let state = from;
  for (const byte of bytes) {
    if (state === NO_STATE) return NO_STATE;
    state = nextState(dfa, state, byte);
  }
  return state;
}

const DIFFERENCE = 0x80000000;
const OUTSIDE = 0x20000000;
const OFFSET_MASK = 0x00ffffff;

/**
 * Reads a DFA from the bytes of its blob, which begins `offset` bytes into the file. All of its numbers are big-endian. What is checked
 * is what the kernel checks: every state that a table names exists, and no chain of differences is a circle.
 */
export function readDfa(blob: Uint8Array, offset: number, part: string, wanted: AcceptTables): Dfa {
  const fail = (problem: string, at: number): never => {
    throw new CompiledFormatError(part, offset + at, problem);
  };
  // The writer aligns the end of the blob to 8 bytes, so what is over stands in front.
  const start = blob.length & 7;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length - start < SMALLEST_HEADER) fail('the automaton ends inside its header', 0);
  if (view.getUint32(start) !== MAGIC) fail('this is no automaton: its first word is wrong', start);
  const headerSize = view.getUint32(start + 4);
  if (headerSize < SMALLEST_HEADER || headerSize > blob.length - start) {
    fail(`the automaton's header says that it has ${headerSize} bytes`, start + 4);
  }
  const flags = view.getUint16(start + 12);
  if ((flags & ~KNOWN_FLAGS) !== 0) {
    fail(`the automaton has flags that are not known here: 0x${flags.toString(16)}`, start + 12);
  }
  const tables = readTables(view, start + headerSize, fail);
  const dfa = assemble(tables, wanted, fail);
  validate(dfa, flags, tables, fail);
  return dfa;
}

const MAGIC = 0x1b5e783d;
/** Magic, two sizes and the flags; a version string fills the rest. */
const SMALLEST_HEADER = 14;
const FLAG_DIFFERENCES = 1;
const FLAG_OUTSIDE = 2;
const KNOWN_FLAGS = FLAG_DIFFERENCES | FLAG_OUTSIDE;

type Fail = (problem: string, at: number) => never;

interface Table {
  /** Where its header stands in the blob. */
  readonly at: number;
  readonly words: Uint32Array;
}

/** Number in the file -> name here, and which sizes of entry the kernel takes for it. */
const TABLES = {
  1: { name: 'accept', sizes: [4] },
  2: { name: 'base', sizes: [4] },
  3: { name: 'check', sizes: [2, 4] },
  4: { name: 'default', sizes: [2, 4] },
  5: { name: 'classes', sizes: [1] },
  7: { name: 'accept2', sizes: [4] },
  8: { name: 'next', sizes: [2, 4] },
} as const satisfies Record<number, { name: string; sizes: readonly number[] }>;
type TableName = (typeof TABLES)[keyof typeof TABLES]['name'];
type Tables = Partial<Record<TableName, Table>>;

function readTables(view: DataView, start: number, fail: Fail): Tables {
  const tables: Tables = {};
  for (let at = start; at < view.byteLength; ) {
    if (view.byteLength - at < TABLE_HEADER) fail('the automaton ends inside a table header', at);
    const id = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const length = view.getUint32(at + 8);
    const kind = TABLES[id as keyof typeof TABLES];
    if (kind === undefined) return fail(`there is a table of the unknown number ${id}`, at);
    if (tables[kind.name] !== undefined) fail(`there is a second table \`${kind.name}\``, at);
    if (!(kind.sizes as readonly number[]).includes(size)) {
      fail(`the table \`${kind.name}\` has entries of ${size} bytes`, at + 2);
    }
    if (length === 0) fail(`the table \`${kind.name}\` is empty`, at + 8);
    const bytes = Math.ceil((TABLE_HEADER + length * size) / 8) * 8;
    if (bytes > view.byteLength - at) {
      fail(
        `the table \`${kind.name}\` needs ${bytes} bytes and ${view.byteLength - at} are left`,
        at,
      );
    }
    tables[kind.name] = { at, words: entries(view, at + TABLE_HEADER, length, size) };
    at += bytes;
  }
  return tables;
}

const TABLE_HEADER = 12;

function entries(view: DataView, at: number, length: number, size: number): Uint32Array {
  const words = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    words[i] =
      size === 1
        ? view.getUint8(at + i)
        : size === 2
          ? view.getUint16(at + i * 2)
          : view.getUint32(at + i * 4);
  }
  return words;
}

function assemble(tables: Tables, wanted: AcceptTables, fail: Fail): Dfa {
  const need = (name: TableName): Table =>
    tables[name] ?? fail(`the automaton has no table \`${name}\``, 0);
  const base = need('base');
  const states = base.words.length;
  if (states < 2) fail(`the automaton has ${states} state and needs at least two`, base.at);
  const perState = (name: TableName): Uint32Array => {
    const { at, words } = need(name);
    if (words.length !== states) {
      fail(`the table \`${name}\` has ${words.length} entries for ${states} states`, at);
    }
    return words;
  };
  const next = need('next');
  const check = need('check');
  if (next.words.length !== check.words.length) {
    fail('the tables `next` and `check` have different lengths', next.at);
  }
  if (tables.classes !== undefined && tables.classes.words.length !== 256) {
    fail('the table `classes` has not 256 entries', tables.classes.at);
  }
  if (wanted === 'accept' && tables.accept2 !== undefined) {
    fail('there is a table `accept2`, which this layout has not', tables.accept2.at);
  }
  return {
    states,
    accept: perState('accept'),
    accept2: wanted === 'both' ? perState('accept2') : new Uint32Array(0),
    base: base.words,
    fallback: perState('default'),
    next: next.words,
    check: check.words,
    classes: Uint8Array.from(tables.classes?.words ?? []),
  };
}

function validate(dfa: Dfa, flags: number, tables: Tables, fail: Fail): void {
  const { states, base, fallback, next, check } = dfa;
  for (let state = 0; state < states; state++) {
    const word = base[state]!;
    const at = tables.base!.at + TABLE_HEADER + state * 4;
    if ((word & ~(DIFFERENCE | OUTSIDE | OFFSET_MASK)) !== 0) {
      fail(`state ${state} has flags that are not known here`, at);
    }
    if ((word & DIFFERENCE) !== 0 && (flags & FLAG_DIFFERENCES) === 0) {
      fail(`state ${state} is a difference, and the header does not say that there are any`, at);
    }
    const offset = word & OFFSET_MASK;
    if ((word & OUTSIDE) !== 0 && ((flags & FLAG_OUTSIDE) === 0 || offset < 1)) {
      fail(`state ${state} has a transition outside the bytes that cannot be`, at);
    }
    if (offset + 255 >= next.length) fail(`state ${state} reaches over the end of \`next\``, at);
    if (fallback[state]! >= states) {
      fail(`state ${state} falls back to one that does not exist`, tables.default!.at);
    }
  }
  for (let i = 0; i < next.length; i++) {
    if (next[i]! >= states) fail(`entry ${i} of \`next\` is no state`, tables.next!.at);
    if (check[i]! >= states) fail(`entry ${i} of \`check\` is no state`, tables.check!.at);
  }
  refuseCircles(dfa, tables, fail);
}

/** Each state once: a chain that comes back to a state of itself would never answer. */
function refuseCircles({ states, base, fallback }: Dfa, tables: Tables, fail: Fail): void {
  /** 0: not seen, otherwise the chain that it was seen in. */
  const seen = new Uint32Array(states);
  for (let first = 0; first < states; first++) {
    for (let at = first; seen[at] === 0 && (base[at]! & DIFFERENCE) !== 0; ) {
      seen[at] = first + 1;
      at = fallback[at]!;
      if (seen[at] === first + 1) {
        fail(`the differences of state ${first} go in a circle`, tables.default!.at);
      }
    }
  }
}
