import { type PolicyDb, RuleKind } from '../../policydb/index.ts';
import { type Rule, ruleOf } from '../rules/rule.ts';
import { accessVector, visitRules } from './access-vector.ts';
import { SENSITIVE, type SensitiveAccess } from './sensitive.ts';

/** A sensitive access that a domain has. */
export interface SensitiveGrant extends Pick<SensitiveAccess, 'id' | 'what'> {
  /** What grants it, each rule under its own condition: by type enforcement alone, whatever constraints, roles and levels say. */
  readonly rules: readonly Rule[];
}

/**
 * Which of SENSITIVE a domain is granted under some setting of the booleans. Rules of both branches count together, so one that no single setting
 * grants whole may be among them, and none is missing. Throws nothing for types that the policy lacks: nobody has access to those.
 */
export function sensitiveGrants(db: PolicyDb, domain: string): readonly SensitiveGrant[] {
  return SENSITIVE.flatMap(({ id, what, accesses }) => {
    const rules = accesses.flatMap((one) => rulesFor(db, domain, one));
    return rules.length === 0 ? [] : [{ id, what, rules }];
  });
}

function rulesFor(
  db: PolicyDb,
  domain: string,
  { target, tclass: name, permissions }: SensitiveAccess['accesses'][number],
): readonly Rule[] {
  const source = db.types.ids.get(domain);
  const on = db.types.ids.get(target === 'self' ? domain : target);
  const tclass = db.classes.ids.get(name);
  if (source === undefined || on === undefined || tclass === undefined) return [];
  const bits = permissions.map((permission) => db.classes.permissionBits[tclass]!.get(permission));
  // A permission that the policy does not know is not among what it grants; handle_unknown is for the nevers to say.
  if (bits.some((bit) => bit === undefined)) return [];
  const mask = bits.reduce<number>((sum, bit) => sum | (1 << bit!), 0);
  if ((accessVector(db, source, on, tclass, 'any').allowed & mask) >>> 0 !== mask >>> 0) return [];
  const rules: Rule[] = [];
  const selection = { kind: RuleKind.allow, source, target: on, tclass, permissions: mask };
  visitRules(db, selection, (rule) => rules.push(ruleOf(db, rule)));
  return rules;
}
