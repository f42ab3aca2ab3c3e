import {
  NONE,
  type PolicyDb,
  type RowsById,
  type RuleId,
  rulesBySource,
  rulesByTarget,
} from '../../policydb/index.ts';
import { type SharedNames, sharedMask } from './names.ts';

/** Two policies under one numbering. */
export interface PolicyPair {
  readonly left: PolicyDb;
  readonly right: PolicyDb;
  readonly names: SharedNames;
}

/** One policy of a pair, with the way from its ids to shared numbers. */
export interface Side {
  readonly db: PolicyDb;
  readonly right: boolean;
  /** TypeId -> shared type. */
  readonly types: Int32Array;
  /** Shared type -> TypeId | NONE. */
  readonly ids: Int32Array;
  readonly classes: Int32Array;
  readonly bits: readonly (readonly number[] | undefined)[] | undefined;
  readonly conditions: Int32Array;
  readonly bySource: RowsById;
  readonly byTarget: RowsById;
}

export function sideOf({ left, right, names }: PolicyPair, isRight: boolean): Side {
  const db = isRight ? right : left;
  return {
    db,
    right: isRight,
    types: isRight ? names.types.fromRight : names.types.fromLeft,
    ids: isRight ? names.types.right : names.types.left,
    classes: isRight ? names.classes.fromRight : names.classes.fromLeft,
    bits: isRight ? names.classes.bits : undefined,
    conditions: isRight ? names.conditions.fromRight : names.conditions.fromLeft,
    bySource: rulesBySource(db),
    byTarget: rulesByTarget(db),
  };
}

/** The condition that a rule stands under, as a shared number. */
export function conditionOf({ db, conditions }: Side, rule: RuleId): number {
  const conditional = db.rules.conditional[rule]!;
  return conditional === NONE ? 0 : conditions[conditional * 2 + db.rules.branch[rule]!]!;
}

/** The mask of an access vector rule in shared permissions. */
export function maskOf({ db, bits }: Side, rule: RuleId): number {
  const mask = db.rules.data[rule]!;
  return bits === undefined ? mask : sharedMask(mask, bits[db.rules.tclass[rule]!]);
}
