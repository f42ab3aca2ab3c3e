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
    meaningCell({ tally, meaning, mislabelled }, style),
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
  if (reviewed.some(mustDecide)) return ExitCode.no;
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

/** Colour is put on after wrapping: it has no width. */
function meaningCell({ tally, meaning, mislabelled }: Reviewed, style: Style): string {
  const [word, tone, rest] = inWords(meaning, tally);
  const label = mislabelled === undefined ? '' : '; wrong label';
  const cell = wrap(`${word}${printable(rest)}${label}`, WIDTH);
  return cell.replace(word, () => style[tone](word));
}

function inWords(
  meaning: Meaning,
  { source, count, refused, permissive }: DenialTally,
): [word: string, tone: keyof Style, rest: string] {
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
    case 'unknown':
      return ['unknown', 'warn', `: ${meaning.text}`];
    case 'open': {
      const next = meaning.nevers.length === 0 ? '' : `; a step towards ${ids(meaning.nevers)}`;
      return ['open', 'bad', `: nothing grants it, no never forbids it${next}`];
    }
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
    ...reasons({ tally, meaning }, style),
    ...(mislabelled === undefined
      ? []
      : [
          `  ${style.warn('wrong label')}: ${printable(mislabelled.path)} is ${printable(mislabelled.has)} and should be ${printable(mislabelled.wants)}: restorecon ${printable(mislabelled.path)}`,
        ]),
    ...(mustDecide({ tally, meaning })
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
  const decide = reviewed.filter(mustDecide).length;
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

type Judged = Pick<Reviewed, 'tally' | 'meaning'>;

/** What is forbidden and was let through is seen while the domain is permissive: that is when such a mistake can still be mended. */
function mustDecide({ tally, meaning: { kind } }: Judged): boolean {
  return kind === 'open' || kind === 'constraint' || (kind === 'forbidden' && tally.permissive > 0);
}
