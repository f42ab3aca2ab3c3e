import { cannotJudge, mustDecide, type Reviewed } from '../review/index.ts';
import type { LogTally } from './collector.ts';

/** Whether a domain can be enforced: no request that the description must decide about, on enough machines for long enough. */
export interface Readiness {
  readonly answer: 'ready' | 'not ready' | 'undecided';
  /** Why it is not ready, or cannot be said. */
  readonly reasons: readonly string[];
  /** The days before the newest record: seconds since 1970; zeros where no record has a time. */
  readonly window: { readonly from: number; readonly to: number };
  /** Machines whose records reach over the window. */
  readonly hosts: number;
  /** Requests in the window that the description must decide about. */
  readonly open: readonly Reviewed[];
}

/**
 * A machine counts if its records reach back to the window's start, and it was heard of in the window's last day. Records that name none are
 * of one machine at least. An open request says no, whatever else is missing; what was not read could be one.
 */
export function readiness(
  log: LogTally,
  reviewed: readonly Reviewed[],
  wanted: { readonly hosts: number; readonly days: number },
): Readiness {
  const timed = log.hosts.filter(({ last }) => last > 0);
  const to = timed.reduce((latest, { last }) => Math.max(latest, last), 0);
  const from = to === 0 ? 0 : Math.max(0, to - wanted.days * DAY);
  const whole = timed.filter(({ first, last }) => first > 0 && first <= from && last >= to - DAY);
  const named = whole.filter(({ host }) => host !== '').length;
  const hosts = named > 0 ? named : whole.length;
  const isInside = ({ tally }: Reviewed): boolean => tally.last === 0 || tally.last >= from;
  const inside = reviewed.filter(isInside);
  const open = inside.filter(mustDecide);
  const missing = missingFrom(log, inside.filter(cannotJudge).length);
  if (hosts < wanted.hosts) {
    const of = timed.length === hosts ? '' : `, of ${timed.length} that sent any`;
    missing.push(
      `records of ${wanted.days} ${wanted.days === 1 ? 'day' : 'days'} from ${hosts} of ${wanted.hosts} ${wanted.hosts === 1 ? 'host' : 'hosts'}${of}`,
    );
  }
  const window = { from, to };
  if (open.length > 0) {
    const reasons = [`the description must decide about ${open.length} of ${inside.length}`];
    return { answer: 'not ready', reasons: [...reasons, ...missing], window, hosts, open };
  }
  const answer = missing.length === 0 ? 'ready' : 'undecided';
  return { answer, reasons: missing, window, hosts, open };
}

const DAY = 86_400;

function missingFrom({ unread, overflow, refusals, strays }: LogTally, unknown: number): string[] {
  return [
    ...unread.map(({ kind, count }) => UNREAD[kind](count)),
    ...(overflow > 0 ? [`${overflow} too many to keep apart`] : []),
    ...(unknown > 0 ? [`requests that cannot be judged: ${unknown}`] : []),
    ...(refusals.length > 0 ? [`refusals without a denial: ${refusals.length}`] : []),
    ...(strays.length > 0 ? ['the program also ran outside its domain'] : []),
  ];
}

const UNREAD = {
  denial: (count: number): string => `lines of denials that were not read: ${count}`,
  apparmor: (count: number): string => `lines of AppArmor that were not read: ${count}`,
  loss: (): string => 'records were lost',
  nameless: (count: number): string => `refusals that do not say whose they were: ${count}`,
  told: (count: number): string => `denials that only setroubleshoot tells of: ${count}`,
} as const;
