import { membersOf, type PolicyDb, RuleKind, type TypeId } from '../../policydb/index.ts';
import { accessVector } from './access-vector.ts';

/**
 * The domains whose processes come into a domain by executing its program: by a type transition on the program's type that an allow rule
 * permits. By name, sorted. Without one the program runs in its caller's domain.
 */
export function entrances(db: PolicyDb, domain: TypeId, program: TypeId): readonly string[] {
  const process = db.classes.ids.get('process');
  if (process === undefined) return [];
  const transition = 1 << (db.classes.permissionBits[process]!.get('transition') ?? 31);
  const callers = new Set<TypeId>();
  const { kind, source, target, tclass, data } = db.rules;
  for (let rule = 0; rule < kind.length; rule++) {
    if (kind[rule] !== RuleKind.typeTransition || tclass[rule] !== process) continue;
    if (data[rule] !== domain || !membersOf(db.types, target[rule]!).has(program)) continue;
    membersOf(db.types, source[rule]!).forEach((caller) => {
      const { allowed } = accessVector(db, caller, domain, process);
      if ((allowed & transition) !== 0) callers.add(caller);
    });
  }
  return [...callers].map((caller) => db.types.names[caller]!).sort();
}
