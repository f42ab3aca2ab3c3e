import {
  type ClassId,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
} from '../../policydb/index.ts';
import {
  accessVector,
  boundedPair,
  type Setting,
  settingFrom,
  visitRules,
} from '../../query/index.ts';
import type { Grant, Subject } from './subject.ts';

/**
 * What typebounds leaves of the permissions that a type's own rules grant: what the type that bounds it has too (services.c:
 * type_attribute_bounds_av). Without a setting what any could leave.
 */
export function leftByBounds(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  setting: Setting = 'any',
): number {
  const parent = db.types.bounds[source]!;
  if (parent === NONE) return 0xffffffff;
  const above = boundedPair(db, parent, target);
  return accessVector(db, above.source, above.target, tclass, setting).allowed;
}

/** Whether another type bounds the domain. */
export function isBounded({ db, sources }: Pick<Subject, 'db' | 'sources'>): boolean {
  return sources.some((domain) => db.types.bounds[domain] !== NONE);
}

/** Whether typebounds leaves the domain something of a grant under one setting of the booleans. */
export function withinBounds(
  { db, sources }: Pick<Subject, 'db' | 'sources'>,
  { targets, tclass, permissions }: Grant,
  on: Uint8Array,
): boolean {
  if (sources.some((domain) => db.types.bounds[domain] === NONE)) return true;
  const setting = settingFrom(db, on);
  return targets.some((target) =>
    sources.some(
      (domain) => (leftByBounds(db, domain, target, tclass, setting) & permissions) !== 0,
    ),
  );
}

/** The rules that grant the same to the types that bound the domain: their booleans decide too. */
export function boundingRules({ db, sources }: Subject, grant: Grant): RuleId[] {
  return sources.flatMap((domain) => boundingRulesOf(db, domain, grant));
}

function boundingRulesOf(db: PolicyDb, domain: TypeId, grant: Grant): RuleId[] {
  const { tclass, permissions } = grant;
  const rules: RuleId[] = [];
  for (const target of db.types.bounds[domain] === NONE ? [] : grant.targets) {
    let pair = { source: domain, target };
    for (let parent = db.types.bounds[domain]!; parent !== NONE; ) {
      pair = boundedPair(db, parent, pair.target);
      visitRules(db, { kind: RuleKind.allow, ...pair, tclass, permissions }, (rule) => {
        rules.push(rule);
      });
      parent = db.types.bounds[pair.source]!;
    }
  }
  return rules;
}
