import {
  attributesOf,
  type BooleanId,
  type ClassId,
  type ConditionalId,
  NONE,
  type PolicyDb,
  type TypeId,
} from '../../policydb/index.ts';
import { QueryError } from '../query-error.ts';
import { conditionalText } from '../rules/conditional.ts';

/** One numbering for the names of two policies, so that their tables can be compared by numbers. */
export interface SharedNames {
  /** Every type and attribute of either policy. */
  readonly types: SharedTable<TypeId>;
  readonly classes: SharedClasses;
  readonly booleans: SharedTable<BooleanId>;
  readonly conditions: SharedConditions;
  /** Shared type -> how the policies know it; attributes have `SAME`. */
  readonly changed: Uint8Array;
}

/** How two policies know a type. */
export const SAME = 0;
/** Only one of them has it (as a type). */
export const ALONE = 1;
/** Both have it, and with other attributes. */
export const REGROUPED = 2;

/** Shared number -> name and each policy's own id (NONE where it has none), and each policy's id -> shared number. */
export interface SharedTable<T extends number> {
  readonly names: readonly string[];
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly fromLeft: Int32Array;
  readonly fromRight: Int32Array;
  /** For the compiler: what the ids are. */
  readonly of?: T;
}

export interface SharedClasses extends SharedTable<ClassId> {
  /** Shared class -> shared bit -> permission: the left policy's, then those that only the right one has. */
  readonly permissions: readonly (readonly string[])[];
  /** The right policy's ClassId -> its bit -> shared bit; undefined where they are the same (the left policy's always are). */
  readonly bits: readonly (readonly number[] | undefined)[];
}

/**
 * Where a rule stands: 0 is always, then a number for each expression and branch. Expressions are the same if they are written
 * the same.
 */
export interface SharedConditions {
  /** Number -> the expression and branch; undefined for 0. */
  readonly when: readonly (ConditionBranch | undefined)[];
  /** ConditionalId * 2 + branch -> number. */
  readonly fromLeft: Int32Array;
  readonly fromRight: Int32Array;
}

export interface ConditionBranch {
  readonly expression: string;
  readonly branch: boolean;
  /** The conditional in each policy that has it. */
  readonly left: ConditionalId | undefined;
  readonly right: ConditionalId | undefined;
}

export function sharedNames(left: PolicyDb, right: PolicyDb): SharedNames {
  const types = sharedTable<TypeId>(left.types.names, right.types.names);
  return {
    types,
    classes: sharedClasses(left, right),
    booleans: sharedTable<BooleanId>(left.booleans.names, right.booleans.names),
    conditions: sharedConditions(left, right),
    changed: changedTypes(left, right, types),
  };
}

function sharedTable<T extends number>(
  left: readonly string[],
  right: readonly string[],
): SharedTable<T> {
  const names = [...left];
  const ids = new Map<string, number>();
  for (let id = 0; id < left.length; id++) ids.set(left[id]!, id);
  const fromLeft = Int32Array.from(left, (_, id) => id);
  const fromRight = Int32Array.from(right, (name) => {
    let id = ids.get(name);
    if (id === undefined) {
      id = names.push(name) - 1;
      ids.set(name, id);
    }
    return id;
  });
  return {
    names,
    left: inverse(fromLeft, names.length),
    right: inverse(fromRight, names.length),
    fromLeft,
    fromRight,
  };
}

function sharedClasses(left: PolicyDb, right: PolicyDb): SharedClasses {
  const table = sharedTable<ClassId>(left.classes.names, right.classes.names);
  const permissions = table.names.map((_, shared) => [
    ...(left.classes.permissions[table.left[shared]!] ?? []),
  ]);
  const bits = right.classes.permissions.map((names, id) => {
    const shared = table.fromRight[id]!;
    const all = permissions[shared]!;
    const map = names.map((name) => {
      const bit = all.indexOf(name);
      return bit >= 0 ? bit : all.push(name) - 1;
    });
    if (all.length > 32) {
      throw new QueryError(
        `the two policies together have ${all.length} permissions of class \`${table.names[shared]}\`; at most 32 can be compared`,
      );
    }
    return map.every((bit, own) => bit === own) ? undefined : map;
  });
  return { ...table, permissions, bits };
}

/** A mask of the right policy's permissions as shared bits. */
export function sharedMask(mask: number, bits: readonly number[] | undefined): number {
  if (bits === undefined) return mask;
  let shared = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    shared |= 1 << bits[31 - Math.clz32(rest & -rest)]!;
  }
  return shared >>> 0;
}

function inverse(from: Int32Array, length: number): Int32Array {
  const ids = new Int32Array(length).fill(NONE);
  from.forEach((shared, id) => {
    ids[shared] = id;
  });
  return ids;
}

function sharedConditions(left: PolicyDb, right: PolicyDb): SharedConditions {
  const when: ({ -readonly [K in keyof ConditionBranch]: ConditionBranch[K] } | undefined)[] = [
    undefined,
  ];
  const numbers = new Map<string, number>();
  const add = (db: PolicyDb, side: 'left' | 'right'): Int32Array => {
    const from = new Int32Array(db.conditionals.length * 2);
    db.conditionals.forEach((conditional, id) => {
      const expression = conditionalText(db, conditional);
      for (const branch of [0, 1]) {
        const key = `${branch} ${expression}`;
        let number = numbers.get(key);
        if (number === undefined) {
          number =
            when.push({ expression, branch: branch === 1, left: undefined, right: undefined }) - 1;
          numbers.set(key, number);
        }
        when[number]![side] = id as ConditionalId;
        from[id * 2 + branch] = number;
      }
    });
    return from;
  };
  return { fromLeft: add(left, 'left'), fromRight: add(right, 'right'), when };
}

function changedTypes(left: PolicyDb, right: PolicyDb, types: SharedTable<TypeId>): Uint8Array {
  const changed = new Uint8Array(types.names.length);
  const seen = new Int32Array(types.names.length).fill(NONE);
  for (let shared = 0; shared < changed.length; shared++) {
    const [a, b] = [types.left[shared]! as TypeId, types.right[shared]! as TypeId];
    const isLeft = a !== NONE && !left.types.attributes.has(a);
    const isRight = b !== NONE && !right.types.attributes.has(b);
    if (!isLeft && !isRight) continue;
    changed[shared] = isLeft && isRight ? REGROUPED : ALONE;
    if (!isLeft || !isRight) continue;
    const ours = attributesOf(left.types, a);
    const theirs = attributesOf(right.types, b);
    if (ours.length !== theirs.length) continue;
    for (const attribute of ours) seen[types.fromLeft[attribute]!] = shared;
    let same = true;
    for (const attribute of theirs) same &&= seen[types.fromRight[attribute]!] === shared;
    if (same) changed[shared] = SAME;
  }
  return changed;
}
