import { ANY_BYTE, type ByteSet, byteSet, type Pattern } from './pattern.ts';

/**
 * A pattern as a nondeterministic automaton over bytes (Thompson's construction). It answers in time linear in the subject, and,
 * what regular expressions cannot, whether two patterns have a subject in common.
 */
export class Automaton {
  /** State -> the bytes on which it goes to the next state in `next`; undefined for a state without such a step. */
  private readonly sets: (ByteSet | undefined)[] = [];
  private readonly next: number[] = [];
  /** State -> states that it is also in. */
  private readonly also: number[][] = [];
  private readonly start: number;
  private readonly accept: number;

  /** The automaton that accepts exactly what the pattern matches; undefined if there is none, or only one too large. */
  static exactly(pattern: Pattern): Automaton | undefined {
    try {
      return new Automaton(pattern, false);
    } catch (error) {
      if (error instanceof NotRegular) return undefined;
      throw error;
    }
  }

  /** The automaton that accepts what the pattern matches, and perhaps more: assertions inside it are taken to hold, large counts to be unbounded. */
  static atLeast(pattern: Pattern): Automaton {
    try {
      return new Automaton(pattern, true);
    } catch (error) {
      if (error instanceof NotRegular) return new Automaton(ANYTHING, true);
      throw error;
    }
  }

  private constructor(pattern: Pattern, generous: boolean) {
    this.start = this.state();
    this.accept = this.state();
    const branches = pattern.op === 'choice' ? pattern.branches : [pattern];
    for (const branch of branches) this.addBranch(branch, generous);
  }

  /** Only the first and the last branch of `^a|b|c$` are anchored, each on one side. */
  private addBranch(branch: Pattern, generous: boolean): void {
    const parts = branch.op === 'sequence' ? [...branch.parts] : [branch];
    const first = parts[0];
    const anchored = first?.op === 'assertion' && first.kind === 'start';
    if (anchored) parts.shift();
    const last = parts.at(-1);
    const ends = last?.op === 'assertion' && (last.kind === 'end' || last.kind === 'veryEnd');
    if (ends) parts.pop();
    if (!anchored) parts.unshift(ANYTHING);
    if (!ends) parts.push(ANYTHING);
    else if (last.kind === 'end') parts.push({ op: 'repeat', of: NEWLINE, least: 0, most: 1 });
    this.link(this.add({ op: 'sequence', parts }, this.start, generous), this.accept);
  }

  /** Adds a pattern from a state on, and returns the state after it. */
  private add(pattern: Pattern, from: number, generous: boolean): number {
    switch (pattern.op) {
      case 'bytes': {
        const [here, after] = [this.state(), this.state()];
        this.link(from, here);
        this.sets[here] = pattern.set;
        this.next[here] = after;
        return after;
      }
      case 'sequence':
        return pattern.parts.reduce((at, part) => this.add(part, at, generous), from);
      case 'choice': {
        const after = this.state();
        for (const branch of pattern.branches) this.link(this.add(branch, from, generous), after);
        return after;
      }
      case 'repeat':
        return this.addRepeat(pattern, from, generous);
      default:
        if (!generous) throw new NotRegular();
        return from;
    }
  }

  private addRepeat(
    { of, least, most }: Pattern & { readonly op: 'repeat' },
    from: number,
    generous: boolean,
  ): number {
    const large = least > LARGEST_COPIED || (most !== Infinity && most > LARGEST_COPIED);
    if (large && !generous) throw new NotRegular();
    let at = from;
    for (let i = 0; i < (large ? 0 : least); i++) at = this.add(of, at, generous);
    if (large || most === Infinity) {
      const loop = this.state();
      this.link(at, loop);
      this.link(this.add(of, loop, generous), loop);
      return loop;
    }
    const after = this.state();
    this.link(at, after);
    for (let i = least; i < most; i++) {
      at = this.add(of, at, generous);
      this.link(at, after);
    }
    return after;
  }

  private state(): number {
    if (this.also.length >= MOST_STATES) throw new NotRegular();
    this.sets.push(undefined);
    this.next.push(-1);
    return this.also.push([]) - 1;
  }

  private link(from: number, to: number): void {
    this.also[from]!.push(to);
  }

  /** Every byte of the subject is a character below 256. */
  matches(subject: string): boolean {
    let states = this.closure([this.start]);
    for (let i = 0; i < subject.length && states.length > 0; i++) {
      states = this.step(states, subject.charCodeAt(i));
    }
    return states.includes(this.accept);
  }

  /** Whether some subject is accepted by both: a walk over pairs of states, each pair once. */
  meets(other: Automaton): boolean {
    const width = other.also.length;
    const seen = new Set<number>();
    const open: number[] = [];
    const visit = (a: number, b: number): void => {
      const pair = a * width + b;
      if (seen.has(pair)) return;
      seen.add(pair);
      open.push(pair);
    };
    visit(this.start, other.start);
    while (open.length > 0) {
      const pair = open.pop()!;
      const a = Math.floor(pair / width);
      const b = pair % width;
      if (a === this.accept && b === other.accept) return true;
      for (const also of this.also[a]!) visit(also, b);
      for (const also of other.also[b]!) visit(a, also);
      const [ours, theirs] = [this.sets[a], other.sets[b]];
      if (ours !== undefined && theirs !== undefined && intersect(ours, theirs)) {
        visit(this.next[a]!, other.next[b]!);
      }
    }
    return false;
  }

  /**
   * Whether every subject that `other` accepts is accepted here: a walk over each of its states with all of ours that the same
   * bytes lead to. Says no where the walk becomes long.
   */
  includes(other: Automaton): boolean {
    const bytes = representatives([...this.sets, ...other.sets]);
    const seen = new Set<string>();
    const open: (readonly [number, readonly number[]])[] = [];
    const visit = (theirs: number, ours: readonly number[]): void => {
      const pair = `${theirs} ${ours}`;
      if (seen.has(pair)) return;
      seen.add(pair);
      open.push([theirs, ours]);
    };
    visit(other.start, this.closure([this.start]));
    while (open.length > 0) {
      const [theirs, ours] = open.pop()!;
      if (theirs === other.accept && !ours.includes(this.accept)) return false;
      if (seen.size > MOST_INCLUSION_PAIRS) return false;
      for (const also of other.also[theirs]!) visit(also, ours);
      const set = other.sets[theirs];
      if (set === undefined) continue;
      for (const byte of bytes) {
        if (has(set, byte)) visit(other.next[theirs]!, this.step(ours, byte));
      }
    }
    return true;
  }

  /** The states before the first byte. */
  begin(): readonly number[] {
    return this.closure([this.start]);
  }

  accepts(states: readonly number[]): boolean {
    return states.includes(this.accept);
  }

  /** Byte -> its kind: bytes of one kind are alike to every state. */
  kinds(): readonly number[] {
    return kindsOf(this.sets);
  }

  /** The states after one byte, in ascending order. */
  step(states: readonly number[], byte: number): number[] {
    const reached: number[] = [];
    for (const state of states) {
      const set = this.sets[state];
      if (set !== undefined && has(set, byte)) reached.push(this.next[state]!);
    }
    return this.closure(reached);
  }

  private closure(states: readonly number[]): number[] {
    const seen = new Set<number>(states);
    const found = [...seen];
    for (let i = 0; i < found.length; i++) {
      for (const also of this.also[found[i]!]!) {
        if (seen.has(also)) continue;
        seen.add(also);
        found.push(also);
      }
    }
    return found.sort((a, b) => a - b);
  }
}

/** The pattern has no exact automaton of a reasonable size. */
class NotRegular extends Error {}

/** Counts up to this become copies. */
const LARGEST_COPIED = 64;
/** Nested counts multiply. */
const MOST_STATES = 50_000;

const ANYTHING: Pattern = {
  op: 'repeat',
  of: { op: 'bytes', set: ANY_BYTE },
  least: 0,
  most: Infinity,
};
const NEWLINE: Pattern = { op: 'bytes', set: byteSet([10, 10]) };

const MOST_INCLUSION_PAIRS = 2000;

/** One byte of each kind: bytes that are in the same of the sets are alike. */
function representatives(sets: readonly (ByteSet | undefined)[]): number[] {
  const found = new Map<number, number>();
  for (const [byte, kind] of kindsOf(sets).entries()) {
    if (!found.has(kind)) found.set(kind, byte);
  }
  return [...found.values()];
}

/** Byte -> a number that bytes have in common which are in the same of the sets. */
function kindsOf(sets: readonly (ByteSet | undefined)[]): number[] {
  const distinct = [
    ...new Map(sets.filter((set) => set !== undefined).map((set) => [set.join(), set])).values(),
  ];
  const kinds = new Map<string, number>();
  return Array.from({ length: 256 }, (_, byte) => {
    const kind = distinct.map((set) => (has(set, byte) ? 1 : 0)).join('');
    if (!kinds.has(kind)) kinds.set(kind, kinds.size);
    return kinds.get(kind)!;
  });
}

function has(set: ByteSet, byte: number): boolean {
  return ((set[byte >>> 5]! >>> (byte & 31)) & 1) === 1;
}

function intersect(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < 8; i++) if ((a[i]! & b[i]!) !== 0) return true;
  return false;
}
