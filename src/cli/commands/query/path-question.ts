import { Bitset, type PolicyDb, type TypeId } from '../../../policydb/index.ts';
import { type BooleanSetting, booleanSetting, typeNamed } from '../../../query/index.ts';
import { printable, quantity } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { UsageError } from '../../verb.ts';

/** What `transitions` and `flows` have in common: from where to where, over how many steps, without which types. */
export interface PathOptions {
  readonly policy: string;
  readonly source: string;
  readonly target?: string;
  readonly shortest_path?: true;
  readonly all_paths?: string;
  readonly reverse?: true;
  readonly booleans?: string;
  readonly full?: true;
  readonly json?: true;
}

/** Which question it is; `steps` is the longest path that is asked for. */
export type PathQuestion =
  | { readonly mode: 'out' | 'in'; readonly source: TypeId }
  | { readonly mode: 'shortest'; readonly source: TypeId; readonly target: TypeId }
  | {
      readonly mode: 'all';
      readonly source: TypeId;
      readonly target: TypeId;
      readonly steps: number;
    };

export function pathQuestion(db: PolicyDb, options: PathOptions): PathQuestion {
  const { target, all_paths } = options;
  const asksForPaths = options.shortest_path !== undefined || all_paths !== undefined;
  if (target === undefined && asksForPaths) {
    throw new UsageError('a path needs a target', 'add --target TYPE');
  }
  if (target !== undefined && !asksForPaths) {
    throw new UsageError('a target needs a way of looking for paths', 'add -S or -A MAX_STEPS');
  }
  if (options.shortest_path !== undefined && all_paths !== undefined) {
    throw new UsageError('--shortest_path and --all_paths exclude each other');
  }
  const source = typeNamed(db, options.source);
  if (target === undefined) return { mode: options.reverse ? 'in' : 'out', source };
  const end = typeNamed(db, target);
  if (end === source) throw new UsageError('the source and the target are the same type');
  return all_paths === undefined
    ? { mode: 'shortest', source, target: end }
    : {
        mode: 'all',
        source,
        target: end,
        steps: wholeNumber(all_paths, '--all_paths', 1, MOST_STEPS),
      };
}

/** No policy needs longer ones, and nobody reads them. */
const MOST_STEPS = 100;

export function excludedTypes(db: PolicyDb, names: readonly string[]): Bitset<TypeId> {
  return Bitset.of(names.map((name) => typeNamed(db, name)));
}

/** `default`, or `name:true,name:false …` for some and the policy's defaults for the rest; undefined counts both branches of all. */
export function settingOf(db: PolicyDb, option: string | undefined): BooleanSetting | undefined {
  if (option === undefined) return undefined;
  if (option === 'default') return booleanSetting(db);
  const values = option.split(',').map((part) => {
    const [, name, value] = /^([^:]+):(true|false)$/i.exec(part) ?? [];
    if (name === undefined) {
      throw new UsageError(
        `--booleans: \`${part}\` is not NAME:true or NAME:false`,
        'for example --booleans httpd_enable_cgi:true,allow_execmem:false, or --booleans default',
      );
    }
    return [name, value!.toLowerCase() === 'true'] as const;
  });
  return booleanSetting(db, Object.fromEntries(values));
}

export function wholeNumber(text: string, option: string, low: number, high: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= low && number <= high) return number;
  throw new UsageError(`${option} takes a whole number from ${low} to ${high}, not \`${text}\``);
}

/** How many paths are listed: `option` as given, 0 for as many as there can be, absent for as many as one reads. */
export function pathLimit(option: string | undefined, name: string): number {
  if (option === undefined) return LIMIT;
  return wholeNumber(option, name, 0, CEILING) || CEILING;
}

const LIMIT = 1_000;
const CEILING = 100_000;

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

/** The types that no rule restrains: an answer made of rules says too little about them. */
export function permissiveTypes(db: PolicyDb): string[] {
  return db.permissive.toArray().map((type) => db.types.names[type]!);
}

/** `a b c … and 12 more (--json has them)` */
export function shortened(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return names.slice(0, SHOWN).join(' ') + (rest > 0 ? ` and ${rest} more (--json has them)` : '');
}

const SHOWN = 8;

/** Says on stderr what the answer leaves out. */
export function notePermissive(types: readonly string[], io: Io): void {
  if (types.length === 0) return;
  const note = `${quantity(types.length, 'permissive type')} may do more than the rules say, which is not part of this answer`;
  io.err(`${io.errStyle.warn('note:')} ${note}: ${printable(shortened(types))}\n`);
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
