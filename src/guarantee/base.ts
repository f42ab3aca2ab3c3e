import {
  type IdSet,
  membersOf,
  type PolicyDb,
  type RuleId,
  type TypeId,
} from '../policydb/index.ts';

/**
 * The base attribute that a rule is written for, or undefined for a rule that is somebody's own doing. Base is what every domain, or
 * every domain of an application, is granted by its attribute, so that no module can refuse it. `{ domain -some_t }` in a rule
 * becomes an attribute that the compiler names: one that stands for nine tenths of all domains counts as base too.
 */
export function baseAttributeOf(db: PolicyDb, rule: RuleId): string | undefined {
  const source = db.rules.source[rule]!;
  if (!db.types.attributes.has(source)) return undefined;
  const name = db.types.names[source]!;
  if (NAMED.includes(name)) return name;
  return GENERATED.test(name) && isAlmostEveryDomain(db, source) ? name : undefined;
}

const NAMED: readonly string[] = ['domain', 'application_domain_type'];

/** What libsepol calls the sets that it makes of expressions. */
const GENERATED = /_typeattr_\d+$/;

function isAlmostEveryDomain(db: PolicyDb, attribute: TypeId): boolean {
  const domain = db.types.ids.get('domain');
  if (domain === undefined) return false;
  const domains: IdSet<TypeId> = membersOf(db.types, domain);
  const shared = membersOf(db.types, attribute).intersection(domains).size();
  return shared * 10 >= domains.size() * 9;
}
