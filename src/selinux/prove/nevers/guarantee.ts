import type { Never, NeverKind } from '../../../description/index.ts';
import type { Considering } from '../inquiry/considerations.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import type { Asserted } from './assertion.ts';

/** All that this room knows of one kind of never. What a person can say of it is in `confinement`; docs/guarantees has its page. */
export interface Guarantee<K extends NeverKind> {
  /** What it asks of the policy, to follow `no rule lets it`: with what it excepts, since that was not asked. */
  question(never: Extract<Never, { kind: K }>): string;
  /** Ids of residuals that concern it. One that no kind names is listed with every verdict. */
  readonly residuals?: readonly string[];
  /** What it takes into account in another way than others, or besides. */
  readonly considers?: readonly Considering[];
  /** It says itself how the domain acts as another one. Every other kind presupposes that it does not. */
  readonly aboutLeaving?: true;
  /** The same of attaching to processes of others. */
  readonly aboutAttaching?: true;
  /** It asks the whole policy, not the domain's own rules: a rule on anything may change its answer, and it finds each way whole. */
  readonly asksAll?: true;
  /**
   * The same as `neverallow` rules, for a build that checks them. Absent where they would say less than the proof asks, or refuse what it
   * accepts (what the base grants every domain, what stands under a tunable).
   */
  asserted?(never: Extract<Never, { kind: K }>): Asserted | undefined;
  /** Forbids what it is about. When in doubt, a doubt. */
  prove(inquiry: Inquiry, never: Extract<Never, { kind: K }>): void;
}
