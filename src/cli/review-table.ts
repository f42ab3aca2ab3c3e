import type { Confinement } from '../confinement/index.ts';
import { type DenialTally, formatTally } from '../denials/index.ts';
import type { Forbidden, Meaning, Reviewed } from '../review/index.ts';
import { printable, quantity, type Style, table, wrap } from '../text/index.ts';
import { ExitCode } from './exit-code.ts';
import type { LoadedDenials } from './load-denials.ts';

/** The requests with what they mean, then what a person needs who must act or wonders. */
export function reviewTable(
  read: LoadedDenials,
  reviewed: readonly Reviewed[],
  style: Style,
): string {
  const rows = reviewed.map(({ tally, meaning, mislabelled }) => [
    wrap(printable(formatTally(tally)), WIDTH),
    String(tally.count),
    day(tally.last),
    wrap(
      `${meaningText(meaning, tally, style)}${mislabelled === undefined ? '' : `; ${style.warn('wrong label')}`}`,
      WIDTH,
    ),
  ]);
  const details = reviewed.flatMap((one) => detailsOf(one, style));
  return [
    ...(reviewed.length === 0
      ? []
      : [
          table(
            [
              { heading: 'denied' },
              { heading: 'times', align: 'right' },
              { heading: 'last' },
              { heading: 'meaning' },
            ],
            rows,
          ),
        ]),
    ...(details.length === 0 ? [] : [details.join('\n')]),
    summary(read, reviewed, style),
  ].join('\n');
}

/** 1: the description must decide about one; 4: one cannot be judged. */
export function reviewExitCode(read: LoadedDenials, reviewed: readonly Reviewed[]): ExitCode {
  if (reviewed.some(({ meaning }) => mustDecide(meaning))) return ExitCode.no;
  return read.overflow > 0 || reviewed.some(({ meaning }) => meaning.kind === 'unknown')
    ? ExitCode.undecided
    : ExitCode.yes;
}

/** The same as data. */
export function reviewJson(
  confinement: Confinement,
  read: LoadedDenials,
  reviewed: readonly Reviewed[],
): string {
  const result = {
    domain: confinement.domain,
    requests: reviewed.map(({ tally, meaning, mislabelled }) => ({
      ...tally,
      ...meaning,
      mislabelled: mislabelled ?? null,
    })),
    others: read.others,
    overflow: read.overflow,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

const WIDTH = 64;

/** UTC, to the minute. */
function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function meaningText(meaning: Meaning, tally: DenialTally, style: Style): string {
  switch (meaning.kind) {
    case 'stopped':
      return `${style.good('stopped')}: never ${ids(meaning.nevers)}`;
    case 'granted':
      return `${style.good('granted')} by this policy: the log is older`;
    case 'boolean':
      return `${style.warn('boolean')}: granted with ${printable(settingText(meaning))}`;
    case 'silenced':
      return `${style.faint('silenced')} by a dontaudit rule`;
    case 'constraint':
      return style.warn('rules grant it; users, roles or levels do not fit');
    case 'another domain':
      return style.faint(`${printable(tally.source)} asks: its policy decides`);
    case 'unknown':
      return `${style.warn('unknown')}: ${printable(meaning.text)}`;
    case 'open':
      return `${style.bad('open')}: nothing grants it, no never forbids it${meaning.nevers.length === 0 ? '' : `; a step towards ${ids(meaning.nevers)}`}`;
  }
}

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

/** What a person needs who must act or wonders: nothing where nobody must. */
function detailsOf({ tally, meaning, mislabelled }: Reviewed, style: Style): string[] {
  const lines = [
    ...reasons(meaning, style),
    ...(mislabelled === undefined
      ? []
      : [
          `  ${style.warn('wrong label')}: ${printable(mislabelled.path)} is ${printable(mislabelled.has)} and should be ${printable(mislabelled.wants)}: restorecon ${printable(mislabelled.path)}`,
        ]),
    ...(mustDecide(meaning)
      ? tally.example.text
          .filter((record) => /^(\S+ )?type=(USER_)?AVC /.test(record))
          .map((record) => `  ${style.faint(printable(record))}`)
      : []),
  ];
  if (lines.length === 0) return [];
  const by = tally.commands.length === 0 ? '' : ` by ${tally.commands.join(', ')}`;
  const on = tally.paths.length === 0 ? '' : `: ${tally.paths.join(', ')}`;
  return [`${style.strong(printable(formatTally(tally)))}${printable(`${by}${on}`)}`, ...lines, ''];
}

function reasons(meaning: Meaning, style: Style): string[] {
  switch (meaning.kind) {
    case 'stopped':
      return waysOf(meaning.nevers).map(
        ([way, nevers]) =>
          `  granted, this would break ${style.strong(nevers.join(', '))}: ${printable(way)}`,
      );
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

/** Nevers by the way that would be opened: the same way often breaks several. */
function waysOf(nevers: readonly Forbidden[]): readonly (readonly [string, readonly string[]])[] {
  const ways = Map.groupBy(nevers, ({ way }) => way);
  return [...ways].map(([way, broken]) => [way, broken.map(({ id }) => id)] as const);
}

function summary(
  { others, overflow }: LoadedDenials,
  reviewed: readonly Reviewed[],
  style: Style,
): string {
  const decide = reviewed.filter(({ meaning }) => mustDecide(meaning)).length;
  const verdict =
    reviewed.length === 0
      ? style.good('no denial of this description')
      : decide === 0
        ? style.good('the description accounts for every denial')
        : style.bad(`the description must decide about ${decide} of ${reviewed.length}`);
  const rest = [
    ...(others > 0 ? [`${quantity(others, 'denial')} of other domains passed over`] : []),
    ...(overflow > 0 ? [style.bad(`${quantity(overflow, 'denial')} too many to keep apart`)] : []),
  ];
  return `${[verdict, ...rest].join('; ')}\n`;
}

function mustDecide({ kind }: Meaning): boolean {
  return kind === 'open' || kind === 'constraint';
}
