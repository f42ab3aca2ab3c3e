import type { ClassId, PolicyDb, RuleId, TypeId } from '../../policydb/index.ts';

/** Rules that hold an `ioctl` to some commands, or `nlmsg` to some messages: where any of `rules` applies, one of `admitting` must. */
export interface Filter {
  readonly permission: 'ioctl' | 'nlmsg';
  /** Whether what is let through, ends included, holds what is an offence: asked to confirm. */
  lets(ranges: readonly (readonly [low: number, high: number])[]): boolean;
  readonly rules: readonly RuleId[];
  readonly admitting: readonly RuleId[];
}

/** A domain's rules on commands by class: `allowxperm`, and `auditallowxperm`, which lets nothing through. */
export interface CommandRules {
  readonly db: PolicyDb;
  readonly extended: ReadonlyMap<ClassId, readonly RuleId[]>;
}

/** A class with targets of it, of which a filter is asked for the first: rules on commands count per pair of types. */
export interface Filtered {
  readonly tclass: ClassId;
  readonly targets: readonly TypeId[];
}
