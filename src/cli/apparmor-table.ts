import type { ProfileVerdict, ProvedOfProfile } from '../apparmor/prove/index.ts';
import { printable, quantity, type Style, table } from '../text/index.ts';
import { OUTCOME_WORDS, type Outcome } from '../verdict/index.ts';
import { ExitCode } from './exit-code.ts';
import type { ApparmorColumn } from './prove-apparmor.ts';

/** The nevers with their verdicts, kernel beside kernel, then what stands behind each that is not a plain yes, and the answer. */
export function apparmorText(columns: readonly ApparmorColumn[], style: Style): string {
  const [first] = columns;
  const rows = first!.proved.map(({ id }, i) => {
    const verdicts = columns.map(({ proved }) => proved[i]!.verdict);
    return [
      id,
      ...verdicts.map((verdict) => apparmorVerdictText(verdict, style)),
      evidence(worst(verdicts)),
    ];
  });
  const headings = ['never', ...columns.map(({ title }) => title)].map((heading) => ({ heading }));
  const details = first!.proved.flatMap((_, i) => detailsOf(columns, i, style));
  return [
    table([...headings, { heading: 'evidence', most: 72 }], rows, style.width),
    ...details,
    ...assumed(columns, style),
    ...columns.map(({ title, proved }) => `${title}: ${summary(proved)}`),
    answer(columns, style),
    '',
  ].join('\n');
}

/** A way that the kernel does not ask about is an open one, unless the description accepts it for this mechanism. */
export function apparmorExitCode(columns: readonly ApparmorColumn[]): ExitCode {
  const verdicts = columns.flatMap(({ proved }) => proved.map(({ verdict }) => verdict));
  if (verdicts.some(isOpen)) return ExitCode.no;
  return verdicts.some(({ outcome }) => outcome === 'undecided')
    ? ExitCode.undecided
    : ExitCode.yes;
}

export function apparmorJson(columns: readonly ApparmorColumn[]): unknown {
  return columns.map(({ features, title, proved }) => ({
    ...(features !== undefined && { features }),
    title,
    nevers: proved.map(({ id, verdict }) => ({ id, ...verdict })),
  }));
}

/** Whether a way is open that nothing accepts. */
export function isOpen({ outcome }: ProfileVerdict): boolean {
  return outcome === 'violated' || outcome === 'unmediated';
}

/** A verdict in a word or two, coloured. */
export function apparmorVerdictText(verdict: ProfileVerdict, style: Style): string {
  const word = OUTCOME_WORDS[verdict.outcome];
  if (verdict.outcome === 'holds') {
    return style.good(`${word}${verdict.assumes.length > 0 ? ', assuming' : ''}`);
  }
  return isOpen(verdict) ? style.bad(word) : style.warn(word);
}

const SEVERITY: readonly Outcome[] = ['violated', 'undecided', 'unmediated', 'accepted', 'holds'];

function worst(verdicts: readonly ProfileVerdict[]): ProfileVerdict {
  const rank = ({ outcome }: ProfileVerdict): number => SEVERITY.indexOf(outcome);
  return verdicts.reduce((found, verdict) => (rank(verdict) < rank(found) ? verdict : found));
}

function evidence({ ways, reasons, unmediated, accepted, profiles }: ProfileVerdict): string {
  return printable(
    [...ways, ...reasons, ...unmediated, ...accepted.map(({ says }) => says)][0] ??
      `no rule of ${profiles.join(', ')} opens it, and the kernel asks`,
  );
}

/** What is known of one never, once for all kernels that share it. */
function detailsOf(columns: readonly ApparmorColumn[], i: number, style: Style): string[] {
  const titles = new Map<string, string[]>();
  for (const { title, proved } of columns) {
    const { ways, reasons, unmediated, accepted, residuals } = proved[i]!.verdict;
    const lines = [
      ...ways.slice(0, MOST_LINES).map((way) => style.bad(printable(way))),
      ...(ways.length > MOST_LINES
        ? [`and ${quantity(ways.length - MOST_LINES, 'more way')}`]
        : []),
      ...reasons.map((reason) => `not known: ${printable(reason)}`),
      ...unmediated.map((what) => `not asked: ${printable(what)}`),
      ...residuals.flatMap(({ id, what }) => {
        const ways = accepted.filter(({ residual }) => residual === id);
        if (ways.length === 0) return [];
        return [
          `accepted as ${id}: ${printable(what)}`,
          ...ways.map(({ says }) => style.faint(`  ${printable(says)}`)),
        ];
      }),
    ];
    const text = lines.map((line) => `  ${line}`).join('\n');
    if (text !== '') titles.set(text, [...(titles.get(text) ?? []), title]);
  }
  const { id } = columns[0]!.proved[i]!;
  return [...titles].flatMap(([text, where]) => [
    style.strong(where.length === columns.length ? id : `${id}, ${where.join(', ')}`),
    text,
    '',
  ]);
}

const MOST_LINES = 12;

function assumed(columns: readonly ApparmorColumn[], style: Style): string[] {
  const texts = new Map<string, Set<string>>();
  for (const { id, verdict } of columns.flatMap(({ proved }) => proved)) {
    for (const text of verdict.assumes) texts.set(text, (texts.get(text) ?? new Set()).add(id));
  }
  if (texts.size === 0) return [];
  return [
    style.strong('What the verdicts presuppose, and no profile can show'),
    '',
    ...[...texts].flatMap(([text, ids]) => [
      `  ${printable(text)}`,
      `    ${style.faint([...ids].join(', '))}`,
    ]),
    '',
  ];
}

function summary(proved: readonly ProvedOfProfile[]): string {
  const counts = SEVERITY.toReversed().flatMap((outcome) => {
    const count = proved.filter(({ verdict }) => verdict.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${OUTCOME_WORDS[outcome]}`];
  });
  return `${quantity(proved.length, 'never')}: ${counts.join(', ')}`;
}

function answer(columns: readonly ApparmorColumn[], style: Style): string {
  const of = (is: (verdict: ProfileVerdict) => boolean): string =>
    [
      ...new Set(
        columns.flatMap(({ proved }) =>
          proved.filter(({ verdict }) => is(verdict)).map(({ id }) => id),
        ),
      ),
    ].join(', ');
  const parts = [
    [of(({ outcome }) => outcome === 'violated'), 'violated'],
    [of(({ outcome }) => outcome === 'unmediated'), 'not asked'],
    [of(({ outcome }) => outcome === 'undecided'), 'undecided'],
  ].flatMap(([ids, word]) => (ids === '' ? [] : [`${word}: ${ids}`]));
  const code = apparmorExitCode(columns);
  if (code === ExitCode.yes) {
    const accepted = of(({ outcome }) => outcome === 'accepted');
    return `${style.good('yes')}: every never holds${accepted === '' ? '' : `, but what the description accepts: ${accepted}`}`;
  }
  return `${style.bad(code === ExitCode.no ? 'no' : 'undecided')}: ${parts.join('; ').replace(code === ExitCode.undecided ? /^undecided: / : /^$/, '')}`;
}
