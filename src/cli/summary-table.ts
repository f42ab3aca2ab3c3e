import { AREAS, type Area, type Grant } from '../selinux/query/index.ts';
import { printable, quantity, type Style, table } from '../text/index.ts';

/** What a domain may do in each of several policies, as one table: a line says it once and where it holds. */
export function summaryTable(
  summaries: readonly { readonly title: string; readonly grants: readonly Grant[] }[],
  style: Style,
): string {
  const titles = summaries.map(({ title }) => title);
  const lines = linesOf(summaries);
  // In a narrow terminal a column of conditions would leave the others nothing.
  const apart =
    lines.some(({ when }) => when !== '') && (style.width === undefined || style.width >= ROOMY);
  let previous: Area | undefined;
  const rows = lines.map(({ area, what, when, holds }) => {
    const heading = area === previous ? '' : area;
    previous = area;
    return [
      style.strong(heading),
      ...(apart
        ? [what, style.warn(when)]
        : [when === '' ? what : `${what}\n  ${style.warn(`with ${when}`)}`]),
      ...titles.map((title) => (holds.includes(title) ? style.good('yes') : style.faint('-'))),
    ];
  });
  const columns = [
    { heading: 'may' },
    { heading: 'what', most: 66 },
    ...(apart ? [{ heading: 'when' }] : []),
    ...titles.map((heading) => ({ heading })),
  ];
  const base = summaries.map(({ title, grants }) => `${title}: ${inherited(grants)}`);
  return `${table(columns, rows, style.width)}\n${base.join('\n')}\n`;
}

const ROOMY = 120;

interface Line {
  readonly area: Area;
  readonly what: string;
  readonly when: string;
  readonly holds: readonly string[];
}

/** Grants that say the same of several targets share a line; of what is only read, the types say enough. */
function linesOf(
  summaries: readonly { readonly title: string; readonly grants: readonly Grant[] }[],
): Line[] {
  const places = new Map<string, { grant: Grant; holds: string[] }>();
  for (const { title, grants } of summaries) {
    for (const grant of grants.filter(({ through }) => through === undefined)) {
      const key = [grant.area, grant.target, vectorOf(grant), grant.when].join('\0');
      const place = places.get(key) ?? { grant, holds: [] };
      if (!place.holds.includes(title)) place.holds.push(title);
      places.set(key, place);
    }
  }
  const groups = new Map<
    string,
    { grant: Grant; holds: readonly string[]; targets: Set<string> }
  >();
  for (const { grant, holds } of places.values()) {
    const key = [grant.area, vectorOf(grant), grant.when, ...holds].join('\0');
    const group = groups.get(key) ?? { grant, holds, targets: new Set() };
    group.targets.add(grant.target);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ grant, holds, targets }) => ({
      area: grant.area,
      what: `${targetsText([...targets].sort(), grant.area)}${vectorOf(grant)}`,
      when: printable(grant.when ?? ''),
      holds,
    }))
    .sort(
      (a, b) =>
        AREAS.indexOf(a.area) - AREAS.indexOf(b.area) ||
        Number(a.when !== '') - Number(b.when !== '') ||
        (a.what < b.what ? -1 : 1),
    );
}

function vectorOf({ area, tclass, permissions }: Grant): string {
  return area === 'reads' ? '' : `${tclass} { ${permissions.join(' ')} }`;
}

function targetsText(targets: readonly string[], area: Area): string {
  const names = targets.map(printable);
  if (area === 'reads') return names.join(', ');
  if (names.length > 1) return `{ ${names.join(' ')} } `;
  return names[0] === 'self' ? '' : `${names[0]} `;
}

/** What the domain has by being a domain: how much, through which attributes, and what of it lets it run a program. */
function inherited(grants: readonly Grant[]): string {
  const through = new Map<string, number>();
  for (const grant of grants) {
    if (grant.through) through.set(grant.through, (through.get(grant.through) ?? 0) + 1);
  }
  const total = [...through.values()].reduce((sum, count) => sum + count, 0);
  const names = [...through].map(([name, count]) => `${name} ${count}`).join(', ');
  const running = grants
    .filter(
      (grant) => grant.through && RUNS.some((permission) => grant.permissions.includes(permission)),
    )
    .map((grant) => `${grant.target} ${vectorOf(grant)}`);
  return `${quantity(total, 'rule')} more that the base gives every such domain (${names}); ${
    running.length === 0
      ? 'none of them runs a program'
      : `of these run a program: ${running.join('; ')}`
  }`;
}

const RUNS = ['execute_no_trans', 'entrypoint'];
