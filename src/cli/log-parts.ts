import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Collector, Described } from '../fleet/index.ts';
import { type Part, partsAt, type ReadPart } from './log-part.ts';

/**
 * Reads a large file with a thread for each core, and says how many events it held. Undefined where it did not pay, or where the parts do not
 * fit: an event may lie in two of them. Then nothing was collected, and the file has to be read from its beginning to its end.
 */
export async function readInParts(
  path: string,
  size: number,
  collector: Collector,
): Promise<number | undefined> {
  const count = Math.min(availableParallelism(), MOST_PARTS, Math.floor(size / LEAST_PART));
  if (count < 2) return undefined;
  const places = Array.from({ length: count }, (_, i) => Math.floor((size / count) * i));
  const parts = partsAt(path, size, places, OVERLAP);
  return merged(
    await Promise.all(parts.map((part) => inThread(path, part, collector.described))),
    collector,
  );
}

/** Puts together what was found in the parts of a file, in its order, if they fit; says how many events it held. */
export function merged(parts: readonly ReadPart[], collector: Collector): number | undefined {
  const fit = parts.every(
    ({ before, found }, i) =>
      // A part that could not keep everything apart may have dropped what another one kept.
      found.overflow === 0 && (i === 0 || before === parts[i - 1]!.after),
  );
  if (!fit) return undefined;
  for (const { found } of parts) collector.merge(found);
  return parts.reduce((sum, { events }) => sum + events, 0);
}

/** A thread starts in a tenth of a second, in which another one reads ten megabytes. */
const LEAST_PART = 32 << 20;
const MOST_PARTS = 8;
/** Holds more than the events that can be open at once, by their number (4,096) or by two seconds, of logs as they are. */
const OVERLAP = 8 << 20;

async function inThread(
  path: string,
  part: Part,
  described: Described | undefined,
): Promise<ReadPart> {
  const file = new URL(`./log-part-worker${extname(import.meta.url)}`, import.meta.url);
  // Of a frozen description what a thread can be sent.
  const told = described && {
    name: described.name,
    domain: described.domain,
    program: described.program,
    ...(described.profiles !== undefined && { profiles: described.profiles }),
  };
  const worker = new Worker(file, {
    workerData: { path, part, described: told },
    // Events live for two seconds of the log: with room for them, the collector of garbage has little to do.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  });
  const [found] = (await once(worker, 'message')) as [ReadPart];
  return found;
}
