import type { BooleanId, ConditionalId, PolicyDb, RuleId } from '../../policydb/index.ts';
import { booleansOf, conditionHolds, everySetting, MOST_BOOLEANS } from '../../query/index.ts';
import type { BooleanChange } from './verdict.ts';

/** A question to one setting of the booleans, BooleanId -> 0 or 1. */
export interface SettingQuestion {
  /** Booleans that the answer depends on. */
  readonly booleans: ReadonlySet<BooleanId>;
  holds(on: Uint8Array): boolean;
}

/** The policy's own setting and, where it says no, the nearest settings that say yes. */
export interface SettingAnswer {
  readonly asSet: boolean;
  /** Settings that say yes with the fewest changes; the policy's own, if it does. */
  readonly nearest: readonly Uint8Array[];
  /** There were too many booleans to try every setting. */
  readonly unbounded: boolean;
}

/** Tries every setting of the booleans that matter. All others stay as the policy has them. */
export function askSettings(db: PolicyDb, question: SettingQuestion): SettingAnswer {
  const own = db.booleans.defaults;
  if (question.holds(own)) return { asSet: true, nearest: [own], unbounded: false };
  const booleans = [...question.booleans];
  if (booleans.length > MOST_BOOLEANS) return { asSet: false, nearest: [], unbounded: true };
  let nearest: Uint8Array[] = [];
  let fewest = Infinity;
  for (const on of everySetting(own, booleans)) {
    const changes = booleans.filter((id) => on[id] !== own[id]).length;
    if (changes > fewest || !question.holds(on)) continue;
    if (changes < fewest) nearest = [];
    fewest = changes;
    nearest.push(on.slice());
  }
  return { asSet: false, nearest, unbounded: false };
}

/** Whether a rule applies under a setting. */
export function appliesUnder(db: PolicyDb, rule: RuleId, on: Uint8Array): boolean {
  const conditional = db.rules.conditional[rule]!;
  if (conditional < 0) return true;
  return conditionHolds(db.conditionals[conditional]!, on) === (db.rules.branch[rule] === 1);
}

/** The booleans that decide whether a rule applies. */
export function booleansOfRule(db: PolicyDb, rule: RuleId): readonly BooleanId[] {
  const conditional = db.rules.conditional[rule]!;
  return conditional < 0 ? [] : booleansOf(db.conditionals[conditional as ConditionalId]!);
}

/** What a setting changes against the policy's own. */
export function changesOf(db: PolicyDb, on: Uint8Array): BooleanChange[] {
  const changes: BooleanChange[] = [];
  db.booleans.names.forEach((boolean, id) => {
    if (on[id] !== db.booleans.defaults[id]) changes.push({ boolean, value: on[id] === 1 });
  });
  return changes;
}
