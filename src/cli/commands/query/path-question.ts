import { Bitset, type PolicyDb, type TypeId } from '../../../selinux/policydb/index.ts';
import { type BooleanSetting, booleanSetting, typeNamed } from '../../../selinux/query/index.ts';
import { printable, quantity } from '../../../text/index.ts';
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
  readonly svg?: string;
  readonly dot?: string;
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

export function isDirect(
  question: PathQuestion,
): question is Extract<PathQuestion, { mode: 'in' | 'out' }> {
  return question.mode === 'in' || question.mode === 'out';
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
