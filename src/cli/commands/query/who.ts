import {
  type Able,
  formatRule,
  type PermissionAnswer,
  type WhoAnswer,
  whoCan,
} from '../../../selinux/query/index.ts';
import { printable, quantity, table } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import type { Verb } from '../../verb.ts';
import { termText, valuesGiven } from './values-text.ts';

export const who: Verb = {
  name: 'who',
  summary: 'which domains may do something with a type, and under which booleans',
  define(command, run, io) {
    command
      .requiredOption('--can <permissions>', 'as in write, or read,open: all of them')
      .requiredOption('--type <type>', 'with what')
      .option('--class <class>', 'default: every class that has the permissions')
      .option('-b, --bool <settings>', 'as in a=on,b=off (default: under which settings each can)')
      .option('--unconfined', 'list the unconfined domains too')
      .option('--rules', 'with the rules that say so')
      .option('--policy <file>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Attributes, booleans, typebounds, constraints and roles are looked through. Exits 0 if some domain may (unconfined ones count), 1 if no rule lets
any (permissive domains may all the same, are listed, and do not count), 4 if of some it cannot be said.

Examples:
  confine query who --can write --type shadow_t --policy debian-13
  confine query who --can name_connect --type http_port_t --class tcp_socket --rules`,
      )
      .action((options: Options) =>
        run(async () => {
          const db = await namedPolicy(io, options.policy);
          const answer = whoCan(db, {
            target: options.type,
            permissions: options.can.split(/[,\s]+/).filter((name) => name !== ''),
            ...(options.class !== undefined && { tclass: options.class }),
            booleans: options.bool === undefined ? 'every' : valuesGiven(options.bool),
          });
          io.out(options.json ? json(answer) : text(answer, options, io));
          return endingOf(answer);
        }),
      );
  },
};

interface Options {
  readonly can: string;
  readonly type: string;
  readonly class?: string;
  readonly bool?: string;
  readonly unconfined?: true;
  readonly rules?: true;
  readonly policy: string;
  readonly json?: true;
}

function endingOf({ able }: WhoAnswer): ExitCode {
  if (able.some((one) => !isUnknown(one))) return ExitCode.yes;
  return able.length > 0 ? ExitCode.undecided : ExitCode.no;
}

function isUnknown({ answer }: Able): boolean {
  return answer.permissions.some((one) => one.access === 'unknown');
}

function json({ able, permissive }: WhoAnswer): string {
  const data = able.map(({ source, unconfined, answer }) => ({
    source,
    tclass: answer.tclass,
    unconfined,
    permissions: answer.permissions,
    extended: answer.extended,
  }));
  return `${JSON.stringify({ able: data, permissive }, null, 2)}\n`;
}

function text({ able, permissive }: WhoAnswer, options: Options, io: Io): string {
  const style = io.outStyle;
  const shown = able.filter(({ unconfined }) => options.unconfined || !unconfined);
  const lines = linesOf(shown);
  const rows = (options.rules ? grouped(lines) : lines).map(
    ({ sources, tclasses, when, rules }) => [
      sources.map(printable).join('\n'),
      printable(tclasses.join(', ')),
      when === '' ? style.good('always') : style.warn(printable(when)),
      ...(options.rules ? [rules.map(printable).join('\n')] : []),
    ],
  );
  const columns = ['domain', 'on', 'when', ...(options.rules ? ['by'] : [])];
  const hidden = new Set(able.filter((one) => !shown.includes(one)).map(({ source }) => source));
  const certain = new Set(shown.filter((one) => !isUnknown(one)).map(({ source }) => source));
  const doubtful = new Set(shown.map(({ source }) => source)).size - certain.size;
  const always = new Set(shown.filter((one) => whenOf(one) === '').map(({ source }) => source))
    .size;
  return [
    shown.length === 0
      ? ''
      : `${table(
          columns.map((heading) => ({ heading })),
          rows,
        )}\n`,
    ...(permissive.length === 0
      ? []
      : [
          `${style.warn('permissive')}, so that they may whatever rules say: ${printable(permissive.join(', '))}${able.length > 0 ? '' : '; by rules nobody may'}\n`,
        ]),
    `${quantity(certain.size, 'confined domain')} may ${printable(options.can)} ${printable(options.type)}`,
    certain.size === 0 ? '' : `, ${always} of them whatever the booleans are`,
    doubtful === 0 ? '' : `; of ${quantity(doubtful, 'domain')} it cannot be said`,
    hidden.size === 0
      ? ''
      : `; ${quantity(hidden.size, 'unconfined domain')} too, left out here: --unconfined lists them`,
    '\n',
  ].join('');
}

interface Line {
  readonly sources: readonly string[];
  readonly tclasses: readonly string[];
  /** Empty for always. */
  readonly when: string;
  readonly rules: readonly string[];
}

/** A line for a domain and each way in which it depends on booleans; those that depend on none first. */
function linesOf(able: readonly Able[]): readonly Line[] {
  const each = Map.groupBy(able, (one) => `${one.source} ${whenOf(one)}`);
  return [...each.values()]
    .map((of) => ({
      sources: [of[0]!.source],
      tclasses: of.map(({ answer }) => answer.tclass).sort(),
      when: whenOf(of[0]!),
      rules: [...new Set(of.flatMap(rulesOf))],
    }))
    .sort((a, b) => Number(a.when !== '') - Number(b.when !== '') || order(a.sources, b.sources));
}

/** Domains that have it by the same rules, an attribute's, share a line. */
function grouped(lines: readonly Line[]): readonly Line[] {
  const groups = Map.groupBy(lines, ({ tclasses, when, rules }) =>
    JSON.stringify([tclasses, when, rules]),
  );
  return [...groups.values()].map((each) => ({
    ...each[0]!,
    sources: each.flatMap(({ sources }) => sources),
  }));
}

function order([a]: readonly string[], [b]: readonly string[]): number {
  return a! < b! ? -1 : 1;
}

function rulesOf({ answer }: Able): readonly string[] {
  return answer.permissions.flatMap(({ rules }) => rules.map(formatRule));
}

/** The settings of which one must be so for every permission; empty for always. */
function whenOf({ answer }: Able): string {
  const parts = answer.permissions.map((one) => [one.permission, settingsOf(one)] as const);
  const different = new Set(parts.map(([, settings]) => settings));
  if (different.size === 1) return [...different][0]!;
  return parts
    .filter(([, settings]) => settings !== '')
    .map(([permission, settings]) => `${permission}: ${settings}`)
    .join('; ');
}

function settingsOf({ access, when, reason }: PermissionAnswer): string {
  if (access === 'granted') return '';
  if (access === 'unknown') return `not known: ${reason?.text ?? ''}`;
  return when!.map(termText).join(' or ');
}
