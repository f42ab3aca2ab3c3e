import {
  attributesOf,
  type ClassId,
  membersOf,
  type PolicyDb,
  RuleKind,
  rowsOf,
  rulesByTarget,
  type TypeId,
} from '../../policydb/index.ts';
import { suggestion } from '../../words/index.ts';
import { QueryError } from '../query-error.ts';
import type { BooleanValues } from '../rules/conditional.ts';
import { typeNamed } from '../type-name.ts';
import { type AccessAnswer, access } from './access.ts';
import { unconfinedTypes } from './unconfined.ts';

export interface WhoQuestion {
  /** A type. */
  readonly target: string;
  /** All of these are asked for. */
  readonly permissions: readonly string[];
  /** Absent: every class that has all these permissions. */
  readonly tclass?: string;
  /** One setting of the booleans, the others as the policy has them; `every` tells under which settings each can. */
  readonly booleans: BooleanValues | 'every';
}

/** Who has an access, by source and then by class, sorted by name. */
export interface WhoAnswer {
  /** Those whose every permission is granted, sometimes granted or not known. */
  readonly able: readonly Able[];
  /** Domains that are permissive: whatever rules say, they can. By name. */
  readonly permissive: readonly string[];
}

export interface Able {
  readonly source: string;
  /** It is in an attribute whose rules grant everything of a kind. */
  readonly unconfined: boolean;
  readonly answer: AccessAnswer;
}

/**
 * Every type whose processes may have an access to a type. Attributes, booleans, typebounds, constraints and roles are looked through, as
 * `access` does for one pair. Throws QueryError for a name that the policy lacks.
 */
export function whoCan(db: PolicyDb, question: WhoQuestion): WhoAnswer {
  const target = typeNamed(db, question.target);
  const classes = classesOf(db, question);
  const unconfined = unconfinedTypes(db);
  const able: Able[] = [];
  for (const source of sourcesOf(db, target, classes, question.permissions)) {
    const name = db.types.names[source]!;
    for (const tclass of classes) {
      const answer = access(db, {
        source: name,
        target: question.target,
        tclass: db.classes.names[tclass]!,
        permissions: question.permissions,
        booleans: question.booleans,
      });
      if (answer.permissions.some((one) => one.access === 'denied')) continue;
      able.push({ source: name, unconfined: unconfined.has(source), answer });
    }
  }
  const permissive: string[] = [];
  db.permissive.forEach((type) => void permissive.push(db.types.names[type]!));
  return {
    able: able.sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0)),
    permissive: permissive.sort(),
  };
}

function classesOf(db: PolicyDb, { tclass, permissions }: WhoQuestion): readonly ClassId[] {
  if (tclass !== undefined) {
    const id = db.classes.ids.get(tclass);
    if (id === undefined) {
      throw new QueryError(
        `the policy has no class \`${tclass}\``,
        suggestion(tclass, db.classes.names),
      );
    }
    for (const name of permissions) {
      if (db.classes.permissionBits[id]!.has(name)) continue;
      throw new QueryError(
        `the class \`${tclass}\` has no permission \`${name}\``,
        suggestion(name, db.classes.permissions[id]!),
      );
    }
    return [id];
  }
  const all = db.classes.names.keys().map((id) => id as ClassId);
  const classes = [...all].filter((id) =>
    permissions.every((name) => db.classes.permissionBits[id]!.has(name)),
  );
  if (classes.length > 0) return classes;
  const known = new Set(db.classes.permissions.flat());
  const wrong = permissions.find((name) => !known.has(name));
  throw wrong === undefined
    ? new QueryError(`no class has all of ${permissions.join(', ')}`, 'ask for each alone')
    : new QueryError(`no class has the permission \`${wrong}\``, suggestion(wrong, [...known]));
}

/** Types of which some rule, under some setting, grants all of it on one class: a narrow net before each is asked properly. */
function sourcesOf(
  db: PolicyDb,
  target: TypeId,
  classes: readonly ClassId[],
  permissions: readonly string[],
): ReadonlySet<TypeId> {
  /** ClassId -> the permissions asked for. */
  const wanted = new Map(
    classes.map((id) => [
      id,
      permissions.reduce(
        (mask, name) => mask | (1 << db.classes.permissionBits[id]!.get(name)!),
        0,
      ),
    ]),
  );
  const seen = new Map<ClassId, Map<TypeId, number>>(classes.map((id) => [id, new Map()]));
  const index = rulesByTarget(db);
  const { kind, tclass, source, data } = db.rules;
  for (const attribute of attributesOf(db.types, target)) {
    for (const rule of rowsOf(index, attribute)) {
      const bits = (wanted.get(tclass[rule]!) ?? 0) & data[rule]!;
      if (kind[rule] !== RuleKind.allow || bits === 0) continue;
      const granted = seen.get(tclass[rule]!)!;
      granted.set(source[rule]!, (granted.get(source[rule]!) ?? 0) | bits);
    }
  }
  const sources = new Set<TypeId>();
  for (const [id, granted] of seen) {
    const each = new Map<TypeId, number>();
    for (const [from, bits] of granted) {
      membersOf(db.types, from).forEach(
        (type) => void each.set(type, (each.get(type) ?? 0) | bits),
      );
    }
    for (const [type, bits] of each) if (bits === wanted.get(id)) sources.add(type);
  }
  return sources;
}
