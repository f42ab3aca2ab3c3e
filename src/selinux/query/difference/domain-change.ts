import type { PolicyDb, TypeId } from '../../policydb/index.ts';
import { AREAS, type Area, areaOf } from '../decision/domain-summary.ts';
import { domainTransitions } from '../paths/domain-transitions.ts';
import { type CommandChange, commandDifference } from './commands.ts';
import { effectiveDifference } from './effective.ts';
import type { PolicyPair } from './side.ts';

/** What one domain may newly do, and no longer, for a person: what changed alike is told once. */
export interface DomainChange {
  readonly domain: string;
  readonly gained: readonly ChangedAccess[];
  readonly lost: readonly ChangedAccess[];
  readonly commands: readonly CommandChange[];
  /** The domains that it can become in one transition. */
  readonly becomes: Changed;
  /** The domains that can become it in one. */
  readonly enteredFrom: Changed;
}

export interface Changed {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The same permissions of one class on several types. */
export interface ChangedAccess {
  readonly area: Area;
  readonly tclass: string;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** Sorted; `self` for the domain's own objects. */
  readonly targets: readonly string[];
  /** The conditions under which it is so, as text; undefined for always. */
  readonly when: string | undefined;
  /** False where more booleans decide than are tried. */
  readonly certain: boolean;
}

/** Throws QueryError if neither policy has the domain. */
export function domainChange(pair: PolicyPair, domain: string): DomainChange {
  const changes = effectiveDifference(pair, domain);
  const collected = (side: 'gained' | 'lost'): readonly ChangedAccess[] =>
    merged(
      changes.flatMap(({ target, tclass, [side]: grants }) =>
        grants.map(({ permissions, conditions, certain }) => ({
          area: areaOf(tclass, permissions, target === domain),
          tclass,
          permissions: [...permissions].sort(),
          targets: [target === domain ? 'self' : target],
          when: conditions.length === 0 ? undefined : conditions.join(' or '),
          certain,
        })),
      ),
    );
  const [left, right] = [pair.left, pair.right].map((db) => neighbours(db, domain));
  return {
    domain,
    gained: collected('gained'),
    lost: collected('lost'),
    commands: commandDifference(pair, domain),
    becomes: changed(left!.becomes, right!.becomes),
    enteredFrom: changed(left!.enteredFrom, right!.enteredFrom),
  };
}

function merged(each: readonly ChangedAccess[]): readonly ChangedAccess[] {
  const groups = Map.groupBy(each, ({ tclass, permissions, when, certain }) =>
    JSON.stringify([tclass, permissions, when, certain]),
  );
  return [...groups.values()]
    .map((of) => ({ ...of[0]!, targets: of.flatMap(({ targets }) => targets).sort() }))
    .sort(
      (a, b) =>
        AREAS.indexOf(a.area) - AREAS.indexOf(b.area) ||
        (`${a.targets[0]} ${a.tclass}` < `${b.targets[0]} ${b.tclass}` ? -1 : 1),
    );
}

interface Neighbours {
  readonly becomes: readonly string[];
  readonly enteredFrom: readonly string[];
}

function neighbours(db: PolicyDb, domain: string): Neighbours {
  const id = db.types.ids.get(domain);
  if (id === undefined) return { becomes: [], enteredFrom: [] };
  const transitions = domainTransitions(db);
  const names = (types: readonly TypeId[]): string[] => types.map((type) => db.types.names[type]!);
  return { becomes: names(transitions.outOf(id)), enteredFrom: names(transitions.into(id)) };
}

function changed(before: readonly string[], after: readonly string[]): Changed {
  return {
    added: after.filter((name) => !before.includes(name)).sort(),
    removed: before.filter((name) => !after.includes(name)).sort(),
  };
}
