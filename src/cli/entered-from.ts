import type { Confinement } from '../description/index.ts';
import { suggestion } from '../selinux/words/index.ts';
import { printable, type Style, table } from '../text/index.ts';

interface Column {
  readonly title: string;
  /** The domains that come into the program's by executing it. */
  readonly entrances: readonly string[];
  /** The policy's domains of login users, by their names without `_t`. */
  readonly users: readonly string[];
}

/** What is wrong with who starts the program. Whoever is not named here runs it in a domain of his own, and every never says nothing. */
export function entranceProblems(confinement: Confinement, columns: readonly Column[]): string[] {
  const problems = columns
    .filter(({ entrances }) => entrances.length === 0)
    .map(
      ({ title }) =>
        `${title}: nobody enters ${confinement.domain}, so nothing below concerns the program`,
    );
  const prefixes = confinement.may.flatMap(({ entries = [] }) =>
    entries.flatMap((entry) => (entry.from === 'user' ? [entry.prefix] : [])),
  );
  for (const prefix of prefixes) {
    if (columns.some(({ entrances }) => entrances.includes(`${prefix}_t`))) continue;
    const known = [...new Set(columns.flatMap(({ users }) => users))];
    problems.push(
      `no policy has the user domain ${prefix}_t: ${suggestion(prefix, known) ?? `domains of users are ${known.sort().join(', ')}`}`,
    );
  }
  return problems;
}

/** Who enters the domain, policy by policy; the same ones once. */
export function entranceTable(columns: readonly Column[], style: Style): string {
  const places = new Map<string, string[]>();
  for (const { title, entrances } of columns) {
    const names = entrances.map((name) => printable(name)).join(', ');
    places.set(names, [...(places.get(names) ?? []), title]);
  }
  const rows = [...places].map(([names, titles]) => [
    titles.length === columns.length ? 'everywhere' : titles.join(', '),
    names === '' ? style.bad('nobody') : names,
  ]);
  return table([{ heading: 'where' }, { heading: 'entered from', most: 90 }], rows, style.width);
}
