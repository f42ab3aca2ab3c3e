import type { Automaton } from './automaton.ts';

/** A deterministic automaton over bytes that is walked and never written out. */
export interface Machine {
  readonly start: number;
  /** Refuses whatever follows. */
  readonly dead: number;
  next(state: number, byte: number): number;
  accepts(state: number): boolean;
  /** Byte -> its kind: bytes of one kind lead to the same state from everywhere. */
  readonly kinds: ArrayLike<number>;
}

/** A set of strings: what `within` matches (all, without it), but nothing of what one of `without` matches. */
export interface Language {
  readonly within?: Automaton;
  readonly without?: readonly Automaton[];
}

/** A shortest string of a language that a machine accepts, as bytes; undefined if there is none, `too-large` where the walk becomes long. */
export function shortestCommon(
  { within, without = [] }: Language,
  machine: Machine,
): Uint8Array | 'too-large' | undefined {
  const bytes = oneOfEachKind([
    machine.kinds,
    ...(within === undefined ? [] : [within.kinds()]),
    ...without.map((automaton) => automaton.kinds()),
  ]);
  return shortest(
    {
      machine: machine.start,
      within: within?.begin(),
      without: without.map((automaton) => automaton.begin()),
    },
    (at) => `${at.machine} ${at.within} ${at.without.join(' ')}`,
    (at) =>
      machine.accepts(at.machine) &&
      (within === undefined || within.accepts(at.within!)) &&
      !without.some((automaton, i) => automaton.accepts(at.without[i]!)),
    (at, byte) => {
      const after = machine.next(at.machine, byte);
      if (after === machine.dead) return undefined;
      const states = within?.step(at.within!, byte);
      if (states?.length === 0) return undefined;
      return {
        machine: after,
        within: states,
        without: without.map((automaton, i) => automaton.step(at.without[i]!, byte)),
      };
    },
    bytes,
  );
}

/**
 * The machine with only those strings that can be the name of a file: absolute, without NUL, empty parts, `.` and `..`. A directory may end
 * in a slash.
 */
export function withinNames(machine: Machine): Machine {
  const { dead } = machine;
  return {
    start: machine.start * NAME_STATES + NAME.begin,
    dead: -1,
    next: (state, byte) => {
      const name = NAME_NEXT[state % NAME_STATES]![kindInName(byte)]!;
      if (name === NAME.refused) return -1;
      const after = machine.next(Math.floor(state / NAME_STATES), byte);
      return after === dead ? -1 : after * NAME_STATES + name;
    },
    accepts: (state) => {
      const name = state % NAME_STATES;
      return (
        (name === NAME.slash || name === NAME.part) &&
        machine.accepts(Math.floor(state / NAME_STATES))
      );
    },
    kinds: Array.from({ length: 256 }, (_, byte) => machine.kinds[byte]! * 4 + kindInName(byte)),
  };
}

const NAME = { refused: -1, begin: 0, slash: 1, part: 2, dot: 3, dots: 4 } as const;
const NAME_STATES = 5;

/** 0: a slash, 1: a dot, 2: a NUL, 3: anything else. */
function kindInName(byte: number): number {
  return byte === 0x2f ? 0 : byte === 0x2e ? 1 : byte === 0 ? 2 : 3;
}

const NAME_NEXT: readonly (readonly number[])[] = [
  [NAME.slash, NAME.refused, NAME.refused, NAME.refused],
  [NAME.refused, NAME.dot, NAME.refused, NAME.part],
  [NAME.slash, NAME.part, NAME.refused, NAME.part],
  [NAME.refused, NAME.dots, NAME.refused, NAME.part],
  [NAME.refused, NAME.part, NAME.refused, NAME.part],
];

function shortest<S>(
  begin: S,
  keyOf: (at: S) => string,
  accepts: (at: S) => boolean,
  next: (at: S, byte: number) => S | undefined,
  bytes: readonly number[],
): Uint8Array | 'too-large' | undefined {
  const seen = new Set<string>([keyOf(begin)]);
  const queue: { readonly at: S; readonly from: number; readonly byte: number }[] = [
    { at: begin, from: -1, byte: 0 },
  ];
  for (let i = 0; i < queue.length; i++) {
    const { at } = queue[i]!;
    if (accepts(at)) return trail(queue, i);
    if (queue.length > MOST_STEPS) return 'too-large';
    for (const byte of bytes) {
      const after = next(at, byte);
      if (after === undefined) continue;
      const key = keyOf(after);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ at: after, from: i, byte });
    }
  }
  return undefined;
}

const MOST_STEPS = 500_000;

function trail(
  queue: readonly { readonly from: number; readonly byte: number }[],
  last: number,
): Uint8Array {
  const bytes: number[] = [];
  for (let i = last; queue[i]!.from >= 0; i = queue[i]!.from) bytes.push(queue[i]!.byte);
  return Uint8Array.from(bytes.reverse());
}

/** One byte of each joint kind: the one that reads best, so that a witness looks like a path. */
function oneOfEachKind(all: readonly ArrayLike<number>[]): number[] {
  const best = new Map<string, number>();
  for (const byte of BY_LOOK) {
    const kind = all.map((kinds) => kinds[byte]).join(' ');
    if (!best.has(kind)) best.set(kind, byte);
  }
  return [...best.values()];
}

const BY_LOOK: readonly number[] = (() => {
  const looks = (byte: number): number =>
    byte >= 0x61 && byte <= 0x7a
      ? 0
      : byte >= 0x30 && byte <= 0x39
        ? 1
        : byte > 0x20 && byte < 0x7f
          ? 2
          : 3;
  return Array.from({ length: 256 }, (_, byte) => byte).sort(
    (a, b) => looks(a) - looks(b) || a - b,
  );
})();
