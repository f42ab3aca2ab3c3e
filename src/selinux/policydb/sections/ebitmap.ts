import { Bitset } from '../bitset.ts';
import type { Cursor } from '../cursor.ts';

/**
 * An extensible bitmap: 64-bit pieces at ascending, aligned starts, empty ones left out. With `firstBit` 1 the file counts bits
 * by value instead of by id (permissive and neveraudit maps).
 */
export function readEbitmap<Id extends number>(cursor: Cursor, firstBit: 0 | 1 = 0): Bitset<Id> {
  const at = cursor.offset;
  const set = new Bitset<Id>(readWords(cursor, false));
  return firstBit === 1 ? lowered(cursor, set, at) : set;
}

/** The same for a set that is gone through at once and not kept: it is overwritten by the next one. */
export function readPassingEbitmap<Id extends number>(cursor: Cursor): Bitset<Id> {
  return new Bitset<Id>(readWords(cursor, true));
}

function readWords(cursor: Cursor, passing: boolean): Uint32Array {
  const at = cursor.offset;
  const unit = cursor.u32();
  const highBit = cursor.u32();
  if (unit !== UNIT) cursor.fail(`a bitmap's pieces have ${unit} bits, not ${UNIT}`, at);
  if (highBit > MOST_BITS) cursor.fail(`a bitmap has ${highBit} bits, more than ${MOST_BITS}`, at);
  const pieces = cursor.count('bitmap pieces', 12);

  let next = 0;
  let words = NOTHING;
  const piecesAt = cursor.offset;
  if (pieces > 0) {
    // The pieces ascend, so the last one says how long the set is.
    const last = cursor.view.getUint32(piecesAt + (pieces - 1) * 12, true);
    if (last >= highBit) cursor.fail(`a bitmap of ${highBit} bits has a piece at ${last}`, at);
    cursor.reserve((last + UNIT) >>> 3, at);
    const length = (last + UNIT) >>> 5;
    words = passing ? PASSING.subarray(0, length).fill(0) : new Uint32Array(length);
  }
  // That all pieces are in the file has been seen, and this runs many thousand times in code that is not compiled yet.
  const { view } = cursor;
  for (let i = 0, pieceAt = piecesAt; i < pieces; i++, pieceAt += 12) {
    const start = view.getUint32(pieceAt, true);
    const low = view.getUint32(pieceAt + 4, true);
    const high = view.getUint32(pieceAt + 8, true);
    if (start % UNIT !== 0) cursor.fail(`a bitmap's piece starts at ${start}`, pieceAt);
    if (start < next)
      cursor.fail(`a bitmap's piece at ${start} follows one at ${next - UNIT}`, pieceAt);
    if (start >= highBit)
      cursor.fail(`a bitmap of ${highBit} bits has a piece at ${start}`, pieceAt);
    if ((low | high) === 0) cursor.fail("a bitmap's piece is empty", pieceAt);
    // A piece past the last one's start cannot be: the next turn, or this check on the last, refuses it.
    words[start >>> 5] = low;
    words[(start >>> 5) + 1] = high;
    next = start + UNIT;
  }
  cursor.offset = piecesAt + pieces * 12;
  return words;
}

/** Most bitmaps of a policy are empty. */
const NOTHING = new Uint32Array(0);
const UNIT = 64;

/** Values are 16-bit in the rules; a value of 65535 rounds up to this. */
const MOST_BITS = 65536;

/** Thousands of sets of a policy become rows of a table, and memory of their own for each would take longer than reading them. */
const PASSING = new Uint32Array((MOST_BITS + UNIT) >>> 5);

function lowered<Id extends number>(cursor: Cursor, values: Bitset<Id>, at: number): Bitset<Id> {
  const ids = new Bitset<Id>();
  values.forEach((value) => {
    if (value === 0) cursor.fail('a bitmap of values holds the value 0', at);
    ids.add((value - 1) as Id);
  });
  return ids;
}
