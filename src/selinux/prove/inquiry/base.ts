import { moduleName } from '../../../description/index.ts';
import {
  attributesOf,
  type ClassId,
  type IdSet,
  membersOf,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
} from '../../policydb/index.ts';
import { ruleOf, visitRules } from '../../query/index.ts';
import { booleansOfRule } from './settings.ts';
import type { Grant, Subject } from './subject.ts';

/** What of a grant is the base's, by which attribute, and what is somebody's own doing. */
export interface Divided {
  readonly attribute?: string;
  readonly ofBase?: Grant;
  readonly beyond?: Grant;
}

/**
 * Base is what every domain, or every domain of an application, is granted by its attribute, so that no module can refuse it. `{ domain
 * -some_t }` in a rule becomes an attribute that the compiler names: one that stands for nine tenths of all domains counts as base too. Where
 * the distribution's own policy is at hand, it must grant the same by that attribute on the same type, whoever wrote the rule: another module
 * may put a type of its own into an attribute of which the base has a rule.
 */
export function dividedByBase(subject: Subject, grant: Grant): Divided {
  const { base } = subject;
  const attribute = attributeOf(subject, grant.rule);
  if (attribute === undefined) {
    const own = base && isOnItself(subject, grant) ? sharedOnItself(base, subject.db, grant) : 0;
    return own === 0 ? { beyond: grant } : dividedByPermissions(grant, own);
  }
  if (base === undefined) return { attribute, ofBase: grant };
  const granted = grantedTargets(base, attribute, subject.db, grant);
  const beyond = grant.targets.filter((target) => !granted.has(target));
  return {
    attribute,
    ...(granted.size > 0 && { ofBase: { ...grant, targets: [...granted] } }),
    ...(beyond.length > 0 && { beyond: { ...grant, targets: beyond } }),
  };
}

/**
 * `allow domain self` stands in a binary for each type by itself, so what every domain of the distribution has on itself, whatever the booleans
 * are, is told by that.
 */
function isOnItself({ db, sources }: Subject, { rule, targets }: Grant): boolean {
  return sources.some(
    (domain) =>
      db.rules.source[rule] === domain &&
      db.rules.target[rule] === domain &&
      targets.length === 1 &&
      targets[0] === domain,
  );
}

/** Of a grant's permissions those that every type of `domain` has on itself in another policy. */
function sharedOnItself(base: PolicyDb, db: PolicyDb, grant: Grant): number {
  const tclass = base.classes.ids.get(db.classes.names[grant.tclass]!);
  if (tclass === undefined) return 0;
  const shared = onThemselves(base, tclass);
  let mask = 0;
  db.classes.permissions[grant.tclass]!.forEach((name, bit) => {
    const there = base.classes.permissionBits[tclass]!.get(name);
    if (there !== undefined && ((shared >>> there) & 1) === 1) mask |= 1 << bit;
  });
  return (mask & grant.permissions) >>> 0;
}

/** What every type of `domain` has on itself by rules outside of conditionals; 0 without a domain. */
function onThemselves(base: PolicyDb, tclass: ClassId): number {
  let byClass = shares.get(base);
  if (byClass === undefined) {
    byClass = new Map();
    shares.set(base, byClass);
  }
  let shared = byClass.get(tclass);
  if (shared === undefined) {
    const attribute = base.types.ids.get('domain');
    const domains = attribute === undefined ? [] : membersOf(base.types, attribute).toArray();
    shared = domains.length === 0 ? 0 : base.classes.allPermissions[tclass]!;
    for (const type of domains) {
      if (shared === 0) break;
      let granted = 0;
      visitRules(base, { kind: RuleKind.allow, source: type, target: type, tclass }, (rule) => {
        if (base.rules.conditional[rule] === NONE) granted |= base.rules.data[rule]!;
      });
      shared &= granted;
    }
    byClass.set(tclass, shared);
  }
  return shared;
}

const shares = new WeakMap<PolicyDb, Map<ClassId, number>>();

function dividedByPermissions(grant: Grant, ofBase: number): Divided {
  const beyond = (grant.permissions & ~ofBase) >>> 0;
  return {
    attribute: 'domain',
    ofBase: { ...grant, permissions: ofBase },
    ...(beyond !== 0 && { beyond: { ...grant, permissions: beyond } }),
  };
}

/** The targets on which another policy lets an attribute do all of this, under the same condition or always. */
function grantedTargets(
  base: PolicyDb,
  attribute: string,
  db: PolicyDb,
  grant: Grant,
): ReadonlySet<TypeId> {
  const source = base.types.ids.get(attribute);
  const tclass = base.classes.ids.get(db.classes.names[grant.tclass]!);
  if (source === undefined || tclass === undefined) return new Set();
  const condition = conditionOf(db, grant.rule);
  const byTarget = new Map<number, number>();
  for (const rule of rowsOf(rulesBySource(base), source)) {
    const { rules } = base;
    if (rules.kind[rule] !== RuleKind.allow || rules.tclass[rule] !== tclass) continue;
    const under = conditionOf(base, rule);
    if (under !== '' && under !== condition) continue;
    const target = rules.target[rule]!;
    byTarget.set(target, (byTarget.get(target) ?? 0) | rules.data[rule]!);
  }
  const bits = db.classes.permissions[grant.tclass]!.filter(
    (_, bit) => (grant.permissions >>> bit) & 1,
  ).map((name) => base.classes.permissionBits[tclass]!.get(name));
  const isGranted = (target: TypeId): boolean => {
    const known = base.types.ids.get(db.types.names[target]!);
    if (known === undefined) return false;
    let granted = 0;
    for (const name of attributesOf(base.types, known)) granted |= byTarget.get(name) ?? 0;
    return bits.every((bit) => bit !== undefined && ((granted >>> bit) & 1) === 1);
  };
  return new Set(grant.targets.filter(isGranted));
}

function conditionOf(db: PolicyDb, rule: RuleId): string {
  const { condition } = ruleOf(db, rule);
  return condition === undefined ? '' : `${condition.expression} ${condition.branch}`;
}

/** The base attribute that a rule is written for; undefined for one that is somebody's own doing. */
function attributeOf({ db, confinement }: Subject, rule: RuleId): string | undefined {
  if (isOwnDoing(db, moduleName(confinement), rule)) return undefined;
  const source = db.rules.source[rule]!;
  if (!db.types.attributes.has(source)) return undefined;
  const name = db.types.names[source]!;
  if (NAMED.includes(name)) return name;
  return GENERATED.test(name) && isAlmostEveryDomain(db, source) ? name : undefined;
}

/** Whether a rule names a type or a tunable of the module: whoever wrote it, no base did. */
function isOwnDoing(db: PolicyDb, module: string, rule: RuleId): boolean {
  const names = [
    db.types.names[db.rules.target[rule]!]!,
    ...booleansOfRule(db, rule).map((boolean) => db.booleans.names[boolean]!),
  ];
  return names.some((name) => name.startsWith(`${module}_`));
}

const NAMED: readonly string[] = ['domain', 'application_domain_type'];

/** What libsepol calls the sets that it makes of expressions in the base module; those of other modules have their names. */
const GENERATED = /^base_typeattr_\d+$/;

function isAlmostEveryDomain(db: PolicyDb, attribute: TypeId): boolean {
  const domain = db.types.ids.get('domain');
  if (domain === undefined) return false;
  const domains: IdSet<TypeId> = membersOf(db.types, domain);
  const shared = membersOf(db.types, attribute).intersection(domains).size();
  return shared * 10 >= domains.size() * 9;
}
