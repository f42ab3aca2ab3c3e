import type { Never } from '../../description/index.ts';

/**
 * What the proof of one never over a compiled profile came to. `unmediated`: no way was found that a rule opens, and the kernel that the profile was
 * compiled for does not ask about something that the never is about, so nothing refuses it: an open way, never "holds".
 */
export type ProfileOutcome = 'holds' | 'violated' | 'undecided' | 'unmediated';

export interface ProfileVerdict {
  readonly never: Never;
  readonly outcome: ProfileOutcome;
  /** Ways that are open, each a sentence with its witness. */
  readonly ways: readonly string[];
  /** What could not be said. */
  readonly reasons: readonly string[];
  /** What the kernel does not ask about. */
  readonly unmediated: readonly string[];
  /** What the verdict presupposes and no profile can show. */
  readonly assumes: readonly string[];
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
