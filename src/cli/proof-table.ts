import type { Outcome, Proved, Verdict, Witness } from '../guarantee/index.ts';
import { formatRule } from '../query/index.ts';
import { plain, printable, quantity, type Style, table, wrap } from '../text/index.ts';
import { ExitCode } from './exit-code.ts';

/** The nevers of a description with their verdicts, then what stands behind each that is not a plain yes. */
export function proofTable(proved: readonly Proved[], style: Style): string {
  const rows = proved.map(({ id, verdict }) => [
    id,
    verdictText(verdict, style),
    wrap(evidence(verdict), WIDTH),
  ]);
  const columns = [{ heading: 'never' }, { heading: 'verdict' }, { heading: 'evidence' }];
  const details = proved.flatMap((one) => detailsOf(one, style));
  return [
    table(columns, rows),
    ...(details.length > 0 ? [`${details.join('\n')}\n`] : []),
    `${summary(proved)}\n`,
  ].join('\n');
}

/** The same for several policies beside each other: the evidence of the worst verdict, and what stands behind a verdict once for all that share it. */
export function proofComparison(
  targets: readonly { readonly title: string; readonly proved: readonly Proved[] }[],
  style: Style,
): string {
  const [first] = targets;
  const rows = first!.proved.map(({ id }, i) => {
    const verdicts = targets.map(({ proved }) => proved[i]!.verdict);
    return [
      id,
      ...verdicts.map((verdict) => verdictText(verdict, style)),
      wrap(evidence(worst(verdicts)), WIDTH),
    ];
  });
  const columns = ['never', ...targets.map(({ title }) => title), 'evidence'].map((heading) => ({
    heading,
  }));
  const details = first!.proved.flatMap((_, i) => {
    const titles = new Map<string, string[]>();
    for (const { title, proved } of targets) {
      const text = detailsOf(proved[i]!, style).join('\n');
      titles.set(text, [...(titles.get(text) ?? []), title]);
    }
    return [...titles]
      .filter(([text]) => text !== '')
      .map(([text, where]) => (titles.size === 1 ? text : `${where.join(', ')}: ${text}`));
  });
  const sums = targets.map(({ title, proved }) => `${title}: ${summary(proved)}`);
  return `${table(columns, rows)}\n${details.map((text) => `${text}\n`).join('')}${sums.join('\n')}\n`;
}

/** The first of the worst outcome, and of these one that leans on the base or an assumption. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const rank = (verdict: Verdict): number =>
    2 * SEVERITY.indexOf(verdict.outcome) - (qualification(verdict) === '' ? 0 : 1);
  return verdicts.reduce((found, verdict) => (rank(verdict) < rank(found) ? verdict : found));
}

const SEVERITY: readonly Outcome[] = ['violated', 'undecided', 'holds-as-set', 'holds'];

/** Violated is a no, undecided is nobody's yes, and what holds as the booleans are set holds. */
export function proofExitCode(proved: readonly Proved[]): ExitCode {
  const outcomes = new Set(proved.map(({ verdict }) => verdict.outcome));
  if (outcomes.has('violated')) return ExitCode.no;
  return outcomes.has('undecided') ? ExitCode.undecided : ExitCode.yes;
}

/** What a verdict that is no plain yes rests on, as lines for a reader who sees no table. */
export function proofLines(proved: Proved): readonly string[] {
  const [, ...details] = detailsOf(proved, plain);
  const { verdict } = proved;
  return [
    `${WORDS[verdict.outcome]}${qualification(verdict)}: ${evidence(verdict)}`,
    ...details.filter((line) => line !== ''),
  ];
}

/** Whether a `holds` leans on the base, on an assumption or on how booleans are set. */
export function isQualified(verdict: Verdict): boolean {
  return verdict.outcome === 'holds-as-set' || qualification(verdict) !== '';
}

/** The same as data: rules as text, everything else as it is. */
export function proofJson(proved: readonly Proved[]): unknown {
  return proved.map(({ id, verdict }) => ({ id, ...asData(verdict) }));
}

function asData(verdict: Verdict): Record<string, unknown> {
  const witness = (one: Witness): unknown => ({ ...one, rules: one.rules.map(formatRule) });
  return {
    ...verdict,
    base: verdict.base.map((grant) => ({ ...grant, rule: formatRule(grant.rule) })),
    ...('breaks' in verdict ? { breaks: verdict.breaks.map(witness) } : {}),
    ...(verdict.outcome === 'violated'
      ? {
          witnesses: verdict.witnesses.map(witness),
          enforced: verdict.enforced === undefined ? null : asData(verdict.enforced),
        }
      : {}),
  };
}

const WORDS: Readonly<Record<Outcome, string>> = {
  holds: 'holds',
  'holds-as-set': 'holds as set',
  violated: 'violated',
  undecided: 'undecided',
};

function verdictText(verdict: Verdict, style: Style): string {
  const word = WORDS[verdict.outcome];
  switch (verdict.outcome) {
    case 'holds':
      return style.good(`${word}${qualification(verdict)}`);
    case 'violated':
      return style.bad(word);
    default:
      return style.warn(word);
  }
}

/** What a plain `holds` would hide. */
function qualification({ base, assumes }: Verdict): string {
  return `${base.length > 0 ? ' beyond base' : ''}${assumes.length > 0 ? ', assuming' : ''}`;
}

function evidence(verdict: Verdict): string {
  if (verdict.outcome === 'violated' && verdict.enforced !== undefined) {
    return `the domain is permissive: nothing is refused. Enforced: ${WORDS[verdict.enforced.outcome]}`;
  }
  if (verdict.outcome === 'violated') return printable(verdict.witnesses[0]!.what);
  return printable(verdict.outcome === 'undecided' ? verdict.reasons[0]! : verdict.evidence);
}

function detailsOf({ id, verdict }: Proved, style: Style): string[] {
  const lines = [
    ...(verdict.outcome === 'violated' ? witnessLines(verdict.witnesses, '', style) : []),
    ...('breaks' in verdict ? witnessLines(verdict.breaks, 'opened by ', style) : []),
    ...(verdict.outcome === 'undecided' ? verdict.reasons.slice(1) : []).map(
      (reason) => `  ${printable(reason)}`,
    ),
    ...(verdict.more > 0 ? [`  and ${quantity(verdict.more, 'more way')}`] : []),
    ...verdict.base.map(
      ({ what, attribute }) =>
        `  ${style.faint('base')} ${printable(what)}, by the attribute ${printable(attribute)}`,
    ),
    ...verdict.assumes.map((text) => `  ${style.faint('assumed')} ${printable(text)}`),
    ...verdict.residuals.map(({ what }) => `  ${style.faint('residual')} ${printable(what)}`),
  ];
  return lines.length === 0 ? [] : [style.strong(printable(id)), ...lines, ''];
}

function witnessLines(witnesses: readonly Witness[], opened: string, style: Style): string[] {
  return witnesses.flatMap(({ what, rules, settings }) => {
    const changes = settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
    const under = changes.length > 0 ? ` (${opened}${changes.join(' and ')})` : '';
    return [
      `  ${style.bad(printable(what))}${printable(under)}`,
      ...[...new Set(rules.map(formatRule))].map((rule) => `    ${printable(rule)}`),
    ];
  });
}

function summary(proved: readonly Proved[]): string {
  const count = (outcome: Outcome): number =>
    proved.filter(({ verdict }) => verdict.outcome === outcome).length;
  const parts = (Object.keys(WORDS) as Outcome[])
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${WORDS[outcome]}`);
  return `${quantity(proved.length, 'never')}: ${parts.join(', ')}`;
}

const WIDTH = 72;
