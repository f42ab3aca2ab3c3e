import type { FileContexts } from '../../file-contexts/index.ts';
import type { PolicyDb } from '../../policydb/index.ts';

/** What a question is put to: a policy that a description's module is linked into, with all that is known beside it. */
export interface PolicySet {
  readonly db: PolicyDb;
  /** The policy without modules of others: only what it grants every domain is base. Without it the origin of such a rule is unknown. */
  readonly base?: PolicyDb | undefined;
  /** What is presupposed of `base`, where others than the distribution may have put modules into it: said by every never that rests on it. */
  readonly baseAssumes?: string | undefined;
  /** Absent where none are at hand: then no path has a known type. */
  readonly fileContexts?: FileContexts | undefined;
  /** What labels packets. Without it an exception for the resolver is taken at the description's word, which the verdict says. */
  readonly ruleset?: Ruleset | undefined;
  /** Of a policy that was put together from facts: why rules of the domain may be missing, one sentence each. A doubt about every never. */
  readonly doubts?: readonly string[] | undefined;
  /** Of the same: the directories below which all labels are known, `HOME` among them. Absent where they are known everywhere. */
  readonly labelled?: readonly string[] | undefined;
}

/** The text of an nftables ruleset, or of a script that holds one, and the name that people know it by. */
export interface Ruleset {
  readonly name: string;
  readonly text: string;
}
