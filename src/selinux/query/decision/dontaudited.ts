import type { PolicyDb } from '../../policydb/index.ts';
import { accessVector } from './access-vector.ts';

/**
 * Whether denials of all these permissions are kept out of the log, as the booleans are set. False for names that the policy lacks: nothing
 * is known to silence them.
 */
export function dontaudited(
  db: PolicyDb,
  request: {
    readonly source: string;
    readonly target: string;
    readonly tclass: string;
    readonly permissions: readonly string[];
  },
): boolean {
  const source = db.types.ids.get(request.source);
  const target = db.types.ids.get(request.target);
  const tclass = db.classes.ids.get(request.tclass);
  if (source === undefined || target === undefined || tclass === undefined) return false;
  const { dontaudit } = accessVector(db, source, target, tclass);
  return request.permissions.every((permission) => {
    const bit = db.classes.permissionBits[tclass]!.get(permission);
    return bit !== undefined && ((dontaudit >>> bit) & 1) === 1;
  });
}
