import { membersOf, type PolicyDb, type TypeId } from '../../policydb/index.ts';
import { typeOrAttribute } from '../rules/criteria.ts';

/** The types of these types and attributes. Throws QueryError for one that the policy lacks. */
export function expectedTypes(db: PolicyDb, names: readonly string[]): ReadonlySet<TypeId> {
  return new Set(names.flatMap((name) => [...membersOf(db.types, typeOrAttribute(db, name))]));
}

/** The same; one that the policy lacks exempts nothing. */
export function exemptTypes(db: PolicyDb, names: readonly string[]): ReadonlySet<TypeId> {
  return expectedTypes(
    db,
    names.filter((name) => db.types.ids.has(name)),
  );
}
