import type { Confinement } from '../description/index.ts';
import type { PolicySet } from '../selinux/prove/index.ts';
import { formatRule, SENSITIVE, type SensitiveGrant } from '../selinux/query/index.ts';
import { suggestion } from '../selinux/words/index.ts';
import { printable, type Style } from '../text/index.ts';

interface Column {
  readonly title: string;
  readonly sensitive: readonly SensitiveGrant[];
  /** Its `doubts`: why rules of the domain may be missing there. */
  readonly set: Pick<PolicySet, 'doubts'>;
}

/** What no profile should be granted and this one is, on some policy and under some setting, with the reason why if the description has one. */
export interface SensitiveFinding {
  readonly id: string;
  readonly what: string;
  readonly accepted: string | undefined;
  /** The title of each policy -> its rules, as text. */
  readonly where: ReadonlyMap<string, readonly string[]>;
}

export function sensitiveFindings(
  { accepts = [] }: Confinement,
  columns: readonly Column[],
): readonly SensitiveFinding[] {
  return SENSITIVE.flatMap(({ id, what }) => {
    const where = new Map(
      columns.flatMap(({ title, sensitive }) => {
        const rules = sensitive.filter((grant) => grant.id === id).flatMap((grant) => grant.rules);
        return rules.length === 0 ? [] : [[title, [...new Set(rules.map(formatRule))]] as const];
      }),
    );
    const accepted = accepts.find((one) => one.id === id)?.why;
    return where.size === 0 ? [] : [{ id, what, accepted, where }];
  });
}

/** Grants that nobody gave a reason for, and reasons for what is no such access. */
export function sensitiveProblems(
  confinement: Confinement,
  columns: readonly Column[],
): readonly string[] {
  const { domain, accepts = [] } = confinement;
  const known = SENSITIVE.map(({ id }) => id);
  return [
    ...sensitiveFindings(confinement, columns)
      .filter(({ accepted }) => accepted === undefined)
      .map(
        ({ id, what, where }) =>
          `${domain} may ${what}, on ${[...where.keys()].join(', ')}: ${[...new Set([...where.values()].flat())].join(' ')} If it must, say why: \`accepts: [{ id: '${id}', why: '…' }]\``,
      ),
    ...accepts
      .filter(({ id }) => !known.includes(id))
      .map(
        ({ id }) =>
          `accepts: there is no sensitive access \`${id}\`: ${suggestion(id, known) ?? `they are ${known.join(', ')}`}`,
      ),
  ];
}

/** The same for a person, with the reasons that were given; one for what no policy grants is told. */
export function sensitiveLines(
  confinement: Confinement,
  columns: readonly Column[],
  style: Style,
): string[] {
  const findings = sensitiveFindings(confinement, columns);
  const granted = findings.flatMap(({ id, what, accepted, where }) => [
    `  ${printable(what)} (${id})${accepted === undefined ? `: ${style.bad('no reason is given')}` : `: ${printable(accepted)}`}`,
    ...[...where].flatMap(([title, rules]) =>
      rules.map((rule) => `    ${style.faint(`${printable(title)}:`)} ${printable(rule)}`),
    ),
  ]);
  const needless = (confinement.accepts ?? [])
    .filter(({ id }) => SENSITIVE.some((one) => one.id === id))
    .filter(({ id }) => findings.every((one) => one.id !== id))
    .map(({ id }) => `  ${id} is accepted, and granted on none of these policies`);
  const problems = sensitiveProblems(confinement, columns);
  return [
    style.strong('What no program should be granted without a reason of its own'),
    '',
    ...(granted.length === 0
      ? [`  none of ${SENSITIVE.length} such accesses is granted, whatever the booleans are`]
      : granted),
    ...needless,
    ...columns.flatMap(({ title, set }) =>
      (set.doubts ?? []).map((doubt) =>
        style.warn(`  ${printable(title)}: there may be more, for ${printable(doubt)}`),
      ),
    ),
    ...problems
      .filter((problem) => problem.startsWith('accepts:'))
      .map((problem) => `  ${style.bad(printable(problem))}`),
    '',
  ];
}
