import type { StepAnswers, StepPaths } from '../../../selinux/query/index.ts';
import { quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { type PathQuestion, wholeNumber } from './path-question.ts';

export function directSteps<Step>(
  answers: StepAnswers<Step>,
  { mode, source }: Extract<PathQuestion, { mode: 'in' | 'out' }>,
): Step[] {
  return mode === 'out'
    ? answers.outOf(source).map((target) => answers.step(source, target))
    : answers.into(source).map((other) => answers.step(other, source));
}

export function pathsBetween<Step>(
  answers: StepAnswers<Step>,
  question: Extract<PathQuestion, { mode: 'shortest' | 'all' }>,
  limit: number,
): StepPaths<Step> {
  const { source, target } = question;
  return question.mode === 'shortest'
    ? answers.shortest(source, target, limit)
    : answers.upTo(source, target, question.steps, limit);
}

/** Lists single steps, as many as `limit` says, and how many there are. */
export function writeSteps<Step>(
  io: Io,
  steps: readonly Step[],
  limit: { readonly option: string | undefined; readonly name: string },
  what: string,
  text: (step: Step, index: number) => string,
): void {
  const listed = firstOf(steps, limit);
  writeEach(io, listed, text);
  io.out(
    listed.length < steps.length
      ? `\nThe first ${listed.length} of ${quantity(steps.length, what)}.\n`
      : `\n${quantity(steps.length, what)} found.\n`,
  );
}

/** The first so many; all without a limit, or with 0. */
export function firstOf<T>(
  all: readonly T[],
  { option, name }: { readonly option: string | undefined; readonly name: string },
): readonly T[] {
  const limit = option === undefined ? 0 : wholeNumber(option, name, 0, Number.MAX_SAFE_INTEGER);
  return limit === 0 ? all : all.slice(0, limit);
}

/** What a search for paths found, as far as its ending goes. */
export interface Search {
  readonly paths: { readonly length: number };
  readonly total: number | undefined;
  readonly stopped: 'limit' | 'work' | undefined;
}

/** `3 shortest paths`, `the first 1,000 of 51,203 …`, or why the search ended early. */
export function searchSummary(
  { paths, total, stopped }: Search,
  what: string,
  limitOption: string,
): string {
  if (stopped === undefined) return `${quantity(paths.length, what)} found.`;
  if (stopped === 'work') {
    return `${quantity(paths.length, what)} found, and the search was given up as too long: ask for fewer steps, or exclude types.`;
  }
  return total === undefined
    ? `The first ${quantity(paths.length, what)}; there are more (${limitOption} N lists N of them).`
    : `The first ${quantity(paths.length, what)} of ${total.toLocaleString('en-US')} (${limitOption} N lists N of them).`;
}

/** Yes: there is a path. No: there is none. Undecided: the search was given up before it found one. */
export function searchExit({ paths, stopped }: Search): ExitCode {
  if (paths.length > 0) return ExitCode.yes;
  return stopped === 'work' ? ExitCode.undecided : ExitCode.no;
}

/** Writes in blocks: a pipe that is slower than we are would hold a million small pieces. */
export function writeEach<T>(
  io: Io,
  entries: readonly T[],
  text: (entry: T, index: number) => string,
): void {
  let block = '';
  for (const [i, entry] of entries.entries()) {
    block += text(entry, i);
    if (block.length > BLOCK) {
      io.out(block);
      block = '';
    }
  }
  if (block !== '') io.out(block);
}

const BLOCK = 1 << 20;

/** An object of some plain members and some long lists, an entry of a list per line: an answer can be larger than a string may be. */
export function writeData(
  io: Io,
  plain: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, readonly unknown[]>>,
): void {
  const members = Object.entries(plain).filter(([, value]) => value !== undefined);
  io.out(`{${members.map(([name, value]) => `\n  "${name}": ${JSON.stringify(value)}`).join(',')}`);
  for (const [name, entries] of Object.entries(lists)) {
    io.out(`,\n  "${name}": [`);
    writeEach(io, entries, (entry, i) => `${i === 0 ? '' : ','}\n    ${JSON.stringify(entry)}`);
    io.out(entries.length === 0 ? ']' : '\n  ]');
  }
  io.out('\n}\n');
}
