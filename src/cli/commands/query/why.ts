import {
  auditEvents,
  auditLines,
  type DenialTally,
  formatTally,
  type Refusal,
  readDenials,
  Tallies,
  Unread,
  type UnreadLines,
} from '../../../denials/index.ts';
import { Collector, withoutTold } from '../../../fleet/index.ts';
import { type Cause, type Why, whyDenied } from '../../../review/index.ts';
import { printable, quantity, type Style, wrap } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { collectLog } from '../../load-denials.ts';
import { fileContextsOf } from '../../load-file-contexts.ts';
import { loadPolicy, POLICY_HELP, policyFile, RUNNING_POLICY } from '../../load-policy.ts';
import { refusalLines, unreadLines } from '../../review-table.ts';
import { UsageError, type Verb } from '../../verb.ts';
import { termText } from './values-text.ts';

export const why: Verb = {
  name: 'why',
  summary:
    'why something is denied: the label, a boolean, a constraint, or the rule that is missing',
  define(command, run, io) {
    command
      .argument(
        '[denial...]',
        'a denial as the log has it, or files that hold some; - is the standard input',
      )
      .option('--policy <file>', POLICY_HELP, RUNNING_POLICY)
      .option('--file-contexts <file>', 'its file contexts (default: where the policy has them)')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Whatever domain asks. What a description makes of its own program's denials is \`confine review\`.
Exits 0 if every denial has its reason, 4 if one cannot be told or something was not read.

Examples:
  ausearch -m AVC -ts recent | confine query why -
  confine query why 'avc: denied { read } for pid=812 comm="httpd" name="a.html" dev="sda1" ino=7 scontext=system_u:system_r:httpd_t:s0 tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file' --policy debian-13`,
      )
      .action((given: string[], options: Options) => run(() => answer(io, given, options)));
  },
};

interface Options {
  readonly policy: string;
  readonly fileContexts?: string;
  readonly json?: true;
}

interface Asked {
  readonly tallies: readonly DenialTally[];
  readonly refusals: readonly Refusal[];
  readonly unread: readonly UnreadLines[];
  readonly overflow: number;
}

async function answer(io: Io, given: readonly string[], options: Options): Promise<ExitCode> {
  const asked = withoutTold(await askedIn(io, given.length === 0 ? ['-'] : given));
  const policy = await policyFile(io, options.policy);
  const subject = {
    db: loadPolicy(io, policy),
    fileContexts: fileContextsOf(io, { policy, fileContexts: options.fileContexts }),
  };
  const reasons = whyDenied(subject, asked.tallies);
  io.out(options.json ? json(reasons, asked) : text(reasons, asked, io.outStyle));
  const unknown = reasons.some(({ causes }) => causes.some(({ kind }) => kind === 'unknown'));
  return unknown || asked.unread.length > 0 || asked.overflow > 0
    ? ExitCode.undecided
    : ExitCode.yes;
}

/** Words that hold a denial are one; others name files. */
async function askedIn(io: Io, given: readonly string[]): Promise<Asked> {
  const pasted = given.filter((word) => DENIAL.test(word));
  const files = given.filter((word) => !DENIAL.test(word));
  const inText = await pastedDenials(pasted.join('\n'));
  if (files.length === 0) return inText;
  const collector = new Collector(undefined);
  for (const file of files) await collectLog(io, file, collector);
  const inFiles = collector.all();
  return {
    tallies: [...inText.tallies, ...inFiles.tallies],
    refusals: inFiles.refusals,
    unread: [...inText.unread, ...inFiles.unread],
    overflow: inFiles.overflow,
  };
}

const DENIAL = /\bavc:\s|\btype=(?:USER_)?AVC\b/;

async function pastedDenials(pasted: string): Promise<Asked> {
  const unread = new Unread();
  const tallies = new Tallies();
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${pasted}\n`);
  };
  for await (const event of auditEvents(auditLines(chunks()), unread)) {
    for (const denial of readDenials(event, unread)) tallies.add(denial);
  }
  if (pasted !== '' && tallies.all().length === 0 && unread.all().length === 0) {
    throw new UsageError(
      'no denial could be read in what was given',
      'paste whole lines: from `avc:` on, with scontext=, tcontext= and tclass=',
    );
  }
  return { tallies: tallies.all(), refusals: [], unread: unread.all(), overflow: tallies.overflow };
}

function json(reasons: readonly Why[], { refusals, unread, overflow }: Asked): string {
  const denials = reasons.map(({ tally, causes, silenced }) => {
    const { example, ...request } = tally;
    return { ...request, records: example.text, causes, silenced };
  });
  return `${JSON.stringify({ denials, refusals, unread, overflow }, null, 2)}\n`;
}

function text(
  reasons: readonly Why[],
  { refusals, unread, overflow }: Asked,
  style: Style,
): string {
  const count = quantity(reasons.length, 'request');
  const kinds = Map.groupBy(reasons, ({ causes }) => causes[0]!.kind);
  const summary = [...kinds].map(([kind, of]) => `${of.length} ${SUMMARY[kind]}`);
  return [
    ...reasons.flatMap((one) => reasonLines(one, style)),
    ...refusals.flatMap((one) => [...refusalLines(one, style), '']),
    ...unread.flatMap((lines) => [...unreadLines(lines, style), '']),
    ...(overflow > 0 ? [`${quantity(overflow, 'denial')} too many to keep apart`, ''] : []),
    `${count}${summary.length === 0 ? '' : `: ${summary.join(', ')}`}`,
    '',
  ].join('\n');
}

const SUMMARY: Readonly<Record<Cause['kind'], string>> = {
  label: 'for a wrong label',
  boolean: 'for a boolean',
  refused: 'that rules grant and something else refuses',
  rule: 'that no rule grants',
  unknown: 'that cannot be told',
  granted: 'granted by this policy',
};

function reasonLines({ tally, causes, silenced }: Why, style: Style): string[] {
  const by = tally.commands.length === 0 ? '' : `, by ${tally.commands.join(', ')}`;
  const on = tally.paths.length === 0 ? '' : `: ${tally.paths.join(', ')}`;
  return [
    `${style.strong(printable(formatTally(tally)))}  ${printable(`${quantity(tally.count, 'time')}${by}${on}`)}`,
    ...causes.flatMap((cause) => causeLines(cause, tally, style)),
    ...(silenced
      ? [
          line(
            'silenced',
            'a dontaudit rule keeps it out of the log: someone switched those off',
            style.faint,
          ),
        ]
      : []),
    '',
  ];
}

function causeLines(cause: Cause, tally: DenialTally, style: Style): string[] {
  // Where all permissions have one cause, they are not said again.
  const of =
    cause.permissions.length === tally.permissions.length
      ? ''
      : `${cause.permissions.join(', ')}: `;
  const say = (word: string, what: string, tone: (text: string) => string): string =>
    line(word, printable(`${of}${what}`), tone);
  switch (cause.kind) {
    case 'label':
      return [
        say(
          'wrong label',
          `${cause.path} is ${cause.has} and should be ${cause.wants}, ${LABELLED[cause.then]}`,
          style.bad,
        ),
        next(`restorecon -v ${cause.path}`),
      ];
    case 'boolean':
      return [
        say('boolean', `granted with ${cause.when.map(termText).join(', or ')}`, style.warn),
        ...cause.opens.flatMap(({ boolean, value, accesses }) => [
          next(
            `setsebool -P ${boolean} ${value ? 'on' : 'off'}    opens ${quantity(accesses, 'access', 'accesses')} in all: confine query boolean ${boolean}`,
          ),
        ]),
      ];
    case 'rule':
      return [
        say('no rule', `no allow rule grants it, whatever the booleans are; missing is`, style.bad),
        next(cause.rule),
      ];
    case 'refused':
      return [say(cause.by, cause.text, style.bad)];
    case 'granted':
      return [
        say(
          'granted',
          'by this policy, as its booleans are set: the log is older, or of another policy',
          style.good,
        ),
      ];
    case 'unknown':
      return [say('unknown', cause.text, style.warn)];
  }
}

const LABELLED = {
  granted: 'with which it is granted',
  sometimes: 'with which it depends on booleans',
  denied: 'with which it is denied all the same',
  unknown: 'of which this policy cannot say what would come of it',
};

function line(word: string, what: string, tone: (text: string) => string): string {
  const [first, ...rest] = wrap(what, WIDTH).split('\n');
  return [
    `  ${tone(word.padEnd(INDENT))}  ${first}`,
    ...rest.map((more) => `${' '.repeat(INDENT + 4)}${more}`),
  ].join('\n');
}

/** Something to type or to read as it is: not broken. */
function next(what: string): string {
  return `${' '.repeat(INDENT + 4)}${printable(what)}`;
}

const INDENT = 'typebounds '.length;
const WIDTH = 90;
