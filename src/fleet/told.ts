import type { LogTally } from './collector.ts';

/**
 * A log without what setroubleshoot tells, if it holds any denial: then the records that it was told of are mostly there too. Where there is
 * none, they are elsewhere (/var/log/messages, with auditd running), and the log says nothing of what was denied.
 */
export function withoutTold<
  Log extends Pick<LogTally, 'tallies' | 'unread'> & Partial<Pick<LogTally, 'others'>>,
>(log: Log): Log {
  if (log.tallies.length === 0 && (log.others ?? 0) === 0) return log;
  return { ...log, unread: log.unread.filter(({ kind }) => kind !== 'told') };
}
