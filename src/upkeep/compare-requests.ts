import type { Confinement } from '../description/index.ts';
import type { Baseline } from './baseline.ts';
import type { Concerns } from './concerns.ts';
import type { Standing } from './domain-access.ts';
import type { Concern, Finding } from './finding.ts';

/** Something that a program asked for while a scenario ran. */
export interface Request {
  readonly scenario: string;
  /** `self`, or the target's type. */
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly path?: string;
}

/** What a release of the program asked for in the scenarios that it ran. */
export interface Requests {
  readonly title: string;
  readonly scenarios: readonly string[];
  readonly requests: readonly Request[];
}

/** The policy with the description's module, for what a request means. */
export interface RequestPolicy {
  readonly calls: Baseline['calls'];
  readonly standing: (access: string, permission: string) => Standing;
  /** A type with its attributes. */
  readonly namesOf: (type: string) => readonly string[];
}

/**
 * What a new release asked for that the one before did not, by the ability that grants it; and abilities that one of them asked nothing of. Scenarios that only the
 * new one ran count: what they ask for is new.
 */
export function compareRequests(
  { may }: Confinement,
  before: Requests,
  now: Requests,
  policy: RequestPolicy,
  concerns: Concerns,
): readonly Finding[] {
  const [was, is] = [byAccess(before.requests), byAccess(now.requests)];
  const groups = new Map<string, { readonly finding: Finding; readonly lines: string[] }>();
  for (const [access, asked] of is) {
    const known = was.get(access);
    const came = [...asked.permissions].filter((name) => !known?.permissions.has(name));
    for (const standing of STANDINGS) {
      const some = came.filter((name) => policy.standing(access, name) === standing).sort();
      if (some.length === 0) continue;
      const finding = newRequest(access, some, standing, policy, concerns);
      const key = `${finding.what} ${finding.concerns.map(({ part }) => part).join()}`;
      const group = groups.get(key) ?? { finding, lines: [] };
      group.lines.push(lineOf('+', access, some, asked));
      groups.set(key, group);
    }
  }
  return [
    ...[...groups.values()].map(({ finding, lines }) => ({ ...finding, changes: lines.sort() })),
    ...gone(was, is),
    ...abilitiesUsed(
      may.map(({ name }) => name),
      before,
      now,
      policy,
      concerns,
    ),
  ];
}

const STANDINGS: readonly Standing[] = [
  'granted',
  'under a boolean',
  'refused in silence',
  'refused',
];

function newRequest(
  access: string,
  permissions: readonly string[],
  standing: Standing,
  policy: RequestPolicy,
  concerns: Concerns,
): Finding {
  const finding = { about: 'access', changes: [] } as const;
  const parts = (kind: 'allow' | 'dontaudit'): readonly Concern[] =>
    abilitiesOf(access, permissions, policy, concerns, kind);
  switch (standing) {
    case 'granted':
      return {
        ...finding,
        level: 'nothing',
        what: 'it asks for more, which it is granted',
        concerns: parts('allow'),
        edit: 'nothing',
      };
    case 'under a boolean':
      return {
        ...finding,
        level: 'unclear',
        what: 'it asks for more, which it is granted while a boolean is on',
        concerns: parts('allow'),
        edit: 'see with that one off (`confine lab`) whether the program does without',
      };
    case 'refused in silence':
      return {
        ...finding,
        level: 'nothing',
        what: 'it asks for more, which is refused in silence',
        concerns: parts('dontaudit'),
        edit: 'nothing: somebody decided so',
      };
    case 'refused':
      return {
        ...finding,
        level: 'edit',
        what: 'it asks for what nothing grants',
        concerns: [],
        edit: 'decide: an ability grants it, or refuses it in silence with the reason; `confine review` says which nevers it would break',
      };
  }
}

/** Requests of one scenario for the same, together: numbers in paths, as of processes, make no difference. Sorted. */
export function mergedRequests(requests: readonly Request[]): readonly Request[] {
  const merged = new Map<string, Request>();
  for (const { path, ...request } of requests) {
    const place = path?.replace(/\d+/g, 'N');
    const key = [request.scenario, request.target, request.tclass, place].join(' ');
    const permissions = [
      ...new Set([...(merged.get(key)?.permissions ?? []), ...request.permissions]),
    ].sort();
    merged.set(key, { ...request, permissions, ...(place === undefined ? {} : { path: place }) });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request);
}

interface Asked {
  readonly permissions: Set<string>;
  readonly paths: Set<string>;
  readonly scenarios: Set<string>;
}

function byAccess(requests: readonly Request[]): ReadonlyMap<string, Asked> {
  const all = new Map<string, Asked>();
  for (const { target, tclass, permissions, path, scenario } of requests) {
    const access = `${target}:${tclass}`;
    const asked = all.get(access) ?? {
      permissions: new Set(),
      paths: new Set(),
      scenarios: new Set(),
    };
    for (const permission of permissions) asked.permissions.add(permission);
    if (path !== undefined) asked.paths.add(path);
    asked.scenarios.add(scenario);
    all.set(access, asked);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lineOf(
  sign: string,
  access: string,
  permissions: readonly string[],
  asked: Asked,
): string {
  const paths = [...asked.paths].sort();
  const shown = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${sign} ${access} { ${permissions.join(' ')} }${shown === '' ? '' : ` on ${shown}${more}`} (${[...asked.scenarios].join(', ')})`;
}

function gone(was: ReadonlyMap<string, Asked>, is: ReadonlyMap<string, Asked>): Finding[] {
  const changes = [...was].flatMap(([access, asked]) => {
    const permissions = [...asked.permissions]
      .filter((name) => !is.get(access)?.permissions.has(name))
      .sort();
    return permissions.length === 0 ? [] : [lineOf('-', access, permissions, asked)];
  });
  return changes.length === 0
    ? []
    : [
        {
          level: 'nothing',
          about: 'access',
          what: 'it does not ask any more for',
          changes,
          concerns: [],
          edit: 'nothing by itself: the same scenarios may not have come that far',
        },
      ];
}

/** Abilities of which one release used something and the other nothing. */
function abilitiesUsed(
  names: readonly string[],
  before: Requests,
  now: Requests,
  policy: RequestPolicy,
  concerns: Concerns,
): Finding[] {
  const used = ({ requests }: Requests): Set<string> =>
    new Set(
      requests.flatMap(({ target, tclass, permissions }) =>
        abilitiesOf(`${target}:${tclass}`, permissions, policy, concerns).map(({ part }) => part),
      ),
    );
  const [was, is] = [used(before), used(now)];
  return names.flatMap((name): Finding[] => {
    if (was.has(name) === is.has(name)) return [];
    const appeared = is.has(name);
    return [
      {
        level: appeared ? 'nothing' : 'unclear',
        about: 'access',
        what: appeared
          ? `the ability \`${name}\` is used now, and was not`
          : `the ability \`${name}\` was used, and is not any more`,
        changes: [],
        concerns: concerns.ofAbility(name),
        edit: appeared
          ? 'nothing'
          : 'if the program does without it for good, take it out of `may`',
      },
    ];
  });
}

/** The parts of the description that grant an access, by its type or one of its attributes. */
function abilitiesOf(
  access: string,
  permissions: readonly string[],
  policy: RequestPolicy,
  concerns: Concerns,
  kind: 'allow' | 'dontaudit' = 'allow',
): readonly Concern[] {
  const [target, tclass] = access.split(':') as [string, string];
  const names = target === 'self' ? [target] : policy.namesOf(target);
  const found = names.flatMap((name) =>
    concerns.ofAccess(`${name}:${tclass}`, policy.calls, kind, permissions),
  );
  return [...new Map(found.map((one) => [one.part, one])).values()];
}
