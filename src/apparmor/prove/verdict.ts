import type { NotAsked, Residual } from '../../description/index.ts';
import type { Grounds, Outcome } from '../../verdict/index.ts';

/** What the proof of one never over a compiled profile came to. Nothing of it changes while it runs, so it never holds "as set". */
export type ProfileOutcome = Exclude<Outcome, 'holds-as-set'>;

export interface ProfileVerdict extends Grounds {
  readonly outcome: ProfileOutcome;
  /** Ways that are open, each a sentence with its witness. */
  readonly ways: readonly string[];
  /** What could not be said. */
  readonly reasons: readonly string[];
  /** What the kernel does not ask about, and no residual accepts. */
  readonly unmediated: readonly string[];
  /** Ways, and what is not asked, that a residual names. */
  readonly accepted: readonly Accepted[];
  /** The profiles that the program can come to run in, the first its own. */
  readonly profiles: readonly string[];
}

export interface Accepted {
  /** The way, as a sentence. */
  readonly says: string;
  /** The residual that accepts it. */
  readonly residual: string;
}

/** An open way: its sentence, and what a residual can name it by where there is such a thing. */
export interface Way {
  readonly says: string;
  /** Everything that is granted of what the never is about: a residual that names less of it does not accept it. */
  readonly socket?: { readonly kind: string; readonly access: readonly string[] };
  readonly notAsked?: NotAsked;
}

/** What the parts of a proof found. */
export interface Finding {
  readonly ways: (string | Way)[];
  /** What could not be said; a way that may be one is accepted as one is. */
  readonly reasons: (string | Way)[];
  readonly unmediated: (string | Way)[];
  readonly assumes: string[];
}

export function emptyFinding(): Finding {
  return { ways: [], reasons: [], unmediated: [], assumes: [] };
}

/** An open way is one whatever else is not known; what is not known comes before what is not asked, and that before what is accepted. */
export function outcomeOf({
  ways,
  reasons,
  unmediated,
  accepted,
}: Pick<ProfileVerdict, 'ways' | 'reasons' | 'unmediated' | 'accepted'>): ProfileOutcome {
  if (ways.length > 0) return 'violated';
  if (reasons.length > 0) return 'undecided';
  if (unmediated.length > 0) return 'unmediated';
  return accepted.length > 0 ? 'accepted' : 'holds';
}

export function sentenceOf(way: string | Way): string {
  return typeof way === 'string' ? way : way.says;
}

/** The same way in other words. */
export function saying(way: string | Way, words: (says: string) => string): string | Way {
  return typeof way === 'string' ? words(way) : { ...way, says: words(way.says) };
}

/** The residual that names a way in whole; none accepts what only has a sentence. */
export function acceptedBy(
  way: string | Way,
  kind: string,
  residuals: readonly Residual[],
): string | undefined {
  if (typeof way === 'string') return undefined;
  const { socket, notAsked } = way;
  return residuals.find(({ accepts = [] }) =>
    accepts.some((one) => {
      if (one.never !== kind) return false;
      if ('notAsked' in one) return notAsked === one.notAsked;
      return (
        socket !== undefined &&
        one.sockets.includes(socket.kind) &&
        socket.access.length > 0 &&
        socket.access.every((access) => (one.access as readonly string[]).includes(access))
      );
    }),
  )?.id;
}
