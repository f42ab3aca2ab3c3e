import { type ClassId, membersOf, type PolicyDb, type TypeId } from '../../policydb/index.ts';
import { leftByBounds } from './bounds.ts';
import type { Grant, Subject } from './subject.ts';

/** What the domain is granted of some permissions of a class, on targets that are asked for. */
export function grantsOf(
  subject: Subject,
  tclass: ClassId,
  permissions: number,
  asked: (target: TypeId, tclass: ClassId) => boolean = () => true,
): Grant[] {
  const { db } = subject;
  subject.asked?.set(tclass, ((subject.asked.get(tclass) ?? 0) | permissions) >>> 0);
  const grants: Grant[] = [];
  for (const rule of subject.allowed.get(tclass) ?? []) {
    const granted = (db.rules.data[rule]! & permissions) >>> 0;
    if (granted === 0) continue;
    // By what typebounds leaves of it: most domains have no bounds, and then it is all.
    const targets = new Map<number, TypeId[]>();
    membersOf(db.types, db.rules.target[rule]!).forEach((target) => {
      if (!asked(target, tclass)) return;
      const left = (granted & leftByBounds(db, subject.domain, target, tclass)) >>> 0;
      if (left !== 0) targets.set(left, [...(targets.get(left) ?? []), target]);
    });
    for (const [left, on] of targets) {
      grants.push({ rule, tclass, permissions: left, targets: on });
    }
  }
  return grants;
}

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
