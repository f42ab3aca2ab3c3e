import type { Never, Residual } from '../description/index.ts';

/**
 * What the proof of one never can come to, over any mechanism. Never a boolean: `undecided` is nobody's yes. `holds-as-set`: other settings of
 * what an administrator decides would break it. `unmediated`: no rule opens it, and the kernel does not ask about something that it is about, so
 * nothing refuses it: an open way, never "holds". `accepted`: ways are open, and each of them is one that a residual of the description names.
 */
export type Outcome =
  | 'holds'
  | 'holds-as-set'
  | 'violated'
  | 'undecided'
  | 'unmediated'
  | 'accepted';

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  holds: 'holds',
  'holds-as-set': 'holds as set',
  violated: 'violated',
  undecided: 'undecided',
  unmediated: 'unmediated',
  accepted: 'accepted',
};

/** What stands behind a verdict, whatever it is. */
export interface Grounds {
  readonly never: Never;
  /** What the description accepts, where it touches this never. */
  readonly residuals: readonly Residual[];
  /** What the verdict presupposes and neither a policy nor a profile can show. */
  readonly assumes: readonly string[];
  readonly considered: readonly Consideration[];
}

/** Something that can change what is granted, how it was treated, and which way the treatment errs. */
export interface Consideration {
  readonly aspect: string;
  readonly how: string;
  readonly errs: 'neither way' | 'towards violated' | 'towards holds';
}

/** The kinds of nevers; with a number where there are several of a kind: `read-2`. Stable as long as their order is. */
export function neverIds(nevers: readonly Never[]): readonly string[] {
  const seen = new Map<string, number>();
  return nevers.map(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count === 1 ? kind : `${kind}-${count}`;
  });
}
