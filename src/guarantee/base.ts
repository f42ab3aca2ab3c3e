import {
  attributesOf,
  type IdSet,
  membersOf,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
} from '../policydb/index.ts';
import { ruleOf } from '../query/index.ts';
import { booleansOfRule } from './settings.ts';
import type { Grant, Subject } from './subject.ts';

/**
 * The base attribute that a grant's rule is written for, or undefined for a rule that is somebody's own doing. Base is what every domain, or
 * every domain of an application, is granted by its attribute, so that no module can refuse it. `{ domain -some_t }` in a rule
 * becomes an attribute that the compiler names: one that stands for nine tenths of all domains counts as base too. Where the
 * distribution's own policy is at hand, it must grant the same by that attribute, whoever wrote the rule.
 */
export function baseAttributeOf(subject: Subject, grant: Grant): string | undefined {
  const attribute = attributeOf(subject, grant.rule);
  const { base } = subject.limits;
  if (attribute === undefined || base === undefined) return attribute;
  return isGrantedBy(base, attribute, subject.db, grant) ? attribute : undefined;
}

/** Whether another policy lets an attribute do all of this, under the same condition or always. */
function isGrantedBy(base: PolicyDb, attribute: string, db: PolicyDb, grant: Grant): boolean {
  const source = base.types.ids.get(attribute);
  const target = base.types.ids.get(db.types.names[db.rules.target[grant.rule]!]!);
  const tclass = base.classes.ids.get(db.classes.names[grant.tclass]!);
  if (source === undefined || target === undefined || tclass === undefined) return false;
  const targets = new Set<number>(attributesOf(base.types, target));
  const condition = conditionOf(db, grant.rule);
  let granted = 0;
  for (const rule of rowsOf(rulesBySource(base), source)) {
    const { rules } = base;
    if (rules.kind[rule] !== RuleKind.allow || rules.tclass[rule] !== tclass) continue;
    if (!targets.has(rules.target[rule]!)) continue;
    const under = conditionOf(base, rule);
    if (under === '' || under === condition) granted |= rules.data[rule]!;
  }
  const names = db.classes.permissions[grant.tclass]!.filter(
    (_, bit) => (grant.permissions >>> bit) & 1,
  );
  return names.every((name) => {
    const bit = base.classes.permissionBits[tclass]!.get(name);
    return bit !== undefined && ((granted >>> bit) & 1) === 1;
  });
}

function conditionOf(db: PolicyDb, rule: RuleId): string {
  const { condition } = ruleOf(db, rule);
  return condition === undefined ? '' : `${condition.expression} ${condition.branch}`;
}

function attributeOf({ db, confinement }: Subject, rule: RuleId): string | undefined {
  if (isOwnDoing(db, confinement.name, rule)) return undefined;
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
