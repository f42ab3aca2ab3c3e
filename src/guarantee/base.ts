import type { PolicyDb, RuleId } from '../policydb/index.ts';

/** Attributes that every domain (or every domain of an application) carries: what they are granted no module can refuse. */
const BASE_ATTRIBUTES: readonly string[] = ['domain', 'application_domain_type'];

/** The base attribute that a rule is written for, or undefined for a rule that is somebody's own doing. */
export function baseAttributeOf(db: PolicyDb, rule: RuleId): string | undefined {
  const source = db.rules.source[rule]!;
  const name = db.types.names[source]!;
  return db.types.attributes.has(source) && BASE_ATTRIBUTES.includes(name) ? name : undefined;
}
