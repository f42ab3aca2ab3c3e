import { membersOf, type PolicyDb, RuleKind, type TypeId } from '../../policydb/index.ts';
import type { Options } from './options.ts';
import { exemptTypes } from './type-sets.ts';

/** No type of a file that somebody may execute is one that somebody may write or append to. The findings are such types. */
export function readOnlyExecutables(db: PolicyDb, options: Options): readonly string[] {
  const writers = exemptTypes(db, options.words('exempt_write_domain'));
  const files = exemptTypes(db, options.words('exempt_file'));
  const executors = exemptTypes(db, options.words('exempt_exec_domain'));
  const written = targetsOf(db, ['write', 'append'], writers);
  return [...targetsOf(db, ['execute', 'execute_no_trans'], executors)]
    .filter((type) => !files.has(type) && written.has(type))
    .map((type) => db.types.names[type]!)
    .sort();
}

/** The types of files on which a domain that is not exempt has any of these, under any setting of the booleans. */
function targetsOf(
  db: PolicyDb,
  permissions: readonly string[],
  exempt: ReadonlySet<TypeId>,
): ReadonlySet<TypeId> {
  const found = new Set<TypeId>();
  const file = db.classes.ids.get('file');
  if (file === undefined) return found;
  const bits = db.classes.permissionBits[file]!;
  const mask = permissions
    .flatMap((name) => bits.get(name) ?? [])
    .reduce((sum, bit) => sum | (1 << bit), 0);
  const { kind, source, target, tclass, data } = db.rules;
  for (let rule = 0; rule < kind.length; rule++) {
    if (kind[rule] !== RuleKind.allow || tclass[rule] !== file) continue;
    if ((data[rule]! & mask) === 0) continue;
    if ([...membersOf(db.types, source[rule]!)].every((domain) => exempt.has(domain))) continue;
    for (const type of membersOf(db.types, target[rule]!)) found.add(type);
  }
  return found;
}
