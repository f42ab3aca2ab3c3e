import { NONE } from '../../policydb/index.ts';
import {
  type BooleanValues,
  booleansOf,
  conditionHolds,
  everySetting,
  MOST_BOOLEANS,
} from '../rules/conditional.ts';
import type { PolicyPair } from './side.ts';

/** A setting of the booleans that makes a difference; undefined if every setting makes it. */
export interface SettingDifference {
  readonly under: BooleanValues | undefined;
  readonly certain: boolean;
}

/**
 * Compares what holds under one list of conditions (shared numbers, any of which suffices; 0 always holds) of one policy with what
 * holds under another list of the other policy, over every setting of their booleans. A boolean of the same name has the same value
 * in both. Answers with a setting under which `more` holds and `less` does not, or undefined if there is none.
 */
export function settingsComparison(
  pair: PolicyPair,
): (
  more: readonly number[],
  less: readonly number[],
  moreIn: 'left' | 'right',
) => SettingDifference | undefined {
  const known = new Map<string, SettingDifference | undefined>();
  return (more, less, moreIn) => {
    if (less.includes(0)) return undefined;
    if (less.length === 0 && more.includes(0)) return { under: undefined, certain: true };
    const key = `${moreIn} ${more} ${less}`;
    if (!known.has(key)) known.set(key, compare(pair, more, less, moreIn));
    return known.get(key);
  };
}

function compare(
  pair: PolicyPair,
  more: readonly number[],
  less: readonly number[],
  moreIn: 'left' | 'right',
): SettingDifference | undefined {
  const lessIn = moreIn === 'left' ? 'right' : 'left';
  const names = new Set<string>();
  for (const [list, side] of [
    [more, moreIn],
    [less, lessIn],
  ] as const) {
    for (const condition of list) {
      if (condition === 0) continue;
      const db = pair[side];
      for (const id of booleansOf(conditionalOf(pair, condition, side))) {
        names.add(db.booleans.names[id]!);
      }
    }
  }
  const booleans = [...names].sort();
  if (booleans.length > MOST_BOOLEANS) {
    const sameConditions = more.every((condition) => less.includes(condition));
    return sameConditions ? undefined : { under: undefined, certain: false };
  }
  const on = {
    left: new Uint8Array(pair.left.booleans.names.length),
    right: new Uint8Array(pair.right.booleans.names.length),
  };
  // A boolean of both policies is one, by its place among the names.
  for (const values of everySetting(new Uint8Array(booleans.length), [...booleans.keys()])) {
    booleans.forEach((name, i) => {
      for (const side of ['left', 'right'] as const) {
        const id = pair[side].booleans.ids.get(name);
        if (id !== undefined) on[side][id] = values[i]!;
      }
    });
    const holds = (list: readonly number[], side: 'left' | 'right'): boolean =>
      list.some(
        (condition) =>
          condition === 0 ||
          conditionHolds(conditionalOf(pair, condition, side), on[side]) ===
            pair.names.conditions.when[condition]!.branch,
      );
    if (holds(more, moreIn) && !holds(less, lessIn)) {
      const under = Object.fromEntries(booleans.map((name, i) => [name, values[i] === 1]));
      return { under, certain: true };
    }
  }
  return undefined;
}

function conditionalOf(
  pair: PolicyPair,
  condition: number,
  side: 'left' | 'right',
): PolicyPair['left']['conditionals'][number] {
  const id = pair.names.conditions.when[condition]![side] ?? NONE;
  return pair[side].conditionals[id]!;
}
