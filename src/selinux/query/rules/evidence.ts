import type { PolicyDb, RuleId } from '../../policydb/index.ts';
import { formatRule, type Rule, ruleOf } from './rule.ts';

/**
 * Rows of `rules` as evidence: in names, sorted as text, each text once. (A compiled conditional can hold the same rule several
 * times, which adds nothing to what it justifies.)
 */
export function evidenceOf(
  db: PolicyDb,
  ids: Iterable<RuleId>,
): { readonly id: RuleId; readonly rule: Rule }[] {
  const byText = new Map<string, { id: RuleId; rule: Rule }>();
  for (const id of ids) {
    const rule = ruleOf(db, id);
    byText.set(formatRule(rule), { id, rule });
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, entry]) => entry);
}
