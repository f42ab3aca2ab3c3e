import type { Grounds as CommonGrounds } from '../../../verdict/index.ts';
import type { Rule } from '../../query/index.ts';

/** What the proof of one never came to. Never a boolean: `undecided` is nobody's yes. */
export type Verdict = Holds | HoldsAsSet | Violated | Undecided;

export type Outcome = Verdict['outcome'];

/** No setting of the booleans breaks it. Where `base` is not empty, it holds beyond what the policy's base grants every domain. */
export interface Holds extends Grounds {
  readonly outcome: 'holds';
}

/** It holds as the booleans are set in the policy; each of `breaks` is a way in which other settings break it. */
export interface HoldsAsSet extends Grounds {
  readonly outcome: 'holds-as-set';
  readonly breaks: readonly Witness[];
}

export interface Violated extends Grounds {
  readonly outcome: 'violated';
  /** Ways that are open as the booleans are set. Empty only where the domain is permissive: then everything is. */
  readonly witnesses: readonly Witness[];
  /** Further ways, that other settings open. */
  readonly breaks: readonly Witness[];
  /** Set where the domain is permissive, which is a violation by itself: the verdict once it is enforced. */
  readonly enforced: Verdict | undefined;
}

export interface Undecided extends Grounds {
  readonly outcome: 'undecided';
  readonly reasons: readonly string[];
  /** Settings that break it whatever the answer to the reasons is. */
  readonly breaks: readonly Witness[];
}

/** What stands behind a verdict, whatever it is. */
export interface Grounds extends CommonGrounds {
  /** What was asked of the policy and what came back, in one sentence. */
  readonly evidence: string;
  /** Ids of the kernel checks that the answer rests on. */
  readonly checks: readonly string[];
  /** Accesses against the never that the policy's base grants every domain: no module can take them back. */
  readonly base: readonly BaseGrant[];
  /** Accesses that the description excepts, and accesses that need a descriptor handed down by another process. */
  readonly notes: readonly string[];
  /** Ways that were found and are not listed, beyond the first `MOST_WITNESSES`. */
  readonly more: number;
}

/** One way of doing what must never be done: rules that grant it together, and a setting under which they all apply. */
export interface Witness {
  /** `connect a TCP socket: tcp_socket name_connect on http_port_t`. */
  readonly what: string;
  /** At least one. Each was found by the domain's own rules and confirmed by the access vector of its source, target and class. */
  readonly rules: readonly Rule[];
  /** Of each rule the permissions that this way takes: a rule of the binary may hold those of several authors. */
  readonly takes: readonly (readonly string[])[];
  /** Booleans that must differ from the policy's own setting. Empty: it is open as set. */
  readonly settings: readonly BooleanChange[];
  /** The kernel checks that these accesses pass. */
  readonly checks: readonly string[];
}

export interface BooleanChange {
  readonly boolean: string;
  readonly value: boolean;
}

export interface BaseGrant {
  readonly what: string;
  /** The attribute by which every domain has it. */
  readonly attribute: string;
  readonly rule: Rule;
}

/** A verdict lists this many ways at most. */
export const MOST_WITNESSES = 24;
