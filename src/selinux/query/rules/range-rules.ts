import type { PolicyDb, Range } from '../../policydb/index.ts';
import { rangeText } from '../context-text.ts';
import { levelEquals, parseRange } from '../level.ts';
import { selectClasses, selectTypes, type TypeCriterion } from './criteria.ts';

/** A range_transition in names: a process in `source` that makes a `tclass` related to `target` gets or gives it range `default`. */
export interface RangeRule {
  readonly kind: 'range_transition';
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly default: string;
}

/** Which range transitions: all criteria that are given must match, as in setools' MLSRuleQuery. */
export interface RangeRuleCriteria {
  readonly source?: TypeCriterion;
  readonly target?: TypeCriterion;
  readonly classes?: readonly string[] | RegExp;
  /** Exactly this range. */
  readonly default?: string;
}

/** The rules that match, in the order of their text. Throws QueryError for a name that the policy does not have. */
export function rangeRules(db: PolicyDb, criteria: RangeRuleCriteria): readonly RangeRule[] {
  const table = db.rangeTransitions;
  const source = criteria.source && selectTypes(db, criteria.source);
  const target = criteria.target && selectTypes(db, criteria.target);
  const classes = criteria.classes && selectClasses(db, criteria.classes);
  const range = criteria.default === undefined ? undefined : parseRange(db, criteria.default);
  const matches: { rule: RangeRule; text: string }[] = [];
  for (let i = 0; i < table.count; i++) {
    if (source !== undefined && source[table.source[i]!] === 0) continue;
    if (target !== undefined && target[table.target[i]!] === 0) continue;
    if (classes !== undefined && classes[table.tclass[i]!] === 0) continue;
    if (range !== undefined && !sameRange(range, table.ranges[i]!)) continue;
    const rule: RangeRule = {
      kind: 'range_transition',
      source: db.types.names[table.source[i]!]!,
      target: db.types.names[table.target[i]!]!,
      tclass: db.classes.names[table.tclass[i]!]!,
      default: rangeText(db, table.ranges[i]!),
    };
    matches.push({ rule, text: formatRangeRule(rule) });
  }
  return matches
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ rule }) => rule);
}

/** The line that sesearch prints. */
export function formatRangeRule(rule: RangeRule): string {
  return `range_transition ${rule.source} ${rule.target}:${rule.tclass} ${rule.default};`;
}

function sameRange(a: Range, b: Range): boolean {
  return levelEquals(a.low, b.low) && levelEquals(a.high, b.high);
}
