import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { buildFixture } from '../support/fixtures.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutation.ts';

/**
 * `npm run fuzz:reader [-- --count 1000000 --seed 1]`: policies broken at random are read, each one refused with section and offset or read
 * and valid. Reports the first crash, reading that takes over a second of
 * processor time, or process over 1 GiB, with the seed that makes it again:
 * `npm run fuzz:reader -- --count 1 --seed N`. Ends with 1 if there was one.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      policy: { type: 'string', multiple: true },
    },
  });
  const first = Number(values.seed);
  const count = Number(values.count);
  const files = values.policy ?? (await Promise.all(SEEDS.map(buildFixture)));

  // What the worker is reading, and since when: it cannot report while it hangs.
  const progress = new Float64Array(new SharedArrayBuffer(16));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { files, first, count, progress },
  });
  const ended = new Promise<Outcome>((resolve) => {
    worker.on('message', (outcome: Outcome) => resolve(outcome));
    // Out of memory arrives here.
    worker.on('error', (error) => fail(files, progress[0]!, error.message));
  });
  const watch = setInterval(() => {
    const taken = Date.now() - progress[1]!;
    if (progress[1] !== 0 && taken > 10 * SLOWEST) fail(files, progress[0]!, 'does not end');
    if (process.memoryUsage.rss() > MOST_MEMORY) {
      fail(files, progress[0]!, `takes ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
    }
  }, 100);
  const { refused, read, slowest, found } = await ended;
  clearInterval(watch);
  if (found !== undefined) fail(files, found.seed, found.problem);
  process.stdout.write(
    `${count} mutated policies from seed ${first}: ${refused} refused, ${read} read and valid; slowest ${slowest.toFixed(0)} ms, ` +
      `memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`,
  );
}

/** One build per way that the format changed. */
const SEEDS = [
  { source: 'everything.cil', version: 34, mls: true, attributes: true },
  { source: 'everything.cil', version: 15, mls: false, attributes: true },
  { source: 'everything.cil', version: 19, mls: true, attributes: true },
  { source: 'everything.cil', version: 23, mls: true, attributes: true },
  { source: 'everything.cil', version: 26, mls: false, attributes: true },
  { source: 'everything.conf', version: 31, mls: true, attributes: true },
  { source: 'everything.conf', version: 33, mls: false, attributes: true },
] as const;

const SLOWEST = 1000;
const MOST_MEMORY = 2 ** 30;

interface Outcome {
  readonly refused: number;
  readonly read: number;
  readonly slowest: number;
  readonly found?: { readonly seed: number; readonly problem: string };
}

function fuzz(): void {
  const { files, first, count, progress } = workerData as {
    files: string[];
    first: number;
    count: number;
    progress: Float64Array;
  };
  const seeds = files.map((file) => readFileSync(file));
  const outcome = { refused: 0, read: 0, slowest: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const bytes = mutated(seeds, seed);
    progress[0] = seed;
    progress[1] = Date.now();
    const start = process.threadCpuUsage();
    try {
      outcome[attempt(bytes)]++;
    } catch (error) {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort!.postMessage({ ...outcome, found: { seed, problem } });
      return;
    }
    const { user, system } = process.threadCpuUsage(start);
    const taken = (user + system) / 1000;
    if (taken > outcome.slowest) outcome.slowest = taken;
    if (taken > SLOWEST) {
      parentPort!.postMessage({
        ...outcome,
        found: { seed, problem: `took ${taken.toFixed(0)} ms` },
      });
      return;
    }
  }
  progress[1] = 0;
  parentPort!.postMessage(outcome);
}

/** Keeps the bytes, says how to make them again, and ends the process: a worker that hangs ends with it. */
function fail(files: readonly string[], seed: number, problem: string): never {
  const kept = join(tmpdir(), `confine-fuzz-${seed}.policy`);
  writeFileSync(
    kept,
    mutated(
      files.map((file) => readFileSync(file)),
      seed,
    ),
  );
  process.stderr.write(`seed ${seed}: ${problem}\nkept as ${kept}\n`);
  process.stderr.write(`again: npm run fuzz:reader -- --count 1 --seed ${seed}\n`);
  process.exit(1);
}

if (isMainThread) await main();
else fuzz();
