import { membersOf, type PolicyDb } from '../../policydb/index.ts';
import { type Options, Unanswerable } from './options.ts';

/** An attribute has no types. With `missing_ok` it need not be there. */
export function emptyTypeattr(db: PolicyDb, options: Options): readonly string[] {
  const attribute = options.word('attr');
  const missingOk = ['yes', 'true', '1'].includes(options.word('missing_ok')?.toLowerCase() ?? '');
  if (attribute === undefined) throw new Unanswerable('attr is not given');
  const id = db.types.ids.get(attribute);
  if (id === undefined) {
    if (missingOk) return [];
    throw new Unanswerable(
      `the policy has no attribute \`${attribute}\`, and missing_ok is not set`,
    );
  }
  // sechecker takes a type for a missing attribute: with missing_ok a slip of the pen passes there.
  if (!db.types.attributes.has(id)) {
    throw new Unanswerable(`\`${attribute}\` is a type, and this is about an attribute`);
  }
  return [...membersOf(db.types, id)].map((type) => db.types.names[type]!).sort();
}
