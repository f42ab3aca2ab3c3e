/**
 * How a never stands on one policy. `beyond the base`: what the base gives every domain is left out. `accepted`: over AppArmor, what is open is what a residual
 * names.
 */
export type StandingWord =
  | 'held'
  | 'beyond the base'
  | 'as set'
  | 'accepted'
  | 'open'
  | 'not judged';

/** One cell of nevers × targets. */
export interface Standing {
  /** The title of the target. */
  readonly target: string;
  readonly standing: StandingWord;
  readonly says: string;
  /** What it presupposes and no policy can show. */
  readonly assumes: readonly string[];
}

/** A policy that the module was linked into, with how every never stands there. */
export interface TargetColumn {
  readonly id: string;
  readonly title: string;
  /** What it is, where it is not the distribution's own policy: put together from facts, of that day. */
  readonly note?: string;
  /** The command that proves it again. */
  readonly command: string;
  readonly nevers: readonly (Standing & { readonly kind: string })[];
}
