import type { Ability } from '../description/index.ts';
import type { Evidence, Sighting } from './evidence.ts';
import type { Grants } from './grants.ts';
import { grants, type Probed, targetWith } from './suggest.ts';

/** One permission that the program needs and the base does not give every domain, with all that shows it. */
export interface Need {
  readonly wanted: Sighting;
  readonly permission: string;
  /** The runs in which it was seen; none if it was only read in a unit or a package. */
  readonly runs: ReadonlySet<number>;
  /** The base gives it every domain, while the object has its general type. */
  readonly given: boolean;
  /** What shows it, in the order in which it came; a few at most. */
  readonly shownBy: readonly string[];
}

export interface Chosen {
  readonly probed: Probed;
  /** What asked for it; empty for the way in, which no access shows. */
  readonly needs: readonly Need[];
  /** How many accesses it opens that nothing asked for. */
  readonly unseen: number;
}

export interface Choice {
  readonly chosen: readonly Chosen[];
  /** What no ability accounts for without opening more than it explains. */
  readonly left: readonly Need[];
}

/**
 * Which abilities account for what was seen. One is taken while what it newly explains outweighs what it would open besides: each access that it explains
 * counts the more the fewer abilities could explain it, and what it opens counts by its logarithm, so that a broad ability must be asked for by much.
 * `ways` are the abilities by which the program is started, taken whatever they grant.
 */
export function chooseAbilities(
  evidence: Evidence,
  probed: readonly Probed[],
  ways: readonly string[],
): Choice {
  const needs = needsOf(evidence, probed);
  const able = new Map(needs.map((need) => [need, ableOf(need, probed)]));
  const weight = (need: Need): number =>
    1 / Math.max(1, new Set(able.get(need)!.map(({ candidate }) => candidate.name)).size);
  const asked = new Set(
    needs.map((need) => keyOf(need.wanted.target, need.wanted.tclass, need.permission)),
  );
  let taken: Probed[] = [];
  const explainedBy = (set: readonly Probed[], need: Need): boolean =>
    able.get(need)!.some((one) => set.includes(one));
  for (const name of ways) {
    const way = probed.find(({ candidate }) => candidate.name === name);
    if (way !== undefined) taken.push(way);
  }
  for (;;) {
    const open = needs.filter((need) => !explainedBy(taken, need));
    const best = probed
      .filter((one) => !taken.includes(one) && !WAYS.has(one.candidate.name))
      .filter(({ candidate }) =>
        taken.every((other) => !clashes(candidate.ability, other.candidate.ability)),
      )
      .map((one) => ({ one, next: withOne(taken, one) }))
      // In place of the same ability with fewer options, it must explain what that one does.
      .filter(({ next }) =>
        needs.every((need) => !explainedBy(taken, need) || explainedBy(next, need)),
      )
      .map(({ one, next }) => {
        const gain = open
          .filter((need) => able.get(need)!.includes(one))
          .reduce((sum, need) => sum + weight(need), 0);
        return {
          next,
          worth: gain === 0 ? 0 : gain - PRICE * Math.log2(1 + unseenOf(one.grants, asked, taken)),
        };
      })
      .sort((a, b) => b.worth - a.worth)[0];
    if (best === undefined || best.worth <= 0) break;
    taken = best.next;
  }
  const inOrder = probed.filter((one) => taken.includes(one));
  return {
    chosen: inOrder.map((one) => ({
      probed: one,
      needs: needs.filter((need) => able.get(need)!.includes(one)),
      unseen: unseenOf(one.grants, asked, []),
    })),
    left: needs.filter((need) => !need.given && !explainedBy(taken, need)),
  };
}

/** How a program is started is seen by who starts it, never by what it asks for. */
const WAYS: ReadonlySet<string> = new Set([
  'startFromShell',
  'runAsService',
  'runAsDaemon',
  'runAsTimerJob',
  'runAsRoot',
]);

/** What a doubling of the accesses that nothing asked for costs, in accesses that are explained. */
const PRICE = 0.5;

function withOne(taken: readonly Probed[], one: Probed): Probed[] {
  return [...taken.filter(({ candidate }) => candidate.name !== one.candidate.name), one];
}

/** Two abilities that label the same paths differently cannot stand in one description, nor two that label packets. */
export function clashes(one: Ability, other: Ability): boolean {
  if (one.name === other.name) return false;
  if (one.secmark !== undefined && other.secmark !== undefined) return true;
  const labelled = new Set(other.fileContexts?.map(({ pattern }) => pattern));
  return one.fileContexts?.some(({ pattern }) => labelled.has(pattern)) ?? false;
}

/** Who could explain a need: where an ability gives the object a type of the module's own, no other is to open the general type for it. */
function ableOf({ wanted, permission }: Need, probed: readonly Probed[]): readonly Probed[] {
  const able = probed.filter((one) => grants(one, wanted, permission));
  const owning = able.filter(({ candidate }) => targetWith(candidate, wanted) !== wanted.target);
  return owning.length > 0 ? owning : able;
}

function unseenOf(given: Grants, asked: ReadonlySet<string>, taken: readonly Probed[]): number {
  let count = 0;
  for (const { target, tclass, permissions } of given.all()) {
    for (const permission of permissions) {
      if (asked.has(keyOf(target, tclass, permission))) continue;
      if (!taken.some(({ grants: has }) => has.has(target, tclass, permission))) count++;
    }
  }
  return count;
}

function keyOf(target: string, tclass: string, permission: string): string {
  return `${target} ${tclass} ${permission}`;
}

/** Sightings as needs: what the base has is none, and the same access from several runs is one. */
function needsOf({ sightings }: Evidence, probed: readonly Probed[]): readonly Need[] {
  const base = probed[0]?.grants;
  const needs = new Map<
    string,
    Need & { readonly runs: Set<number>; readonly shownBy: string[] }
  >();
  for (const wanted of sightings) {
    for (const permission of wanted.permissions) {
      const { target, tclass, command, run, what } = wanted;
      const extended = command !== undefined && /^(ioctl|nlmsg)$/.test(permission);
      const given = !extended && base?.isBase(target, tclass, permission) === true;
      // A path matters only where an ability would label it.
      const labels = probed
        .map(({ candidate }) => targetWith(candidate, wanted))
        .filter((type) => type !== target);
      if (given && labels.length === 0) continue;
      const key = `${keyOf(target, tclass, permission)} ${extended ? command : ''} ${[...new Set(labels)]}`;
      const known = needs.get(key) ?? { wanted, permission, given, runs: new Set(), shownBy: [] };
      needs.set(key, known);
      if (run !== undefined) known.runs.add(run);
      if (known.shownBy.length < MOST_SHOWN && what !== '' && !known.shownBy.includes(what))
        known.shownBy.push(what);
    }
  }
  return [...needs.values()];
}

const MOST_SHOWN = 3;
