/**
 * A regular expression of file contexts, taken apart. libselinux gives `^pattern$` to PCRE2 with `.` matching every byte and no
 * other option; patterns are ASCII and subjects are bytes, so a byte set has 256 bits and is all there is to know of a character.
 */
export type Pattern =
  | { readonly op: 'bytes'; readonly set: ByteSet }
  | { readonly op: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly op: 'choice'; readonly branches: readonly Pattern[] }
  /** `most` is Infinity where there is no upper limit. Greedy or lazy makes no difference to whether there is a match. */
  | { readonly op: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number }
  | { readonly op: 'assertion'; readonly kind: Assertion }
  | {
      readonly op: 'look';
      readonly ahead: boolean;
      readonly negative: boolean;
      readonly at: Pattern;
    };

/** `end` is PCRE's `$`: the end, or before a newline that ends the subject. `veryEnd` is `\z`. */
export type Assertion = 'start' | 'end' | 'veryEnd' | 'wordEdge' | 'noWordEdge';

/** 256 bits in eight words, the lowest byte in the lowest bit. */
export type ByteSet = Uint32Array;

/** Where a pattern cannot be read, from 0, and why. */
export class PatternProblem extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.name = 'PatternProblem';
    this.offset = offset;
  }
}

/** Takes `^pattern$` apart. Throws PatternProblem for what PCRE2 refuses, and for the few of its constructs that are not read here. */
export function parsePattern(pattern: string): Pattern {
  const reader = new Reader(`^${pattern}$`);
  const whole = reader.choice(0);
  if (!reader.atEnd()) reader.fail('unbalanced `)`');
  return whole;
}

export function byteSet(...ranges: readonly (readonly [number, number])[]): ByteSet {
  const set = new Uint32Array(8);
  for (const [low, high] of ranges) {
    for (let byte = low; byte <= high; byte++) set[byte >>> 5]! |= 1 << (byte & 31);
  }
  return set;
}

export function complement(set: ByteSet): ByteSet {
  return set.map((word) => ~word);
}

export const ANY_BYTE: ByteSet = byteSet([0, 255]);

/** The byte itself, if a set has just one; otherwise -1. */
export function onlyByte(set: ByteSet): number {
  let only = -1;
  for (let i = 0; i < 8; i++) {
    const word = set[i]!;
    if (word === 0) continue;
    if (only >= 0 || (word & (word - 1)) !== 0) return -1;
    only = i * 32 + 31 - Math.clz32(word);
  }
  return only;
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The offset counts from the pattern's own start, without the `^` before it. */
  fail(problem: string, at: number = this.at): never {
    throw new PatternProblem(Math.max(0, at - 1), problem);
  }

  choice(depth: number): Pattern {
    if (depth > DEEPEST_NESTING) this.fail('groups are nested too deep');
    const branches = [this.sequence(depth)];
    while (this.text[this.at] === '|') {
      this.at++;
      branches.push(this.sequence(depth));
    }
    return branches.length === 1 ? branches[0]! : { op: 'choice', branches };
  }

  private sequence(depth: number): Pattern {
    const parts: Pattern[] = [];
    while (!this.atEnd() && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      parts.push(this.repeated(this.item(depth)));
    }
    return parts.length === 1 ? parts[0]! : { op: 'sequence', parts };
  }

  private repeated(item: Pattern): Pattern {
    let result = item;
    for (;;) {
      const start = this.at;
      const range = this.quantifier();
      if (range === undefined) return result;
      if (item.op === 'assertion') this.fail('a quantifier after nothing that repeats', start);
      result = { op: 'repeat', of: result, least: range[0], most: range[1] };
      const next = this.text[this.at];
      if (next === '?') this.at++;
      else if (next === '+') this.fail('possessive quantifiers are not read here');
      else if (next === '*') this.fail('a quantifier after a quantifier');
    }
  }

  private quantifierAhead(): boolean {
    const before = this.at;
    const found = this.quantifier() !== undefined;
    this.at = before;
    return found;
  }

  private quantifier(): readonly [number, number] | undefined {
    const simple = QUANTIFIERS[this.text[this.at] ?? ''];
    if (simple !== undefined) {
      this.at++;
      return simple;
    }
    COUNTED.lastIndex = this.at;
    const match = COUNTED.exec(this.text);
    if (match === null) return undefined;
    const [, from, comma, to, upTo] = match;
    const least = Number(from ?? 0);
    const most = Number(upTo ?? to ?? (comma === undefined ? least : Infinity));
    if (least > LARGEST_COUNT || (most !== Infinity && most > LARGEST_COUNT)) {
      this.fail('a number in a quantifier is too large');
    }
    if (least > most) this.fail('the numbers of a quantifier are out of order');
    this.at += match[0].length;
    return [least, most];
  }

  private item(depth: number): Pattern {
    const start = this.at;
    if (this.quantifierAhead()) this.fail('a quantifier after nothing that repeats');
    const character = this.text[this.at++]!;
    switch (character) {
      case '.':
        return { op: 'bytes', set: ANY_BYTE };
      case '^':
        return { op: 'assertion', kind: 'start' };
      case '$':
        return { op: 'assertion', kind: 'end' };
      case '[':
        return { op: 'bytes', set: this.bracket(start) };
      case '(':
        return this.group(start, depth);
      case '\\':
        return this.escape(start);
      default:
        return { op: 'bytes', set: single(character.charCodeAt(0)) };
    }
  }

  private group(start: number, depth: number): Pattern {
    if (this.text[this.at] === '*') this.fail('`(*…)` is not read here', start);
    let look: { ahead: boolean; negative: boolean } | undefined;
    if (this.text[this.at] === '?') {
      const opening = GROUP_OPENINGS.find(([text]) => this.text.startsWith(text, this.at));
      if (opening === undefined) {
        this.fail('a group that starts like this is not read here', start);
      }
      this.at += opening[0].length;
      look = opening[1];
    }
    const inner = this.choice(depth + 1);
    if (this.text[this.at] !== ')') this.fail('a `(` without its `)`', start);
    this.at++;
    return look === undefined ? inner : { op: 'look', ...look, at: inner };
  }

  private escape(start: number): Pattern {
    if (this.atEnd()) this.fail('a backslash at the end', start);
    const letter = this.text[this.at]!;
    const assertion = ESCAPED_ASSERTIONS[letter];
    if (assertion !== undefined) {
      this.at++;
      if (letter === 'Z') return { op: 'assertion', kind: 'end' };
      return { op: 'assertion', kind: assertion };
    }
    return { op: 'bytes', set: this.escapedSet(start, false) };
  }

  /** What follows a backslash that stands for bytes. */
  private escapedSet(start: number, inBrackets: boolean): ByteSet {
    const letter = this.text[this.at++]!;
    const known = CLASS_ESCAPES[letter];
    if (known !== undefined) return known;
    const byte = BYTE_ESCAPES[letter];
    if (byte !== undefined) return single(byte);
    if (letter === 'b' && inBrackets) return single(8);
    if (letter === 'x') {
      const hexadecimal = /^(?:\{([0-9a-fA-F]{1,2})\}|([0-9a-fA-F]{0,2}))/.exec(
        this.text.slice(this.at),
      )!;
      this.at += hexadecimal[0].length;
      return single(Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '0', 16) || 0);
    }
    if (letter === '0') {
      const octal = /^[0-7]{0,2}/.exec(this.text.slice(this.at))![0];
      this.at += octal.length;
      return single(Number.parseInt(`0${octal}`, 8));
    }
    if (/[A-Za-z0-9]/.test(letter)) this.fail(`\`\\${letter}\` is not read here`, start);
    return single(letter.charCodeAt(0));
  }

  /** After a `[`. A `]` that comes first is an ordinary character. */
  private bracket(start: number): ByteSet {
    const negated = this.text[this.at] === '^';
    if (negated) this.at++;
    const set = new Uint32Array(8);
    for (let first = true; ; first = false) {
      if (this.atEnd()) this.fail('a `[` without its `]`', start);
      if (this.text[this.at] === ']' && !first) break;
      const low = this.bracketItem(start);
      const from = onlyByte(low);
      if (from >= 0 && this.text[this.at] === '-' && this.text[this.at + 1] !== ']') {
        this.at++;
        const high = this.bracketItem(start);
        const to = onlyByte(high);
        if (to >= 0) {
          if (to < from) this.fail('a range in brackets is out of order');
          addAll(set, byteSet([from, to]));
          continue;
        }
        // `[a-\d]`: the hyphen is an ordinary character.
        addAll(set, single(0x2d));
        addAll(set, high);
      }
      addAll(set, low);
    }
    this.at++;
    return negated ? complement(set) : set;
  }

  private bracketItem(start: number): ByteSet {
    if (this.atEnd()) this.fail('a `[` without its `]`', start);
    const character = this.text[this.at]!;
    if (character === '[') {
      const named = /^\[:(\^?)([a-z]+):\]/.exec(this.text.slice(this.at));
      if (named !== null) {
        const set = NAMED_CLASSES[named[2]!] ?? this.fail(`there is no class [:${named[2]}:]`);
        this.at += named[0].length;
        return named[1] === '^' ? complement(set) : set;
      }
      if (/^\[[.=]/.test(this.text.slice(this.at))) this.fail('[. and [= are not read here');
    }
    this.at++;
    if (character !== '\\') return single(character.charCodeAt(0));
    if (this.atEnd()) this.fail('a backslash at the end', start);
    return this.escapedSet(this.at - 1, true);
  }
}

/** PCRE2's own limit is 250. */
const DEEPEST_NESTING = 250;
const LARGEST_COUNT = 65_535;

const QUANTIFIERS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Infinity],
  '+': [1, Infinity],
  '?': [0, 1],
};
/** `{2}` `{2,}` `{2,5}` `{,5}`; any other brace is an ordinary character. */
const COUNTED = /\{(?:(\d{1,9})(,(\d{1,9})?)?|,(\d{1,9}))\}/y;

const GROUP_OPENINGS: readonly (readonly [
  string,
  { ahead: boolean; negative: boolean } | undefined,
])[] = [
  ['?:', undefined],
  ['?=', { ahead: true, negative: false }],
  ['?!', { ahead: true, negative: true }],
  ['?<=', { ahead: false, negative: false }],
  ['?<!', { ahead: false, negative: true }],
];

const ESCAPED_ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'start',
  Z: 'end',
  z: 'veryEnd',
  b: 'wordEdge',
  B: 'noWordEdge',
};

const DIGIT = byteSet([0x30, 0x39]);
const SPACE = byteSet([9, 13], [0x20, 0x20]);
const WORD = byteSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
const BLANK = byteSet([9, 9], [0x20, 0x20]);
const HORIZONTAL = byteSet([9, 9], [0x20, 0x20], [0xa0, 0xa0]);
const VERTICAL = byteSet([10, 13], [0x85, 0x85]);

const CLASS_ESCAPES: Readonly<Record<string, ByteSet>> = {
  d: DIGIT,
  D: complement(DIGIT),
  s: SPACE,
  S: complement(SPACE),
  w: WORD,
  W: complement(WORD),
  h: HORIZONTAL,
  H: complement(HORIZONTAL),
  v: VERTICAL,
  V: complement(VERTICAL),
  N: complement(byteSet([10, 10])),
};

const BYTE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  e: 0x1b,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
};

/** In the C locale. */
const NAMED_CLASSES: Readonly<Record<string, ByteSet>> = {
  alnum: byteSet([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]),
  alpha: byteSet([0x41, 0x5a], [0x61, 0x7a]),
  ascii: byteSet([0, 0x7f]),
  blank: BLANK,
  cntrl: byteSet([0, 0x1f], [0x7f, 0x7f]),
  digit: DIGIT,
  graph: byteSet([0x21, 0x7e]),
  lower: byteSet([0x61, 0x7a]),
  print: byteSet([0x20, 0x7e]),
  punct: byteSet([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]),
  space: SPACE,
  upper: byteSet([0x41, 0x5a]),
  word: WORD,
  xdigit: byteSet([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]),
};

function single(byte: number): ByteSet {
  return byteSet([byte, byte]);
}

function addAll(set: ByteSet, other: ByteSet): void {
  for (let i = 0; i < 8; i++) set[i]! |= other[i]!;
}
