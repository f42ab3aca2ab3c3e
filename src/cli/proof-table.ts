import type { Residual } from '../description/index.ts';
import type { Outcome, Proved, Verdict, Witness } from '../selinux/prove/index.ts';
import { formatRule } from '../selinux/query/index.ts';
import { plain, printable, quantity, type Style, table } from '../text/index.ts';
import { OUTCOME_WORDS as WORDS } from '../verdict/index.ts';
import { ExitCode } from './exit-code.ts';
import type { OriginsOf } from './rule-origins.ts';

/** The nevers proved on one policy. */
interface Column {
  readonly title: string;
  readonly proved: readonly Proved[];
  /** Who brought a rule, where there is a description to ask. */
  readonly origins?: OriginsOf | undefined;
}

/** The nevers of a description with their verdicts, then what stands behind each that is not a plain yes. */
export function proofTable(
  { proved, origins }: Pick<Column, 'proved' | 'origins'>,
  style: Style,
): string {
  // What stands in the way of every one is said once, at the end.
  if (reasonOfAll(proved) !== undefined) return '';
  const rows = proved.map(({ id, verdict }) => [
    id,
    verdictText(verdict, style),
    evidence(verdict),
  ]);
  const columns = [{ heading: 'never' }, { heading: 'verdict' }, EVIDENCE];
  const details = proved.flatMap((one) => detailsOf(one, style, origins));
  return [
    table(columns, rows, style.width),
    ...(details.length > 0 ? [`${details.join('\n')}\n`] : []),
  ].join('\n');
}

/** The same for several policies beside each other: the evidence of the worst verdict, and what stands behind a verdict once for all that share it. */
export function proofComparison(targets: readonly Column[], style: Style): string {
  const [first] = targets;
  const rows = first!.proved.map(({ id }, i) => {
    const verdicts = targets.map(({ proved }) => proved[i]!.verdict);
    // A reason that stands in the way of every never is said once, at the end.
    const telling = targets.filter(({ proved }) => reasonOfAll(proved) === undefined);
    const worstOf = worst(
      (telling.length > 0 ? telling : targets).map((t) => t.proved[i]!.verdict),
    );
    return [id, ...verdicts.map((verdict) => verdictText(verdict, style)), evidence(worstOf)];
  });
  const columns = [
    ...['never', ...targets.map(({ title }) => title)].map((heading) => ({ heading })),
    EVIDENCE,
  ];
  const details = first!.proved.flatMap((_, i) => {
    const titles = new Map<string, string[]>();
    for (const { title, proved, origins } of targets) {
      if (reasonOfAll(proved) !== undefined) continue;
      const text = detailsOf(proved[i]!, style, origins).join('\n');
      titles.set(text, [...(titles.get(text) ?? []), title]);
    }
    return [...titles]
      .filter(([text]) => text !== '')
      .map(([text, where]) => (titles.size === 1 ? text : `${where.join(', ')}: ${text}`));
  });
  return `${[table(columns, rows, style.width), ...details].join('\n').trimEnd()}\n`;
}

const EVIDENCE = { heading: 'evidence', most: 72 };

/** What all nevers are undecided for, where that is one thing: the policy lacks the module, or nothing is known of an interface. */
function reasonOfAll(proved: readonly Proved[]): string | undefined {
  const reasons = new Set(
    proved.map(({ verdict }) =>
      verdict.outcome === 'undecided' && verdict.breaks.length === 0
        ? verdict.reasons.join('; ')
        : undefined,
    ),
  );
  return proved.length > 1 && reasons.size === 1 ? [...reasons][0] : undefined;
}

/** What verdicts presuppose, each once with the nevers that do. */
export function assumedLines(targets: readonly Column[], style: Style): string[] {
  const texts = new Set(
    targets.flatMap(({ proved }) => proved.flatMap(({ verdict }) => verdict.assumes)),
  );
  if (texts.size === 0) return [];
  return [
    style.strong('What the verdicts presuppose, and the policy cannot show'),
    '',
    ...[...texts].flatMap((text) => [
      `  ${printable(text)}`,
      ...concerned(targets, ({ assumes }) => assumes.includes(text)).map(
        (line) => `    ${style.faint(line)}`,
      ),
    ]),
    '',
  ];
}

/** What stays possible, each once with the reason and the nevers that it touches. */
export function residualLines(
  residuals: readonly Residual[],
  targets: readonly Column[],
  style: Style,
): string[] {
  if (residuals.length === 0) return [];
  return [
    style.strong('Residuals: what no policy can refuse without breaking the program'),
    '',
    ...residuals.flatMap(({ id, what, why }) => [
      `  ${printable(what)}`,
      `    ${style.faint(printable(why))}`,
      ...concerned(targets, (verdict) => verdict.residuals.some((one) => one.id === id)).map(
        (line) => `    ${style.faint(`touches ${line}`)}`,
      ),
    ]),
    '',
  ];
}

/** The nevers whose verdicts are so: a line for all policies where they agree, else a line for those that do. */
function concerned(targets: readonly Column[], is: (verdict: Verdict) => boolean): string[] {
  const where = new Map<string, string[]>();
  for (const { title, proved } of targets) {
    const ids = proved.filter(({ verdict }) => is(verdict)).map(({ id }) => printable(id));
    if (ids.length === 0) continue;
    const all = ids.length > 3 && ids.length === proved.length;
    const text = all ? `all ${ids.length} nevers` : ids.join(', ');
    where.set(text, [...(where.get(text) ?? []), title]);
  }
  return [...where].map(([text, titles]) =>
    titles.length === targets.length ? text : `${titles.join(', ')}: ${text}`,
  );
}

/** How many of each verdict, policy by policy. */
export function proofTotals(targets: readonly Column[]): string[] {
  return targets.map(
    ({ title, proved }) => `${title === '' ? '' : `${title}: `}${summary(proved)}`,
  );
}

/** Why the answer is what it is, in few words, for the last line: empty where it is yes. */
export function proofFaults(targets: readonly Column[]): string[] {
  return (['violated', 'undecided'] as const).flatMap((outcome) => {
    const found = targets.filter(({ proved }) =>
      proved.some(({ verdict }) => verdict.outcome === outcome),
    );
    return found.map(({ title, proved }) => {
      const ids = proved
        .filter(({ verdict }) => verdict.outcome === outcome)
        .map(({ id }) => printable(id));
      const reason = outcome === 'undecided' ? reasonOfAll(proved) : undefined;
      const what =
        reason === undefined ? ids.join(', ') : `every never, since ${printable(reason)}`;
      return `${WORDS[outcome]}${title === '' ? '' : ` on ${title}`}: ${what}`;
    });
  });
}

/** A yes in words: what holds only as the booleans are set is not to be overlooked. */
export function proofYes(targets: readonly Column[]): string {
  const asSet = targets.some(({ proved }) =>
    proved.some(({ verdict }) => verdict.outcome === 'holds-as-set'),
  );
  return `every never holds${asSet ? ', some as the booleans are set' : ''}`;
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
export function proofLines(proved: Proved, origins?: OriginsOf): readonly string[] {
  const [, ...details] = detailsOf(proved, plain, origins);
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
export function proofJson({ proved, origins }: Pick<Column, 'proved' | 'origins'>): unknown {
  return proved.map(({ id, verdict }) => ({ id, ...asData(verdict, origins) }));
}

function asData(verdict: Verdict, origins: OriginsOf | undefined): Record<string, unknown> {
  const witness = (one: Witness): unknown => ({
    ...one,
    rules: one.rules.map(formatRule),
    ...(origins && { origins: one.rules.map((rule, i) => origins(rule, one.takes[i])) }),
  });
  return {
    ...verdict,
    base: verdict.base.map((grant) => ({ ...grant, rule: formatRule(grant.rule) })),
    ...('breaks' in verdict ? { breaks: verdict.breaks.map(witness) } : {}),
    ...(verdict.outcome === 'violated'
      ? {
          witnesses: verdict.witnesses.map(witness),
          enforced: verdict.enforced === undefined ? null : asData(verdict.enforced, origins),
        }
      : {}),
  };
}

/** A verdict in a word or three, coloured. */
export function verdictText(verdict: Verdict, style: Style): string {
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

function detailsOf({ id, verdict }: Proved, style: Style, origins?: OriginsOf): string[] {
  const lines = [
    ...(verdict.outcome === 'violated' ? witnessLines(verdict.witnesses, '', style, origins) : []),
    ...('breaks' in verdict ? witnessLines(verdict.breaks, 'opened by ', style, origins) : []),
    ...(verdict.outcome === 'undecided' ? verdict.reasons.slice(1) : []).map(
      (reason) => `  ${printable(reason)}`,
    ),
    ...(verdict.more > 0 ? [`  and ${quantity(verdict.more, 'more way')}`] : []),
    ...verdict.base.map(
      ({ what, attribute }) =>
        `  ${style.faint('base')} ${printable(what)}, by the attribute ${printable(attribute)}`,
    ),
  ];
  return lines.length === 0 ? [] : [style.strong(printable(id)), ...lines, ''];
}

function witnessLines(
  witnesses: readonly Witness[],
  opened: string,
  style: Style,
  origins: OriginsOf | undefined,
): string[] {
  return witnesses.flatMap(({ what, rules, takes, settings }) => {
    const changes = settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
    const under = changes.length > 0 ? ` (${opened}${changes.join(' and ')})` : '';
    return [
      `  ${style.bad(printable(what))}${printable(under)}`,
      ...[...new Set(rules.map(formatRule))].flatMap((text) => [
        `    ${printable(text)}`,
        ...originLines(text, { rules, takes }, origins).map((line) => `      ${style.faint(line)}`),
      ]),
    ];
  });
}

/** Who brought a rule of a way, which may be among them for several of its permissions. */
function originLines(
  text: string,
  { rules, takes }: Pick<Witness, 'rules' | 'takes'>,
  origins: OriginsOf | undefined,
): readonly string[] {
  if (origins === undefined) return [];
  const same = rules.flatMap((rule, i) => (formatRule(rule) === text ? [i] : []));
  const found = origins(rules[same[0]!]!, [...new Set(same.flatMap((i) => takes[i]!))]);
  return found.map(({ said }) => `from ${printable(said)}`);
}

function summary(proved: readonly Proved[]): string {
  const count = (outcome: Outcome): number =>
    proved.filter(({ verdict }) => verdict.outcome === outcome).length;
  const parts = (Object.keys(WORDS) as Outcome[])
    .filter((outcome) => count(outcome) > 0)
    .map(
      (outcome) =>
        `${count(outcome)} ${WORDS[outcome]}${outcome === 'holds' ? leaning(proved) : ''}`,
    );
  return `${quantity(proved.length, 'never')}: ${parts.join(', ')}`;
}

/** How many of those that hold do so with a word behind it: a total must not be rosier than its table. */
function leaning(proved: readonly Proved[]): string {
  const held = proved.filter(({ verdict }) => verdict.outcome === 'holds');
  const parts = (['base', 'assumes'] as const).flatMap((on) => {
    const count = held.filter(({ verdict }) => verdict[on].length > 0).length;
    return count === 0 ? [] : [`${count} ${on === 'base' ? 'beyond base' : 'assuming'}`];
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
