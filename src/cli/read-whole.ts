import { readFileSync, statSync } from 'node:fs';
import { UsageError } from './verb.ts';

/** The bytes of a file that people or their tools write; `named` as a person called it. Throws UsageError for a size that none has, before it is read. */
export function readWhole(path: string, named: string): Buffer {
  const stats = statSync(path);
  if (stats.isDirectory()) throw new UsageError(`\`${named}\` is a directory`, 'name a file');
  if (stats.size > MOST_BYTES) {
    const size = `${Math.round(stats.size / 2 ** 20)} MiB`;
    throw new UsageError(`\`${named}\` has ${size}, more than any such file`, 'name another file');
  }
  return readFileSync(path);
}

const MOST_BYTES = 128 * 2 ** 20;
