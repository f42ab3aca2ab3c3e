import { membersOf, type PolicyDb } from '../../policydb/index.ts';
import { suggestion } from '../../words/index.ts';
import { QueryError } from '../query-error.ts';
import { type NameCriterion, select, selectClasses } from './criteria.ts';

/** A role rule in names. */
export type RoleRule = RoleAllow | RoleTransition;

/** A process in role `source` may change to role `target`. */
export interface RoleAllow {
  readonly kind: 'role_allow';
  readonly source: string;
  readonly target: string;
}

/** A process in role `source` that makes a `tclass` related to type `target` gets or gives it role `default`. */
export interface RoleTransition {
  readonly kind: 'role_transition';
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly default: string;
}

/** Which role rules: all criteria that are given must match, as in setools' RBACRuleQuery. */
export interface RoleRuleCriteria {
  readonly kinds: readonly RoleRule['kind'][];
  readonly source?: NameCriterion;
  /** A role for a role_allow; a type or an attribute for a role_transition. */
  readonly target?: { readonly name: NameCriterion; readonly direct: boolean };
  readonly classes?: readonly string[] | RegExp;
  readonly default?: NameCriterion;
}

/** The rules that match, in the order of their text. Throws QueryError for a name that the policy does not have. */
export function roleRules(db: PolicyDb, criteria: RoleRuleCriteria): readonly RoleRule[] {
  const source = criteria.source === undefined ? undefined : roles(db, criteria.source);
  const result = criteria.default === undefined ? undefined : roles(db, criteria.default);
  const classes = criteria.classes && selectClasses(db, criteria.classes);
  const target = criteria.target && targetTest(db, criteria.target);
  const matches: RoleRule[] = [];
  const { roleAllows, roleTransitions } = db;
  const { names } = db.roles;
  if (criteria.kinds.includes('role_allow') && classes === undefined && result === undefined) {
    for (let i = 0; i < roleAllows.count; i++) {
      const rule = {
        kind: 'role_allow',
        source: names[roleAllows.source[i]!]!,
        target: names[roleAllows.target[i]!]!,
      } as const;
      if (source !== undefined && source[roleAllows.source[i]!] === 0) continue;
      if (target !== undefined && !target([rule.target], rule.target)) continue;
      matches.push(rule);
    }
  }
  if (criteria.kinds.includes('role_transition')) {
    for (let i = 0; i < roleTransitions.count; i++) {
      if (source !== undefined && source[roleTransitions.source[i]!] === 0) continue;
      if (classes !== undefined && classes[roleTransitions.tclass[i]!] === 0) continue;
      if (result !== undefined && result[roleTransitions.newRole[i]!] === 0) continue;
      const type = roleTransitions.target[i]!;
      const typeName = db.types.names[type]!;
      if (target !== undefined) {
        const members = membersOf(db.types, type).toArray();
        if (
          !target(
            members.map((id) => db.types.names[id]!),
            typeName,
          )
        )
          continue;
      }
      matches.push({
        kind: 'role_transition',
        source: names[roleTransitions.source[i]!]!,
        target: typeName,
        tclass: db.classes.names[roleTransitions.tclass[i]!]!,
        default: names[roleTransitions.newRole[i]!]!,
      });
    }
  }
  return matches
    .map((rule) => ({ rule, text: formatRoleRule(rule) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ rule }) => rule);
}

/** The line that sesearch prints. */
export function formatRoleRule(rule: RoleRule): string {
  return rule.kind === 'role_allow'
    ? `allow ${rule.source} ${rule.target};`
    : `role_transition ${rule.source} ${rule.target}:${rule.tclass} ${rule.default};`;
}

function roles(db: PolicyDb, name: NameCriterion): Uint8Array {
  return select(db.roles.names, db.roles.ids, 'role', name instanceof RegExp ? name : [name]);
}

/** Types and roles are different things with one criterion for both: compared by name, a type's attribute by its types' names. */
function targetTest(
  db: PolicyDb,
  { name, direct }: NonNullable<RoleRuleCriteria['target']>,
): (expanded: readonly string[], written: string) => boolean {
  if (name instanceof RegExp) {
    return (expanded, written) =>
      direct ? name.test(written) : expanded.some((each) => name.test(each));
  }
  const type = db.types.ids.get(name);
  if (type === undefined && !db.roles.ids.has(name)) {
    throw new QueryError(
      `the policy has no type, attribute or role \`${name}\``,
      suggestion(name, [...db.types.ids.keys(), ...db.roles.ids.keys()]),
    );
  }
  const wanted = new Set(
    type === undefined
      ? [name]
      : direct
        ? [db.types.names[type]!]
        : membersOf(db.types, type)
            .toArray()
            .map((id) => db.types.names[id]!),
  );
  return (expanded, written) =>
    direct ? wanted.has(written) : expanded.some((each) => wanted.has(each));
}
