import type { LogTally } from './collector.ts';

/** What a log says, if all of it came so many times. */
export function times(log: LogTally, n: number): LogTally {
  const each = <Counted extends { readonly count: number }>(list: readonly Counted[]): Counted[] =>
    list.map((one) => ({ ...one, count: one.count * n }));
  return {
    ...log,
    tallies: each(log.tallies).map((tally) => ({
      ...tally,
      permissive: tally.permissive * n,
      refused: tally.refused * n,
    })),
    apparmor: each(log.apparmor).map((tally) => ({
      ...tally,
      allowed: tally.allowed * n,
      refused: tally.refused * n,
    })),
    refusals: each(log.refusals),
    strays: each(log.strays),
    unread: each(log.unread),
    others: log.others * n,
    overflow: log.overflow * n,
  };
}
