import { readFileSync, statSync } from 'node:fs';
import { UsageError } from './verb.ts';

/** The bytes of a file that people or their tools write; `named` as a person called it. Throws UsageError for a size that none has, before it is read. */
export function readWhole(path: string, named: string): Buffer {
  const problem = sizeProblem(path, MOST_BYTES, 'such file');
  if (problem !== undefined) throw new UsageError(`\`${named}\`: ${problem}`, 'name another file');
  return readFileSync(path);
}

/** Why a file is not to be read whole: a directory, or larger than any `what` is. */
export function sizeProblem(path: string, mostBytes: number, what: string): string | undefined {
  const stats = statSync(path);
  if (stats.isDirectory()) return 'it is a directory';
  return stats.size > mostBytes
    ? `it has ${Math.round(stats.size / 2 ** 20)} MiB, more than any ${what}`
    : undefined;
}

const MOST_BYTES = 128 * 2 ** 20;
