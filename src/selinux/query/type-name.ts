import type { PolicyDb, TypeId } from '../policydb/index.ts';
import { suggestion } from '../words/index.ts';
import { QueryError } from './query-error.ts';

/** The type of a name or alias. Throws QueryError if the policy has none, or only an attribute. */
export function typeNamed(db: PolicyDb, name: string): TypeId {
  const id = db.types.ids.get(name);
  if (id === undefined) {
    throw new QueryError(
      `the policy has no type \`${name}\``,
      suggestion(name, [...db.types.ids.keys()]) ??
        'confine query types lists the types that it has',
    );
  }
  if (db.types.attributes.has(id)) {
    throw new QueryError(
      `\`${name}\` is an attribute, and this question is about one type`,
      `confine query attributes ${name} -x lists its types`,
    );
  }
  return id;
}
