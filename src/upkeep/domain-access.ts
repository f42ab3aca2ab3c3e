import { attributesOf, membersOf, type PolicyDb } from '../selinux/policydb/index.ts';
import { accessVector } from '../selinux/query/index.ts';
import { unconditional } from './concerns.ts';

/**
 * Answers whether a domain has all permissions of an access, `TARGET:CLASS`, on everything that the target stands for: as the booleans are set,
 * or under some setting if the access has a condition. The module must be linked into the policy.
 */
export function accessOf(
  db: PolicyDb,
  domain: string,
): (access: string, permissions: readonly string[]) => boolean {
  const source = db.types.ids.get(domain)!;
  return (access, permissions) => {
    const [target, tclass] = unconditional(access).split(':') as [string, string];
    const named = db.types.ids.get(target === 'self' ? domain : target);
    const ofClass = db.classes.ids.get(tclass);
    if (named === undefined || ofClass === undefined) return false;
    const bits = permissions.map((name) => db.classes.permissionBits[ofClass]!.get(name));
    const setting = access === unconditional(access) ? undefined : 'any';
    const targets = db.types.attributes.has(named) ? [...membersOf(db.types, named)] : [named];
    return targets.every((each) => {
      const { allowed } = accessVector(db, source, each, ofClass, setting);
      return bits.every((bit) => bit !== undefined && ((allowed >>> bit) & 1) === 1);
    });
  };
}

/** A type with its attributes, by name. */
export function typeNames(db: PolicyDb): (type: string) => readonly string[] {
  return (type) => {
    const id = db.types.ids.get(type);
    if (id === undefined) return [type];
    return [...attributesOf(db.types, id)].map((each) => db.types.names[each]!);
  };
}

/** How a policy answers a request of a domain. */
export type Standing = 'granted' | 'under a boolean' | 'refused in silence' | 'refused';

/** Answers one permission of an access, `TARGET:CLASS`. */
export function standingOf(
  db: PolicyDb,
  domain: string,
): (access: string, permission: string) => Standing {
  const source = db.types.ids.get(domain)!;
  return (access, permission) => {
    const [target, tclass] = access.split(':') as [string, string];
    const named = db.types.ids.get(target === 'self' ? domain : target);
    const ofClass = db.classes.ids.get(tclass);
    const bit =
      ofClass === undefined ? undefined : db.classes.permissionBits[ofClass]!.get(permission);
    if (named === undefined || ofClass === undefined || bit === undefined) return 'refused';
    const has = (mask: number): boolean => ((mask >>> bit) & 1) === 1;
    const asSet = accessVector(db, source, named, ofClass);
    if (has(asSet.allowed)) return 'granted';
    if (has(accessVector(db, source, named, ofClass, 'any').allowed)) return 'under a boolean';
    return has(asSet.dontaudit) ? 'refused in silence' : 'refused';
  };
}
