import type { BooleanId, Conditional, PolicyDb } from '../../policydb/index.ts';
import { booleansOf, conditionHolds, everySetting, MOST_BOOLEANS } from '../rules/conditional.ts';

/** One way for something to be so: every boolean that is named has this value, the others do not matter. */
export type BooleanTerm = Readonly<Record<string, boolean>>;

/** A statement about booleans as a table: bit n of `bits` is its truth where boolean i of `over` is bit i of n. */
export interface TruthTable {
  readonly over: readonly BooleanId[];
  readonly bits: bigint;
}

/** A branch of a conditional, or `always`. */
export type Branch = { readonly conditional: Conditional; readonly branch: boolean } | 'always';

/**
 * The settings in which, of every list of branches, at least one applies; and, with `filter`, either none of its `rules` or one of its
 * `admitting`. undefined if that depends on more booleans than are tried.
 */
export function settingsWhere(
  db: PolicyDb,
  every: readonly (readonly Branch[])[],
  filter: { readonly rules: readonly Branch[]; readonly admitting: readonly Branch[] } = {
    rules: [],
    admitting: [],
  },
): TruthTable | undefined {
  const over = [
    ...new Set(
      [...every.flat(), ...filter.rules].flatMap((branch) =>
        branch === 'always' ? [] : booleansOf(branch.conditional),
      ),
    ),
  ];
  if (over.length > MOST_BOOLEANS) return undefined;
  const allOff = db.booleans.defaults.slice();
  for (const id of over) allOff[id] = 0;
  let bits = 0n;
  let row = 0n;
  for (const on of everySetting(allOff, over)) {
    const applies = (b: Branch): boolean =>
      b === 'always' || conditionHolds(b.conditional, on) === b.branch;
    const holds =
      every.every((branches) => branches.some(applies)) &&
      (!filter.rules.some(applies) || filter.admitting.some(applies));
    if (holds) bits |= 1n << row;
    row++;
  }
  return { over, bits };
}

export function isAlways({ over, bits }: TruthTable): boolean {
  return bits === ones(over.length);
}

export function isNever({ bits }: TruthTable): boolean {
  return bits === 0n;
}

/**
 * The table as alternatives, none of which can be left out: for `a` or `b` two terms, {a: true} and {b: true}. After Minato and Morreale:
 * split by the last boolean, cover what only its one value needs, then the rest without it. The
 * shortest come first, then by name.
 */
export function coverOf(db: PolicyDb, { over, bits }: TruthTable): readonly BooleanTerm[] {
  return cover(bits, bits, over.length)
    .terms.map((term) =>
      term
        .map(([i, value]) => [db.booleans.names[over[i]!]!, value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    .sort((a, b) => a.length - b.length || (String(a) < String(b) ? -1 : 1))
    .map((term) => Object.fromEntries(term));
}

type Term = readonly (readonly [variable: number, value: boolean])[];

/** Terms that are true wherever `needed` is, and nowhere that `permitted` is not; and where they are true. */
function cover(
  needed: bigint,
  permitted: bigint,
  variables: number,
): { readonly terms: readonly Term[]; readonly where: bigint } {
  if (needed === 0n) return { terms: [], where: 0n };
  if (permitted === ones(variables)) return { terms: [[]], where: permitted };
  const variable = variables - 1;
  const half = BigInt(2 ** variable);
  const low = ones(variable);
  const [needed0, needed1] = [needed & low, needed >> half];
  const [permitted0, permitted1] = [permitted & low, permitted >> half];
  const off = cover(needed0 & ~permitted1, permitted0, variable);
  const on = cover(needed1 & ~permitted0, permitted1, variable);
  const rest = cover(
    (needed0 & ~off.where) | (needed1 & ~on.where),
    permitted0 & permitted1,
    variable,
  );
  return {
    terms: [
      ...rest.terms,
      ...on.terms.map((term): Term => [...term, [variable, true]]),
      ...off.terms.map((term): Term => [...term, [variable, false]]),
    ],
    where: off.where | rest.where | ((on.where | rest.where) << half),
  };
}

function ones(variables: number): bigint {
  return (1n << BigInt(2 ** variables)) - 1n;
}
