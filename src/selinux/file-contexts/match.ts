import {
  Automaton,
  type ByteSet,
  type Pattern,
  PatternProblem,
  parsePattern,
} from '../../patterns/index.ts';
import type { FileContextEntry } from './entry.ts';
import { FileContextsError } from './file-contexts-error.ts';

/** Whether an entry's regular expression matches a subject of bytes (one character each). Throws FileContextsError if it cannot be read. */
export function matches(entry: FileContextEntry, subject: string): boolean {
  return matcherOf(entry)(subject);
}

/** An entry's regular expression, taken apart. Throws FileContextsError. */
export function patternOf(entry: FileContextEntry): Pattern {
  let pattern = patterns.get(entry);
  if (pattern === undefined) {
    try {
      pattern = parsePattern(entry.pattern);
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error;
      throw new FileContextsError(
        entry.file,
        entry.line,
        `\`${entry.pattern}\` is not a regular expression that can be read: ${error.message}, at its character ${error.offset + 1}`,
      );
    }
    patterns.set(entry, pattern);
  }
  return pattern;
}

/** Most entries are never compared with anything, so each is read when it first is. */
const patterns = new WeakMap<FileContextEntry, Pattern>();
const matchers = new WeakMap<FileContextEntry, (subject: string) => boolean>();

function matcherOf(entry: FileContextEntry): (subject: string) => boolean {
  let matcher = matchers.get(entry);
  if (matcher === undefined) {
    matcher = matcherFor(patternOf(entry));
    matchers.set(entry, matcher);
  }
  return matcher;
}

/**
 * The engine's own regular expressions are the fastest, but they try one way after the other: a pattern that could make them take
 * exponential (or high polynomial) time is run as an automaton, all ways at once.
 */
function matcherFor(pattern: Pattern): (subject: string) => boolean {
  const automaton = backtracks(pattern) ? Automaton.exactly(pattern) : undefined;
  if (automaton !== undefined) return (subject) => automaton.matches(subject);
  const expression = new RegExp(source(pattern));
  return (subject) => expression.test(subject);
}

/** Unbounded repetition inside repetition, or more than three repetitions that could share the same text. */
function backtracks(pattern: Pattern): boolean {
  return nesting(pattern) > 1 || repetitions(pattern) > MOST_REPETITIONS;
}

const MOST_REPETITIONS = 6;

function nesting(pattern: Pattern): number {
  const inner = Math.max(0, ...children(pattern).map(nesting));
  return pattern.op === 'repeat' && pattern.most > 1 ? inner + 1 : inner;
}

function repetitions(pattern: Pattern): number {
  let count = pattern.op === 'repeat' && pattern.most > 1 ? 1 : 0;
  for (const child of children(pattern)) count += repetitions(child);
  return count;
}

function children(pattern: Pattern): readonly Pattern[] {
  switch (pattern.op) {
    case 'sequence':
      return pattern.parts;
    case 'choice':
      return pattern.branches;
    case 'repeat':
      return [pattern.of];
    case 'look':
      return [pattern.at];
    default:
      return [];
  }
}

/** The pattern as an expression of ECMAScript that matches the same subjects. */
function source(pattern: Pattern): string {
  switch (pattern.op) {
    case 'bytes':
      return classSource(pattern.set);
    case 'sequence':
      return pattern.parts
        .map((part) => (part.op === 'choice' ? `(?:${source(part)})` : source(part)))
        .join('');
    case 'choice':
      return pattern.branches.map(source).join('|');
    case 'repeat': {
      const most = pattern.most === Infinity ? '' : pattern.most;
      const single = pattern.of.op === 'bytes';
      const of = single ? source(pattern.of) : `(?:${source(pattern.of)})`;
      return `${of}{${pattern.least},${most}}`;
    }
    case 'assertion':
      return ASSERTIONS[pattern.kind];
    case 'look':
      return `(?${pattern.ahead ? '' : '<'}${pattern.negative ? '!' : '='}${source(pattern.at)})`;
  }
}

const ASSERTIONS = {
  start: '^',
  end: '(?=\\n?$)',
  veryEnd: '$',
  wordEdge: '\\b',
  noWordEdge: '\\B',
} as const;

function classSource(set: ByteSet): string {
  let ranges = '';
  for (let low = 0; low < 256; low++) {
    if (!((set[low >>> 5]! >>> (low & 31)) & 1)) continue;
    let high = low;
    while (high < 255 && (set[(high + 1) >>> 5]! >>> ((high + 1) & 31)) & 1) high++;
    if (low === 0 && high === 255) return '[^]';
    ranges += low === high ? escaped(low) : `${escaped(low)}-${escaped(high)}`;
    low = high;
  }
  if (/^[A-Za-z0-9/_]$/.test(ranges)) return ranges;
  return `[${ranges}]`;
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9/_]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
