import { membersOf, type PolicyDb, RuleKind, type TypeId } from '../../policydb/index.ts';

/** Domain -> the types of the files that it may be entered by, under any setting of the booleans. */
export function entrypoints(db: PolicyDb): ReadonlyMap<TypeId, ReadonlySet<TypeId>> {
  const found = new Map<TypeId, Set<TypeId>>();
  const file = db.classes.ids.get('file');
  const bit = file === undefined ? undefined : db.classes.permissionBits[file]!.get('entrypoint');
  if (bit === undefined) return found;
  const { kind, source, target, tclass, data } = db.rules;
  for (let rule = 0; rule < kind.length; rule++) {
    if (kind[rule] !== RuleKind.allow || tclass[rule] !== file) continue;
    if (((data[rule]! >>> bit) & 1) === 0) continue;
    for (const domain of membersOf(db.types, source[rule]!)) {
      const types = found.get(domain) ?? new Set();
      for (const type of membersOf(db.types, target[rule]!)) types.add(type);
      found.set(domain, types);
    }
  }
  return found;
}
