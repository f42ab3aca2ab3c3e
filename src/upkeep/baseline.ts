import type { Confinement } from '../description/index.ts';
import type { Given } from '../selinux/facts/index.ts';
import type { Proved, Verdict, Witness } from '../selinux/prove/index.ts';
import type { Grant } from '../selinux/query/index.ts';
import { classesNamed, typesNamed } from './description-names.ts';

/**
 * What was recorded of a profile on one policy, small enough to be read in a diff: `baseline/TARGET.json`. Everything is sorted, and nothing
 * in it depends on the machine or the day.
 */
export interface Baseline {
  /** `debian-13`, `fedora`. */
  readonly target: string;
  /** What it was recorded of. A digest is the SHA-256 of what the source says, in hexadecimal digits. */
  readonly of: Readonly<Record<'description' | 'headers' | 'policy' | 'program', Origin>>;
  /** Interface -> what a call of it gives; `arg1` is the first type that is passed. */
  readonly calls: Readonly<Record<string, Accesses>>;
  /** The names of the description that the policy has. */
  readonly names: {
    readonly types: readonly string[];
    /** Class -> its permissions, of those that the description names. */
    readonly classes: Readonly<Record<string, string>>;
  };
  /** The domain in the linked policy; absent where the description does not compile any more. */
  readonly domain?: RecordedDomain;
}

export interface Origin {
  /** A package or a release with its version. */
  readonly version: string;
  /** Absent where only the version is known: a program that each machine builds for itself. */
  readonly sha256?: string;
}

export interface RecordedDomain {
  /** What is granted to it by name. */
  readonly grants: Accesses;
  /** Attribute -> what the domain has by it. */
  readonly base: Readonly<Record<string, Accesses>>;
  /** The domains that come into it by starting the program. */
  readonly entrances: readonly string[];
  /** Id of a never -> how it stands. */
  readonly nevers: Readonly<Record<string, RecordedVerdict>>;
}

/** `TARGET:CLASS`, followed by ` if CONDITION` where there is one -> permissions, sorted, with spaces between. */
export type Accesses = Readonly<Record<string, string>>;

/** A verdict without its reasons that are the same for every policy. Empty lists are left out. */
export interface RecordedVerdict {
  readonly outcome: Verdict['outcome'];
  /** Ways that are open. */
  readonly ways?: readonly string[];
  /** Ways that other settings open. */
  readonly opens?: readonly string[];
  /** Ways of the policy's base, which no module can take back. */
  readonly base?: readonly string[];
  readonly assumes?: readonly string[];
  readonly reasons?: readonly string[];
}

/** What `baselineOf` reads: a policy with what is known of it. */
export interface Examined {
  readonly target: string;
  readonly of: Baseline['of'];
  readonly given: ReadonlyMap<string, readonly Given[]>;
  readonly known: KnownNames;
  /** What verdicts call the ruleset that labels packets: it begins with the place that the profile was read from. */
  readonly rulesetAt?: string | undefined;
  /** Absent where the description does not compile. */
  readonly domain?: {
    readonly grants: readonly Grant[];
    readonly entrances: readonly string[];
    readonly proved: readonly Proved[];
  };
}

export interface KnownNames {
  /** Types and attributes. */
  readonly types: { has(name: string): boolean; keys(): Iterable<string> };
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
}

export function baselineOf(confinement: Confinement, examined: Examined): Baseline {
  const { target, of, given, known, domain, rulesetAt } = examined;
  return {
    target,
    of,
    calls: sortedRecord([...given].map(([name, rows]) => [name, accessesOfCall(rows)])),
    names: {
      types: typesNamed(confinement).filter((name) => known.types.has(name)),
      classes: sortedRecord(
        [...classesNamed(confinement)].flatMap(([tclass, permissions]) => {
          const has = known.classes.get(tclass);
          return has === undefined
            ? []
            : [[tclass, words(permissions.filter((name) => has.has(name)))] as const];
        }),
      ),
    },
    ...(domain && { domain: recordedDomain(domain, rulesetAt) }),
  };
}

/** As it is committed. The same baseline gives the same bytes. */
export function baselineText(baseline: Baseline): string {
  return `${JSON.stringify(baseline, null, 1)}\n`;
}

/** Undefined for what is no baseline. */
export function parseBaseline(text: string): Baseline | undefined {
  let value: Partial<Baseline> | null;
  try {
    value = JSON.parse(text) as Partial<Baseline> | null;
  } catch {
    return undefined;
  }
  const is = (part: unknown): boolean => typeof part === 'object' && part !== null;
  return is(value) &&
    is(value?.of) &&
    is(value?.of?.policy) &&
    is(value?.of?.description) &&
    is(value?.calls) &&
    is(value?.names) &&
    is(value?.domain)
    ? (value as Baseline)
    : undefined;
}

function recordedDomain(
  { grants, entrances, proved }: NonNullable<Examined['domain']>,
  rulesetAt: string | undefined,
): RecordedDomain {
  const attributes = new Set(grants.flatMap(({ through }) => through ?? []));
  const by = (attribute: string | undefined): Accesses =>
    accesses(
      grants
        .filter(({ through }) => through === attribute)
        .map(({ target, tclass, when, permissions }) => [
          accessKey(target, tclass, when),
          permissions,
        ]),
    );
  const placeless = (text: string): string =>
    rulesetAt === undefined
      ? text
      : text.replaceAll(rulesetAt, rulesetAt.slice(rulesetAt.lastIndexOf('/') + 1));
  return {
    grants: by(undefined),
    base: sortedRecord([...attributes].map((attribute) => [attribute, by(attribute)])),
    entrances: [...entrances].sort(),
    nevers: Object.fromEntries(
      proved.map(({ id, verdict }) => [id, recordedVerdict(verdict, placeless)]),
    ),
  };
}

function recordedVerdict(verdict: Verdict, placeless: (text: string) => string): RecordedVerdict {
  const { outcome, base, assumes } = verdict;
  const lists = {
    ways: verdict.outcome === 'violated' ? verdict.witnesses.map(wayText) : [],
    opens: 'breaks' in verdict ? verdict.breaks.map(wayText) : [],
    base: base.map(({ what, attribute }) => `${what}, by the attribute ${attribute}`),
    assumes,
    reasons: verdict.outcome === 'undecided' ? verdict.reasons : [],
  };
  return {
    outcome,
    ...Object.fromEntries(
      Object.entries(lists)
        .map(
          ([name, list]) =>
            [name, [...new Set(list.map((text) => placeless(lasting(text))))].sort()] as const,
        )
        .filter(([, list]) => list.length > 0),
    ),
  };
}

function wayText({ what, settings }: Witness): string {
  const under = settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
  return under.length === 0 ? what : `${what} (${under.join(' and ')})`;
}

function accessesOfCall(rows: readonly Given[]): Accesses {
  return accesses(rows.map(accessOfRow));
}

function accessOfRow(row: Given): readonly [string, readonly string[]] {
  switch (row.kind) {
    case 'allow':
    case 'dontaudit': {
      const when = row.condition && `${row.condition.value ? '' : '! '}${row.condition.boolean}`;
      const source = lasting(row.source) === 'arg1' ? '' : `${lasting(row.source)} -> `;
      const key = accessKey(`${source}${lasting(row.target)}`, row.tclass, when);
      return [row.kind === 'allow' ? key : `dontaudit ${key}`, row.permissions];
    }
    case 'attribute':
      return [`${lasting(row.type)} joins`, [lasting(row.attribute)]];
    case 'type_transition':
      return [
        `${lasting(row.source)} makes in ${lasting(row.target)}:${row.tclass}`,
        [lasting(row.result)],
      ];
  }
}

/** A name without what changes from one build to the next: the numbers of a probe's types, and of sets that the compiler names. */
function lasting(name: string): string {
  return name.replace(/\bprobe_\d+_(\d+)_t\b/g, 'arg$1').replace(/_typeattr_\d+\b/g, '_typeattr_N');
}

function accessKey(target: string, tclass: string, when: string | undefined): string {
  return `${target}:${tclass}${when === undefined ? '' : ` if ${when}`}`;
}

function accesses(rows: readonly (readonly [string, readonly string[]])[]): Accesses {
  const merged = new Map<string, Set<string>>();
  for (const [key, permissions] of rows) {
    const set = merged.get(key) ?? new Set();
    for (const permission of permissions) set.add(permission);
    merged.set(key, set);
  }
  return sortedRecord([...merged].map(([key, set]) => [key, words([...set])]));
}

function words(list: readonly string[]): string {
  return [...list].sort().join(' ');
}

function sortedRecord<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
