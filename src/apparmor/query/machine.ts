import type { Machine } from '../../patterns/index.ts';
import { type Dfa, NO_STATE, nextState, type Rules } from '../compiled/index.ts';

/** Rules from a state on as a machine that accepts where `accepts` says so of a state. */
export function machineOf(
  rules: Rules,
  start: number,
  accepts: (state: number) => boolean,
): Machine {
  return {
    start,
    dead: NO_STATE,
    next: (state, byte) => nextState(rules.dfa, state, byte),
    accepts,
    kinds: kindsOf(rules.dfa),
  };
}

/** Byte -> its kind. The compiler's classes say so; without them the bytes are divided by where each state leads them. */
function kindsOf(dfa: Dfa): ArrayLike<number> {
  if (dfa.classes.length > 0) return dfa.classes;
  const known = KINDS.get(dfa);
  if (known !== undefined) return known;
  let kinds = new Uint16Array(256);
  let count = 1;
  for (let state = 1; state < dfa.states && count < 256; state++) {
    const next = Uint32Array.from({ length: 256 }, (_, byte) => nextState(dfa, state, byte));
    const found = new Map<number, number>();
    const finer = new Uint16Array(256);
    for (let byte = 0; byte < 256; byte++) {
      const key = kinds[byte]! * dfa.states + next[byte]!;
      if (!found.has(key)) found.set(key, found.size);
      finer[byte] = found.get(key)!;
    }
    kinds = finer;
    count = found.size;
  }
  KINDS.set(dfa, kinds);
  return kinds;
}

const KINDS = new WeakMap<Dfa, Uint16Array>();
