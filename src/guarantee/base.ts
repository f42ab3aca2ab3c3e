import {
  type IdSet,
  membersOf,
  type PolicyDb,
  type RuleId,
  type TypeId,
} from '../policydb/index.ts';
import { booleansOfRule } from './settings.ts';
import type { Subject } from './subject.ts';

/**
 * The base attribute that a rule is written for, or undefined for a rule that is somebody's own doing. Base is what every domain, or
 * every domain of an application, is granted by its attribute, so that no module can refuse it. `{ domain -some_t }` in a rule
 * becomes an attribute that the compiler names: one that stands for nine tenths of all domains counts as base too.
 */
export function baseAttributeOf({ db, confinement }: Subject, rule: RuleId): string | undefined {
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
