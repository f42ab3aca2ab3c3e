import type {
  BooleanId,
  Conditional,
  ConditionalTerm,
  PolicyDb,
  RuleId,
} from '../../policydb/index.ts';
import { QueryError } from '../query-error.ts';

/** One setting of all booleans, with what it makes of every conditional. */
export interface BooleanSetting {
  /** BooleanId -> 1 if it is on. */
  readonly on: Uint8Array;
  /** ConditionalId -> 1 if its expression is true, so that its true branch applies, and otherwise its false one. */
  readonly holds: Uint8Array;
}

/** Boolean name -> whether it is on. */
export type BooleanValues = Readonly<Record<string, boolean>>;

/** The booleans as the policy is loaded, except those that are named. Throws QueryError for a name that is no boolean. */
export function booleanSetting(db: PolicyDb, changed: BooleanValues = {}): BooleanSetting {
  const on = db.booleans.defaults.slice();
  for (const [name, value] of Object.entries(changed)) on[booleanId(db, name)] = value ? 1 : 0;
  return settingFrom(db, on);
}

/** A setting from BooleanId -> 0 or 1. */
export function settingFrom(db: PolicyDb, on: Uint8Array): BooleanSetting {
  const holds = new Uint8Array(db.conditionals.length);
  for (let i = 0; i < holds.length; i++) holds[i] = conditionHolds(db.conditionals[i]!, on) ? 1 : 0;
  return { on, holds };
}

/** The setting that the policy is loaded with; made once per policy. */
export function defaultSetting(db: PolicyDb): BooleanSetting {
  let setting = defaults.get(db);
  if (setting === undefined) {
    setting = booleanSetting(db);
    defaults.set(db, setting);
  }
  return setting;
}

const defaults = new WeakMap<PolicyDb, BooleanSetting>();

/** More booleans than this are not tried in every combination: 4,096 settings. Real access depends on one to five. */
export const MOST_BOOLEANS = 12;

/**
 * Every setting of some booleans, all others as in `first`: that one itself, then others, the booleans flipped as a counter counts them. The
 * array is the same one each time, so it is copied to be kept.
 */
export function* everySetting<Id extends number>(
  first: Uint8Array,
  booleans: readonly Id[],
): Generator<Uint8Array, void> {
  const on = first.slice();
  for (let flipped = 0; flipped < 2 ** booleans.length; flipped++) {
    booleans.forEach((id, i) => {
      on[id] = first[id]! ^ ((flipped >>> i) & 1);
    });
    yield on;
  }
}

/** Whether a rule applies under a setting. */
export function ruleEnabled(db: PolicyDb, rule: RuleId, setting: BooleanSetting): boolean {
  const conditional = db.rules.conditional[rule]!;
  return conditional < 0 || setting.holds[conditional] === db.rules.branch[rule];
}

function booleanId(db: PolicyDb, name: string): BooleanId {
  const id = db.booleans.ids.get(name);
  if (id === undefined) throw new QueryError(`the policy has no boolean \`${name}\``);
  return id;
}

/** Whether an expression is true when the booleans are `on` (BooleanId -> 0 or 1). */
export function conditionHolds(conditional: Conditional, on: Uint8Array): boolean {
  const stack: boolean[] = [];
  for (const term of conditional.expression) {
    if (term.op === 'boolean') stack.push(on[term.boolean] === 1);
    else if (term.op === 'not') stack.push(!stack.pop());
    else {
      const right = stack.pop()!;
      const left = stack.pop()!;
      stack.push(BINARY[term.op](left, right));
    }
  }
  return stack[0]!;
}

type BinaryOperator = Exclude<ConditionalTerm['op'], 'boolean' | 'not'>;

const BINARY: Readonly<Record<BinaryOperator, (left: boolean, right: boolean) => boolean>> = {
  and: (left, right) => left && right,
  or: (left, right) => left || right,
  xor: (left, right) => left !== right,
  eq: (left, right) => left === right,
  neq: (left, right) => left !== right,
};

/** The booleans of an expression, each once, in the order in which they appear. */
export function booleansOf(conditional: Conditional): readonly BooleanId[] {
  const booleans = new Set<BooleanId>();
  for (const term of conditional.expression) {
    if (term.op === 'boolean') booleans.add(term.boolean);
  }
  return [...booleans];
}

/**
 * An expression as sesearch writes it between brackets: `a && ! b`. The operands of a binary operator stand in the reverse of the
 * order in which the file has them, and a subexpression has parentheses unless the operator before it (in the file's order)
 * binds tighter than its own, so there may be more of them than needed.
 */
export function conditionalText(db: PolicyDb, conditional: Conditional): string {
  const stack: { readonly text: string; readonly compound: boolean }[] = [];
  let before = TIGHTEST;
  for (const term of conditional.expression) {
    if (term.op === 'boolean') {
      stack.push({ text: db.booleans.names[term.boolean]!, compound: false });
      continue;
    }
    const { sign, binds } = SIGN[term.op];
    const last = stack.pop()!;
    if (term.op === 'not') {
      stack.push({ text: last.compound ? `! ( ${last.text} )` : `! ${last.text}`, compound: true });
    } else {
      const text = `${last.text} ${sign} ${stack.pop()!.text}`;
      stack.push({ text: before > binds ? text : `( ${text} )`, compound: true });
    }
    before = binds;
  }
  return stack[0]!.text;
}

const TIGHTEST = 5;

const SIGN: Readonly<
  Record<
    Exclude<ConditionalTerm['op'], 'boolean'>,
    { readonly sign: string; readonly binds: number }
  >
> = {
  not: { sign: '!', binds: TIGHTEST },
  eq: { sign: '==', binds: 4 },
  neq: { sign: '!=', binds: 4 },
  and: { sign: '&&', binds: 3 },
  xor: { sign: '^', binds: 2 },
  or: { sign: '||', binds: 1 },
};
