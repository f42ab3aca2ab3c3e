import type { writeAuditLog } from './audit-log.ts';

/** One question, put to us and to the field's tool on the same policy. */
export interface Case {
  readonly title: string;
  /** Words after `confine`. */
  readonly ours: readonly string[];
  /** A tool of Debian 13's setools and its words; absent where no peer answers the question. */
  readonly peer?: readonly string[];
  /** An audit log whose path ends both command lines: of how many records, asking for what. */
  readonly log?: { readonly records: number; readonly asked?: Parameters<typeof writeAuditLog>[2] };
  readonly goal: Goal;
  /** How both end when they have answered; 0 unless the answer is a no. A process that ends otherwise has measured nothing. */
  readonly exit?: { readonly ours: number; readonly peer: number };
  /** The peer takes minutes, and is run once. */
  readonly slow?: true;
}

/** Where there is a peer, shares of what it takes; else seconds and megabytes. */
export interface Goal {
  readonly time: number;
  readonly memory?: number;
}
