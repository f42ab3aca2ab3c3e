import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { profileNames } from '../../apparmor/profile/index.ts';
import type { Confinement } from '../../description/index.ts';
import { Collector, type LogTally } from '../../fleet/index.ts';
import type { Io } from '../io.ts';
import { collectLog } from '../load-denials.ts';
import { UsageError } from '../verb.ts';

/** What all logs, tallies and sources say together that concerns a description. */
export async function collectAll(
  io: Io,
  { logs, from }: { readonly logs: readonly string[]; readonly from: readonly string[] },
  confinement: Confinement,
): Promise<LogTally> {
  const collector = new Collector({
    ...confinement,
    ...(confinement.mechanisms.includes('apparmor') && { profiles: profileNames(confinement) }),
  });
  for (const log of logs) {
    if (await isTallyFile(io, log)) collector.merge(await tallyFor(io, log, confinement));
    else await collectLog(io, log, collector);
  }
  const { executables } = confinement.program;
  for (const source of from) {
    if (/^clickhouses?:/.test(source)) {
      const { collectClickHouse } = await import('./clickhouse.ts');
      await collectClickHouse(io, source, executables, collector);
    } else {
      const { collectFiles } = await import('./sources.ts');
      await collectFiles(io, source, executables, collector);
    }
  }
  return collector.all();
}

/** A tally of this description's domain. Throws SourceError, and UsageError for another domain's. */
export async function tallyFor(io: Io, file: string, confinement: Confinement): Promise<LogTally> {
  const { readTally } = await import('./tally-file.ts');
  const tally = await readTally(io, file);
  if (tally.domain !== confinement.domain) {
    throw new UsageError(
      `\`${file}\` is a tally of \`${tally.domain}\`, and the description is of \`${confinement.domain}\``,
      'name the profile that it was made for before it',
    );
  }
  return tally;
}

async function isTallyFile(io: Io, log: string): Promise<boolean> {
  if (log === '-' || !statSync(resolve(io.cwd, log)).isFile()) return false;
  const { isTally } = await import('./tally-file.ts');
  return isTally(io, log);
}
