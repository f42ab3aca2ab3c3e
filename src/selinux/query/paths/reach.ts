import { Bitset, type PolicyDb, type TypeId } from '../../policydb/index.ts';
import { access } from '../decision/access.ts';
import { SENSITIVE } from '../decision/sensitive.ts';
import { unconfinedTypes } from '../decision/unconfined.ts';
import type { BooleanSetting, BooleanValues } from '../rules/conditional.ts';
import { booleanSetting } from '../rules/conditional.ts';
import type { Rule } from '../rules/rule.ts';
import { typeNamed } from '../type-name.ts';
import { domainTransitions } from './domain-transitions.ts';

/** How far someone gets who has taken over a domain. */
export interface Reach {
  readonly domain: string;
  /** Whether the domain itself is unconfined, or permissive: then nothing holds it. */
  readonly loose: 'unconfined' | 'permissive' | undefined;
  /** The domains that it can become, in any number of transitions; the fewest first, then by name. */
  readonly domains: readonly ReachedDomain[];
  /**
   * What it may do, or a domain that it can become: for each the domain that takes the fewest transitions. Where none has it and of one that cannot
   * be said, that one.
   */
  readonly sensitive: readonly ReachedAccess[];
}

export interface ReachedDomain {
  readonly name: string;
  /** Domains on the way, from the first to this one, without the domain that was asked about. */
  readonly path: readonly string[];
  readonly loose: Reach['loose'];
}

export interface ReachedAccess {
  readonly id: string;
  readonly what: string;
  /** The domain that has it, and how it is become: empty where the domain has it itself. */
  readonly path: readonly string[];
  readonly rules: readonly Rule[];
  /** Why it cannot be said whether it has it; undefined where it has. */
  readonly unknown: string | undefined;
}

/**
 * The domains that a domain can become (as `domainTransitions`: type enforcement, so constraints and roles may forbid some), and what of
 * SENSITIVE it or one of them may do (as `access`, constraints looked through). Throws QueryError for a name that the policy lacks.
 */
export function reach(db: PolicyDb, domain: string, booleans: BooleanValues = {}): Reach {
  const start = typeNamed(db, domain);
  const unconfined = unconfinedTypes(db);
  const looseness = (type: TypeId): Reach['loose'] =>
    db.permissive.has(type) ? 'permissive' : unconfined.has(type) ? 'unconfined' : undefined;
  const paths = pathsFrom(db, start, booleanSetting(db, booleans));
  const domains = [...paths]
    .filter(([type]) => type !== start)
    .map(([type, path]) => ({ name: db.types.names[type]!, path, loose: looseness(type) }))
    .sort((a, b) => a.path.length - b.path.length || (a.name < b.name ? -1 : 1));
  return {
    domain: db.types.names[start]!,
    loose: looseness(start),
    domains,
    sensitive: sensitiveOf(db, [{ name: db.types.names[start]!, path: [] }, ...domains], booleans),
  };
}

/** Each type that can be become, with the shortest way there; of an unconfined one nothing further is followed: it is the end. */
function pathsFrom(
  db: PolicyDb,
  start: TypeId,
  setting: BooleanSetting,
): ReadonlyMap<TypeId, readonly string[]> {
  const transitions = domainTransitions(db, { excluded: new Bitset<TypeId>(), booleans: setting });
  const unconfined = unconfinedTypes(db);
  const paths = new Map<TypeId, readonly string[]>([[start, []]]);
  for (const [type, path] of paths) {
    if (type !== start && unconfined.has(type)) continue;
    for (const next of transitions.outOf(type)) {
      if (!paths.has(next)) paths.set(next, [...path, db.types.names[next]!]);
    }
  }
  return paths;
}

function sensitiveOf(
  db: PolicyDb,
  domains: readonly Pick<ReachedDomain, 'name' | 'path'>[],
  booleans: BooleanValues,
): readonly ReachedAccess[] {
  return SENSITIVE.flatMap(({ id, what, accesses }) => {
    let doubtful: ReachedAccess | undefined;
    for (const { name, path } of domains) {
      for (const one of accesses) {
        const has = granted(db, name, one, booleans);
        if (has === undefined) continue;
        const found = { id, what, path, ...has };
        if (found.unknown === undefined) return [found];
        doubtful ??= found;
      }
    }
    return doubtful === undefined ? [] : [doubtful];
  });
}

/** Whether a domain has all of it, and by what; undefined if it has not, or the policy lacks the type: nobody has access to that. */
function granted(
  db: PolicyDb,
  source: string,
  { target, tclass, permissions }: (typeof SENSITIVE)[number]['accesses'][number],
  booleans: BooleanValues,
): Pick<ReachedAccess, 'rules' | 'unknown'> | undefined {
  const on = target === 'self' ? source : target;
  if (!db.types.ids.has(on)) return undefined;
  const answer = access(db, { source, target: on, tclass, permissions, booleans });
  if (answer.permissions.some((one) => one.access === 'denied')) return undefined;
  return {
    rules: answer.permissions.flatMap(({ rules }) => rules),
    unknown: answer.permissions.find((one) => one.access === 'unknown')?.reason?.text,
  };
}
