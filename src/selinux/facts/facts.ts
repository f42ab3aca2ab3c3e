/**
 * What is known of a distribution's policy without having it: names, what its interfaces grant, what its base attributes bring, and its labels.
 * Facts of a policy of one day, not the policy.
 */
export interface PolicyFacts {
  /** The day of the source that they were taken from, as `2024-10-24`. */
  readonly date: string;
  /** Interface or template -> the highest parameter that it uses. */
  readonly interfaces: ReadonlyMap<string, number>;
  /** Macro of permissions (`read_files_pattern`) -> how many arguments it takes; the last of a file transition, the name, may be left out. */
  readonly patterns: ReadonlyMap<string, number>;
  /** The policy's modules, by name. */
  readonly modules: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  /** Class -> its permissions, the inherited ones included. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Boolean -> its default. */
  readonly booleans: ReadonlyMap<string, boolean>;
  readonly capabilities: readonly string[];
  /** Attribute -> its types; of the attributes that the rules below name. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Rules whose source is an attribute that a domain joins. */
  readonly base: readonly KnownRule[];
  /**
   * Interface -> what it gives in the linked policy, where that is known. The types that are passed are `arg1`, `arg2` …; an
   * interface that is not here may give anything.
   */
  readonly given: ReadonlyMap<string, readonly Given[]>;
  readonly labels: readonly KnownLabel[];
  /** The directories below which `labels` has all; `HOME` is every home directory. */
  readonly labelled: readonly string[];
  /** Ports of the types that are asked for; of a type that is not here no port is known. */
  readonly ports: readonly KnownPort[];
}

/** One row of what an interface gives. */
export type Given = KnownRule | KnownTransition | KnownMembership;

export interface KnownRule {
  readonly kind: 'allow' | 'dontaudit';
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly condition: Condition | undefined;
}

export interface KnownTransition {
  readonly kind: 'type_transition';
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly result: string;
}

export interface KnownMembership {
  readonly kind: 'attribute';
  readonly type: string;
  readonly attribute: string;
}

/** It applies while the boolean has this value. */
export interface Condition {
  readonly boolean: string;
  readonly value: boolean;
}

/** Ports `low` to `high` have the type. */
export interface KnownPort {
  readonly type: string;
  readonly protocol: string;
  readonly low: number;
  readonly high: number;
}

/** An entry as in file_contexts, with `HOME_DIR` and `HOME_ROOT` as in its templates. */
export interface KnownLabel {
  readonly pattern: string;
  /** `--`, `-d` … as in file_contexts; empty for every kind. */
  readonly kind: string;
  /** Undefined for `<<none>>`. */
  readonly type: string | undefined;
}
