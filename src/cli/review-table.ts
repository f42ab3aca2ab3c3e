import type { ReviewedApparmor } from '../apparmor/review/index.ts';
import {
  type ApparmorTally,
  type DenialTally,
  formatTally,
  type HostSeen,
  type Refusal,
  type UnreadLines,
} from '../denials/index.ts';
import type { Fresh, LogTally, Stray } from '../fleet/index.ts';
import {
  cannotJudge,
  type Forbidden,
  type Meaning,
  mustDecide,
  type Reviewed,
} from '../review/index.ts';
import { type Column, printable, quantity, type Style, table } from '../text/index.ts';
import type { Advice, AdvisedAbility } from './advise.ts';
import type { ReviewedRecords } from './apparmor-review.ts';
import { apparmorJson, apparmorRows, mustDecideApparmor } from './apparmor-review-table.ts';
import { ExitCode } from './exit-code.ts';

/** The requests with what they mean, then what a person needs who must act or wonders. */
export function reviewTable(
  read: LogTally,
  reviewed: readonly Reviewed[],
  style: Style,
  fresh: Fresh,
  advice: Advised = new Map(),
  apparmor: ReviewedRecords | undefined = undefined,
): string {
  const records = apparmor === undefined ? [] : apparmorRows(apparmor, style);
  const columns = [...fleetColumns(read.hosts), ...freshColumn(fresh)];
  const rows = [
    ...reviewed.map(({ tally, meaning, mislabelled }) => [
      printable(formatTally(tally)),
      String(tally.count),
      ...columns.map(({ cell }) => cell(tally)),
      day(tally.last),
      meaningCell({ tally, meaning, mislabelled }, style),
    ]),
    ...records.map(({ request, meaning, reviewed: { tally } }) => [
      request,
      String(tally.count),
      ...columns.map(({ cell }) => cell(tally)),
      day(tally.last),
      meaning,
    ]),
  ];
  const details = [
    ...reviewed.flatMap((one) => detailsOf(one, style, advice.get(one))),
    ...records.flatMap((one) => one.details),
  ];
  return [
    ...(rows.length === 0
      ? []
      : [
          table(
            [
              { heading: 'denied', most: WIDTH },
              { heading: 'times', align: 'right' },
              ...columns.map(({ column }) => column),
              { heading: 'last' },
              { heading: 'meaning', most: WIDTH },
            ],
            rows,
            style.width,
          ),
        ]),
    ...(details.length === 0 ? [] : [details.join('\n')]),
    ...without(read, style),
    summary(
      read,
      [...reviewed.map(standingOf), ...(apparmor?.reviewed ?? []).map(standingOfApparmor)],
      style,
    ),
  ].join('\n');
}

/** 4: something could not be read, whatever was; 1: the description must decide about a request; 4: one cannot be judged. */
export function reviewExitCode(
  read: LogTally,
  reviewed: readonly Reviewed[],
  apparmor: ReviewedRecords | undefined = undefined,
): ExitCode {
  const standings = [
    ...reviewed.map(standingOf),
    ...(apparmor?.reviewed ?? []).map(standingOfApparmor),
  ];
  if (read.unread.length > 0 || read.overflow > 0) return ExitCode.undecided;
  if (standings.includes('decide') || read.refusals.length > 0) return ExitCode.no;
  return read.strays.length > 0 || standings.includes('unknown')
    ? ExitCode.undecided
    : ExitCode.yes;
}

/** Where a request of either mechanism stands. */
type RequestStanding = 'decide' | 'unknown' | 'settled';

/** How the review would end if nothing were open: what was not read or not judged stands in the way of a yes whatever is tried. */
export function exitCodeBesides(
  read: LogTally,
  reviewed: readonly Reviewed[],
  apparmor: ReviewedRecords | undefined,
): ExitCode {
  return reviewExitCode(
    read,
    reviewed.filter((one) => standingOf(one) !== 'decide'),
    apparmor && {
      ...apparmor,
      reviewed: apparmor.reviewed.filter((one) => standingOfApparmor(one) !== 'decide'),
    },
  );
}

function standingOf(one: Reviewed): RequestStanding {
  return mustDecide(one) ? 'decide' : cannotJudge(one) ? 'unknown' : 'settled';
}

function standingOfApparmor(one: ReviewedApparmor): RequestStanding {
  if (mustDecideApparmor(one)) return 'decide';
  return one.meaning.kind === 'unknown' ? 'unknown' : 'settled';
}

/** The same as data. */
export function reviewJson(
  read: LogTally,
  reviewed: readonly Reviewed[],
  fresh: Fresh,
  advice: Advised = new Map(),
  apparmor: ReviewedRecords | undefined = undefined,
): string {
  const result = {
    domain: read.domain,
    requests: reviewed.map((one) => ({
      ...one.tally,
      ...one.meaning,
      ...(fresh === undefined ? {} : { new: fresh(one.tally) }),
      mislabelled: one.mislabelled ?? null,
      ...adviceJson(advice.get(one)),
    })),
    ...(apparmor !== undefined && { apparmor: apparmorJson(apparmor, fresh) }),
    hosts: read.hosts,
    refusals: read.refusals,
    strays: read.strays,
    unread: read.unread,
    others: read.others,
    overflow: read.overflow,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** What can be done about requests that are open. */
type Advised = ReadonlyMap<Reviewed, Advice>;

function adviceJson(advice: Advice | undefined): object {
  if (advice === undefined) return {};
  const { statement, abilities } = advice;
  return {
    statement,
    abilities:
      abilities?.map(({ candidate, opens, excess, breaks, declares }) => ({
        ability: candidate.source,
        ...{ opens, excess, breaks, declares },
      })) ?? null,
  };
}

const WIDTH = 64;

type Counted = DenialTally | ApparmorTally;

interface Added {
  readonly column: Column;
  readonly cell: (tally: Counted) => string;
}

/** What a fleet's owner looks for first; a log of one machine has none of it. */
function fleetColumns(hosts: readonly HostSeen[]): readonly Added[] {
  const named = hosts.filter(({ host }) => host !== '').length;
  if (named < 2) return [];
  return [
    {
      column: { heading: 'hosts', align: 'right' },
      cell: (tally) => `${tally.hosts.length} of ${named}`,
    },
    {
      column: { heading: 'share', align: 'right' },
      cell: (tally) => share(tally.hosts.length / named),
    },
    { column: { heading: 'first' }, cell: (tally) => day(tally.first) },
  ];
}

/** Never 0 % for one, never 100 % for all but one. */
function share(part: number): string {
  const percent = Math.round(part * 100);
  if (part > 0 && percent === 0) return '<1 %';
  return `${part < 1 ? Math.min(percent, 99) : percent} %`;
}

function freshColumn(fresh: Fresh): readonly Added[] {
  if (fresh === undefined) return [];
  return [{ column: { heading: 'since' }, cell: (tally) => (fresh(tally) ? 'new' : '') }];
}

/** UTC, to the minute; journald's text and Android's have no time. */
function day(seconds: number): string {
  if (seconds === 0) return '–';
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function meaningCell({ tally, meaning, mislabelled }: Reviewed, style: Style): string {
  const [word, tone, rest] = inWords(meaning, tally);
  const label = mislabelled === undefined ? '' : '; wrong label';
  return `${style[tone](word)}${printable(rest)}${label}`;
}

function inWords(
  meaning: Meaning,
  { source, count, refused, permissive }: DenialTally,
): [word: string, tone: Tone, rest: string] {
  switch (meaning.kind) {
    case 'forbidden':
      if (permissive > 0)
        return ['let through', 'bad', `, permissive: never ${ids(meaning.nevers)}`];
      return [
        refused === count ? 'stopped' : 'forbidden',
        'good',
        `: never ${ids(meaning.nevers)}`,
      ];
    case 'granted':
      return ['granted', 'good', ' by this policy: the log is older'];
    case 'boolean':
      return ['boolean', 'warn', `: granted with ${settingText(meaning)}`];
    case 'silenced':
      return ['silenced', 'faint', ' by a dontaudit rule'];
    case 'constraint':
      return ['constraint', 'bad', ': rules grant it; users, roles or levels do not fit'];
    case 'another domain':
      return ['another domain', 'faint', `: ${source} asks, and its policy decides`];
    case 'lost label':
      return [
        'lost label',
        'bad',
        `: the policy has no ${meaning.label}, and takes it for unlabelled`,
      ];
    case 'unknown':
      return ['unknown', 'warn', `: ${meaning.text}`];
    case 'open': {
      const next = meaning.nevers.length === 0 ? '' : `; a step towards ${ids(meaning.nevers)}`;
      return ['open', 'bad', `: nothing grants it, no never forbids it${next}`];
    }
  }
}

type Tone = 'good' | 'bad' | 'warn' | 'faint';

function ids(nevers: readonly Forbidden[]): string {
  return nevers.map(({ id }) => id).join(', ');
}

function settingText({ when }: Extract<Meaning, { kind: 'boolean' }>): string {
  return when
    .map((term) =>
      Object.entries(term)
        .map(([boolean, value]) => `${boolean} ${value ? 'on' : 'off'}`)
        .join(' and '),
    )
    .join(', or ');
}

/** What a person needs who must act or wonders, and the first record that asked. */
function detailsOf(
  { tally, meaning, mislabelled }: Reviewed,
  style: Style,
  advice: Advice | undefined,
): string[] {
  const lines = [
    ...reasons({ tally, meaning }, style),
    ...(advice === undefined ? [] : adviceLines(advice, style)),
    ...(mislabelled === undefined
      ? []
      : [
          `  ${style.warn('wrong label')}: ${printable(mislabelled.path)} is ${printable(mislabelled.has)} and should be ${printable(mislabelled.wants)}: restorecon ${printable(mislabelled.path)}`,
        ]),
    ...(tally.targetLabel === undefined || meaning.kind === 'lost label'
      ? []
      : [
          `  its label is ${printable(tally.targetLabel)}, which the policy of the log’s machine lacked: it was taken for unlabelled`,
        ]),
    ...recordsOf(tally).map((record) => `  ${style.faint(printable(record))}`),
  ];
  const by = tally.commands.length === 0 ? '' : ` by ${tally.commands.join(', ')}`;
  const versions = tally.versions.length === 0 ? '' : `, versions ${tally.versions.join(', ')}`;
  const on = tally.paths.length === 0 ? '' : `: ${tally.paths.join(', ')}`;
  return [
    `${style.strong(printable(formatTally(tally)))}${printable(`${by}${versions}${on}`)}`,
    ...lines,
    '',
  ];
}

/** The denials of the first event that asked: one, or a few that the kernel wrote at once. A forged log can have any number. */
function recordsOf({ example }: DenialTally): readonly string[] {
  const records = example.text.filter((record) => /\bavc:\s+denied\b/.test(record));
  return [...new Set(records)].slice(0, MOST_RECORDS);
}

const MOST_RECORDS = 4;

function reasons({ tally, meaning }: Judged, style: Style): string[] {
  switch (meaning.kind) {
    case 'forbidden':
      return [
        ...(tally.permissive > 0
          ? [
              '  decide before the domain is enforced: an attack, or a never that is wrong about the program',
            ]
          : []),
        ...waysOf(meaning.nevers).map(
          ([way, nevers]) =>
            `  granted, this would break ${style.strong(nevers.join(', '))}: ${printable(way)}`,
        ),
      ];
    case 'boolean':
      return [
        ...(meaning.tunable === undefined
          ? []
          : [`  it lets the program ${meaning.tunable.can}. ${meaning.tunable.why}`]),
        ...waysOf(meaning.nevers).map(
          ([way, nevers]) =>
            `  off, it keeps ${style.strong(nevers.join(', '))}: ${printable(way)}`,
        ),
      ];
    case 'constraint':
      return [`  ${printable(meaning.text)}`];
    case 'lost label':
      return [
        '  give the file a label that the policy has (restorecon), or load the module that brings this one; an ability would not help',
      ];
    case 'open':
      return [
        '  decide: an ability that needs it, a dontaudit with its reason if the program does without, or a never',
        ...waysOf(meaning.nevers).map(
          ([way, nevers]) =>
            `  grant no more: what follows it would break ${style.strong(nevers.join(', '))}: ${printable(way)}`,
        ),
      ];
    default:
      return [];
  }
}

/** The abilities that would grant it, with what they would break first; else the statement. */
function adviceLines({ abilities, statement }: Advice, style: Style): string[] {
  if (abilities === undefined) {
    return [
      `  as a statement: ${printable(statement)}; which ability has it is looked for with --target, where a description has one domain`,
    ];
  }
  if (abilities.length === 0) {
    return [`  no ability grants it: write one, with ${printable(statement)} and its reason`];
  }
  return [
    ...abilities.flatMap((one) => abilityLines(one, style)),
    `  or one of your own, with ${printable(statement)} alone and its reason`,
  ];
}

function abilityLines(
  { candidate, opens, excess, breaks, declares }: AdvisedAbility,
  style: Style,
): string[] {
  const more = excess.slice(0, MOST_EXCESS).map(excessText);
  const rest = excess.length - more.length;
  return [
    ...waysOf(breaks).map(
      ([way, nevers]) =>
        `  ${style.bad('not')} ${candidate.source}: it would break ${style.strong(nevers.join(', '))}: ${printable(way)}`,
    ),
    `  ${style.strong(candidate.source)} ${breaks.length > 0 ? 'would grant' : 'grants'} it, and ${quantity(opens, 'access', 'accesses')} more${more.length === 0 ? '' : `: ${printable(more.join(', '))}`}${rest > 0 ? `, and ${quantity(rest, 'other statement')}` : ''}`,
    ...(declares.length === 0
      ? []
      : [`    it declares ${declares.join(', ')}; what the nevers say of that, --what-if proves`]),
  ];
}

const MOST_EXCESS = 4;

function excessText({ targets, tclass, permissions }: AdvisedAbility['excess'][number]): string {
  const on = targets.length > 3 ? `${targets.length} types` : targets.join(' ');
  return `${on}:${tclass} { ${permissions.join(' ')} }`;
}

/** Nevers by the way that would be opened: the same way often breaks several. */
function waysOf(nevers: readonly Forbidden[]): readonly (readonly [string, readonly string[]])[] {
  const ways = Map.groupBy(nevers, ({ way }) => way);
  return [...ways].map(([way, broken]) => [way, broken.map(({ id }) => id)] as const);
}

/** What the log shows besides denials: refusals without one, executions that stayed outside, and what could not be read. */
function without({ refusals, strays, unread }: LogTally, style: Style): string[] {
  const lines = [
    ...refusals.flatMap((refusal) => refusalLines(refusal, style)),
    ...strays.map(strayLine),
    ...unread.flatMap((lines) => unreadLines(lines, style)),
  ];
  return lines.length === 0 ? [] : [`${lines.join('\n')}\n`];
}

/** A refusal that no denial tells of, with what the kernel means by it, and its record. */
export function refusalLines({ op, count, record }: Refusal, style: Style): string[] {
  const why =
    REFUSED[op] ??
    (/ Context \S+ (?:is not valid|became invalid)|\binvalid context/.test(op)
      ? UNKNOWN_CONTEXT
      : 'SELinux refused something, and no rule of access decided it');
  return [
    `${style.bad('refused without a denial')}, ${quantity(count, 'time')}: ${why}`,
    `  ${style.faint(printable(record))}`,
  ];
}

const UNKNOWN_CONTEXT =
  'the kernel’s policy had no such context, and takes what has it for unlabelled: the module was not loaded there, or an older one';

/** What the kernel means by it (security/selinux/ss/services.c, hooks.c). */
const REFUSED: Readonly<Record<string, string>> = {
  security_bounded_transition:
    'the program was kept out of the domain, or the domain out of another, since no_new_privs or nosuid is on: it takes nnp_transition or nosuid_transition, or typebounds',
  security_compute_sid:
    'the context that rules make is not valid: its user lacks the role, its role the type, or its range does not fit',
  security_validate_transition: 'a validatetrans rule does not let the label be changed',
  security_compute_av: 'typebounds took away what rules grant',
  setxattr: 'a label was to be given that the policy does not have',
  fscreate: 'a label was to be given that the policy does not have',
};

function strayLine({ exe, domain, count }: Stray): string {
  return `${printable(exe)} was executed ${quantity(count, 'time')} and stayed in ${printable(domain)}: nothing of this description held it there`;
}

export function unreadLines({ kind, count, examples }: UnreadLines, style: Style): string[] {
  return [
    `${style.bad(unreadText(kind, count))}:`,
    ...examples.map((line) => `  ${style.faint(printable(line))}`),
  ];
}

function unreadText(kind: UnreadLines['kind'], count: number): string {
  switch (kind) {
    case 'denial':
      return `${quantity(count, 'line')} not read: a denial that is cut off, or in a form that is not known`;
    case 'apparmor':
      return `${quantity(count, 'line')} not read: AppArmor’s denials, cut off, in a form that is not known, or of a description that does not name that mechanism`;
    case 'loss':
      return `records were lost, by ${quantity(count, 'line')} of the log`;
    case 'nameless':
      return `refused without a denial, ${quantity(count, 'time')}, and the log does not say to whom`;
    case 'told':
      return `${quantity(count, 'line')} of setroubleshoot, and no record of what it tells: give it audit.log`;
  }
}

function summary(read: LogTally, reviewed: readonly RequestStanding[], style: Style): string {
  const { others, overflow, refusals, strays, unread } = read;
  const decide = reviewed.filter((standing) => standing === 'decide').length;
  const unknown = reviewed.filter((standing) => standing === 'unknown').length;
  const missing = unread.length > 0 || overflow > 0;
  const open = [
    ...(decide > 0 ? [`the description must decide about ${decide} of ${reviewed.length}`] : []),
    ...(unknown > 0 ? [`${unknown} of ${reviewed.length} cannot be judged`] : []),
    ...(refusals.length > 0 ? [`${quantity(refusals.length, 'refusal')} without a denial`] : []),
    ...(strays.length > 0 ? ['the program also ran outside its domain'] : []),
    ...unread.map(({ kind, count }) => UNREAD[kind](count)),
    ...(overflow > 0 ? [`${quantity(overflow, 'denial')} too many to keep apart`] : []),
  ];
  const well =
    reviewed.length === 0
      ? 'no denial of this description'
      : 'the description accounts for every denial';
  const verdict = open.length === 0 ? style.good(well) : style.bad(open.join('; '));
  const end = missing ? '; what is missing may have held others' : '';
  const rest = others > 0 ? `; ${quantity(others, 'denial')} of other domains passed over` : '';
  return `${verdict}${end}${rest}\n`;
}

const UNREAD: Readonly<Record<UnreadLines['kind'], (count: number) => string>> = {
  denial: (count) => `${quantity(count, 'line')} not read`,
  apparmor: (count) => `${quantity(count, 'line')} of AppArmor not read`,
  loss: () => 'records were lost',
  nameless: (count) => `${quantity(count, 'refusal')} of nobody known`,
  told: () => 'only setroubleshoot tells of denials',
};

type Judged = Pick<Reviewed, 'tally' | 'meaning'>;
