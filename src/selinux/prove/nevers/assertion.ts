import type { Never } from '../../../description/index.ts';
import { kernelCheck } from '../kernel/kernel-checks.ts';

/**
 * What a `neverallow` rule about the domain says: no rule, under any boolean, grants it one of these permissions. It knows no exception
 * under a tunable, no base, no second access that is needed for harm, and no labels of paths.
 */
export interface Assertion {
  /** Every type, or the domain itself alone. */
  readonly on: 'every type' | 'self';
  readonly classes: readonly string[];
  /** What is forbidden; `but` these, everything of the classes is. */
  readonly permissions: readonly string[] | { readonly but: readonly string[] };
}

/** A never as `neverallow` rules. */
export interface Asserted {
  /** Not empty. A rule grants something of these if and only if it violates the never, apart from what `rest` names. */
  readonly rules: readonly Assertion[];
  /** The part of the never that is left to the proof, to follow `not said here:`. */
  readonly rest?: string;
}

/** A never with the rules that say it. */
export interface AssertedNever extends Asserted {
  readonly never: Never;
}

/** All that lets a domain pass a check, on every type or, where the kernel asks it of itself alone, on itself. */
export function assertionOf(id: string): Assertion {
  const { classes, permissions, onSelf } = kernelCheck(id);
  return { on: onSelf ? 'self' : 'every type', classes, permissions };
}
