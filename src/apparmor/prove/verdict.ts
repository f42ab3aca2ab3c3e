import type { Grounds, Outcome } from '../../verdict/index.ts';

/** What the proof of one never over a compiled profile came to. Nothing of it changes while it runs, so it never holds "as set". */
export type ProfileOutcome = Exclude<Outcome, 'holds-as-set'>;

export interface ProfileVerdict extends Grounds {
  readonly outcome: ProfileOutcome;
  /** Ways that are open, each a sentence with its witness. */
  readonly ways: readonly string[];
  /** What could not be said. */
  readonly reasons: readonly string[];
  /** What the kernel does not ask about. */
  readonly unmediated: readonly string[];
  /** The profiles that the program can come to run in, the first its own. */
  readonly profiles: readonly string[];
}

/** What the parts of a proof found. */
export interface Finding {
  readonly ways: string[];
  readonly reasons: string[];
  readonly unmediated: string[];
  readonly assumes: string[];
}

export function emptyFinding(): Finding {
  return { ways: [], reasons: [], unmediated: [], assumes: [] };
}

/** An open way is one whatever else is not known; what is not known comes before what is not asked. */
export function outcomeOf({ ways, reasons, unmediated }: Finding): ProfileOutcome {
  if (ways.length > 0) return 'violated';
  if (reasons.length > 0) return 'undecided';
  return unmediated.length > 0 ? 'unmediated' : 'holds';
}
