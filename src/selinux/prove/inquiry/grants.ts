import type { ClassId, PolicyDb, TypeId, TypeTable } from '../../policydb/index.ts';
import { isBounded, leftByBounds } from './bounds.ts';
import type { Grant, Subject } from './subject.ts';

/** What the domain is granted of some permissions of a class, on targets that are asked for. */
export function grantsOf(
  subject: Subject,
  tclass: ClassId,
  permissions: number,
  asked: (target: TypeId, tclass: ClassId) => boolean = () => true,
  among?: readonly TypeId[],
): Grant[] {
  const { db } = subject;
  const bounded = isBounded(subject);
  subject.asked?.set(tclass, ((subject.asked.get(tclass) ?? 0) | permissions) >>> 0);
  const grants: Grant[] = [];
  for (const rule of subject.allowed.get(tclass) ?? []) {
    const granted = (db.rules.data[rule]! & permissions) >>> 0;
    if (granted === 0) continue;
    const on = targetsOf(db, db.rules.target[rule]!, among).filter((each) => asked(each, tclass));
    if (on.length === 0) continue;
    if (!bounded) {
      grants.push({ rule, tclass, permissions: granted, targets: on });
      continue;
    }
    // By what typebounds leaves of it.
    const targets = new Map<number, TypeId[]>();
    for (const target of on) {
      let leaves = 0;
      for (const source of subject.sources) leaves |= leftByBounds(db, source, target, tclass);
      const left = (granted & leaves) >>> 0;
      if (left !== 0) targets.set(left, [...(targets.get(left) ?? []), target]);
    }
    for (const [left, on] of targets) {
      grants.push({ rule, tclass, permissions: left, targets: on });
    }
  }
  return grants;
}

/** The types that a name in a rule stands for, or those of `among` that it does; ascending as `among` is. */
function targetsOf(
  { types }: PolicyDb,
  name: TypeId,
  among: readonly TypeId[] | undefined,
): readonly TypeId[] {
  const members = types.members.get(name);
  if (members === undefined) return among === undefined || among.includes(name) ? [name] : [];
  let all = listsByTypes.get(types);
  if (all === undefined) {
    all = new Map();
    listsByTypes.set(types, all);
  }
  let list = all.get(name);
  if (list === undefined) {
    list = members.toArray();
    all.set(name, list);
  }
  return among === undefined || among.length > list.length
    ? list
    : among.filter((type) => members.has(type));
}

/** A proof goes through the same attributes again and again. */
const listsByTypes = new WeakMap<TypeTable, Map<TypeId, readonly TypeId[]>>();

/** A grant on many targets as grants on one target each. */
export function perTarget(grant: Grant): Grant[] {
  return grant.targets.map((target) => ({ ...grant, targets: [target] }));
}

export function permissionMask(db: PolicyDb, tclass: ClassId, names: readonly string[]): number {
  let mask = 0;
  for (const name of names) {
    const bit = db.classes.permissionBits[tclass]!.get(name);
    if (bit !== undefined) mask |= 1 << bit;
  }
  return mask >>> 0;
}
