import type {
  ContextIds,
  Level,
  PolicyDb,
  Range,
  RoleId,
  TypeId,
  UserId,
} from '../../policydb/index.ts';
import { parseContext, suggestion } from '../../words/index.ts';
import { dominates, levelEquals, levelIsValid, parseRange } from '../level.ts';
import { QueryError } from '../query-error.ts';

/** What a person asks about: a whole context, or only a type, whatever context it is in. */
export type Asked =
  | { readonly type: TypeId; readonly context: undefined }
  | { readonly type: TypeId; readonly context: ContextIds };

/** `sshd_t` or `system_u:system_r:sshd_t:s0`. Throws QueryError for a name that the policy lacks, and for a context that it does not permit. */
export function asked(db: PolicyDb, text: string): Asked {
  if (!text.includes(':')) return { type: typeNamed(db, text), context: undefined };
  const context = contextOf(db, text);
  return { type: context.type, context };
}

/** A context in ids, valid under the policy. Throws QueryError. */
export function contextOf(db: PolicyDb, text: string): ContextIds {
  const parsed = parseContext(text);
  if (parsed === undefined) throw new QueryError(`\`${text}\` is no security context`);
  const user = db.users.ids.get(parsed.user);
  if (user === undefined) throw new QueryError(`the policy has no user \`${parsed.user}\``);
  const role = db.roles.ids.get(parsed.role);
  if (role === undefined) throw new QueryError(`the policy has no role \`${parsed.role}\``);
  if (db.mls && parsed.level === undefined) {
    throw new QueryError(
      `\`${text}\` lacks a level, and the policy has levels`,
      `add one, as in \`${text}:s0\``,
    );
  }
  const range = parsed.level === undefined ? undefined : parseRange(db, parsed.level);
  const context = { user, role, type: typeNamed(db, parsed.type), range };
  if (!contextIsValid(db, context)) {
    throw new QueryError(
      `the policy does not permit the context \`${text}\``,
      'its user must have the role and the range, and its role the type',
    );
  }
  return context;
}

/**
 * Whether the policy permits a context: the role has the type, the user the role, and the user's range contains the range. The
 * role `object_r` goes with everything (policydb_context_isvalid and mls_context_isvalid of the kernel).
 */
export function contextIsValid(db: PolicyDb, { user, role, type, range }: ContextIds): boolean {
  if (!userHasRoleAndType(db, user, role, type)) return false;
  if (range === undefined) return !db.mls;
  if (!levelIsValid(db, range.low) || !levelIsValid(db, range.high)) return false;
  if (!dominates(range.high, range.low)) return false;
  return role === OBJECT_ROLE || contains(db.users.ranges[user], range);
}

/** The users and roles with which a type forms a context; those that a process can have come before `object_r`. */
export function identitiesOf(
  db: PolicyDb,
  type: TypeId,
): readonly { readonly user: UserId; readonly role: RoleId }[] {
  const found: { user: UserId; role: RoleId }[] = [];
  for (let role = db.roles.names.length - 1; role >= 0; role--) {
    for (let user = 0; user < db.users.names.length; user++) {
      if (userHasRoleAndType(db, user as UserId, role as RoleId, type)) {
        found.push({ user: user as UserId, role: role as RoleId });
      }
    }
  }
  return found;
}

/**
 * Ranges to try for a user: from and to the ends of what it is authorised for, its default level, and a level between where there is
 * one. Not all ranges, so finding none that fits says nothing.
 */
export function rangesToTry(db: PolicyDb, user: UserId): readonly (Range | undefined)[] {
  const authorised = db.users.ranges[user];
  if (authorised === undefined) return [undefined];
  const levels: Level[] = [];
  const add = (level: Level | undefined): void => {
    if (level !== undefined && !levels.some((known) => levelEquals(known, level))) {
      levels.push(level);
    }
  };
  add(authorised.low);
  add(authorised.high);
  add(db.users.defaultLevels[user]);
  for (const category of authorised.high.categories) {
    const categories = authorised.low.categories.clone();
    if (categories.has(category)) continue;
    categories.add(category);
    add({ sensitivity: authorised.low.sensitivity, categories });
    break;
  }
  const ranges: Range[] = [];
  for (const low of levels) {
    for (const high of levels) {
      const range = { low, high: levelEquals(low, high) ? low : high };
      if (dominates(high, low) && contains(authorised, range)) ranges.push(range);
    }
  }
  return ranges;
}

/** The kernel's first role, which objects have. */
const OBJECT_ROLE = 0 as RoleId;

function userHasRoleAndType(db: PolicyDb, user: UserId, role: RoleId, type: TypeId): boolean {
  return (
    role === OBJECT_ROLE || (db.roles.types[role]!.has(type) && db.users.roles[user]!.has(role))
  );
}

function contains(outer: Range | undefined, inner: Range): boolean {
  return (
    outer !== undefined && dominates(inner.low, outer.low) && dominates(outer.high, inner.high)
  );
}

function typeNamed(db: PolicyDb, name: string): TypeId {
  const id = db.types.ids.get(name);
  if (id === undefined) {
    throw new QueryError(
      `the policy has no type \`${name}\``,
      suggestion(name, [...db.types.ids.keys()]),
    );
  }
  if (db.types.attributes.has(id)) {
    throw new QueryError(
      `\`${name}\` is an attribute, and access is about types`,
      `\`confine query attributes ${name} -x\` lists its types`,
    );
  }
  return id;
}
