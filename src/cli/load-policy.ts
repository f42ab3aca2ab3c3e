import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PolicyDb, PolicyFormatError, readPolicy } from '../policydb/index.ts';
import { readingNotes } from '../query/index.ts';
import { printable } from '../text/index.ts';
import type { Io } from './io.ts';

/** Where the kernel shows the policy that it runs; the default of `--policy`. */
export const RUNNING_POLICY = '/sys/fs/selinux/policy';

/** Reads a binary policy by its path as a person gave it, and says what was read over. */
export function loadPolicy(io: Io, path: string): PolicyDb {
  const db = readPolicyFile(io, path);
  for (const note of readingNotes(db)) {
    io.err(`${io.errStyle.warn('note:')} \`${printable(path)}\`: ${note}\n`);
  }
  return db;
}

/** The same for a verb whose result has those notes. */
export function readPolicyFile(io: Io, path: string): PolicyDb {
  const file = resolve(io.cwd, path);
  const stats = statSync(file);
  if (stats.isDirectory()) throw new UnreadablePolicy(path, 'it is a directory');
  if (stats.size > MOST_BYTES) {
    const size = `${Math.round(stats.size / 2 ** 20)} MiB`;
    throw new UnreadablePolicy(path, `it has ${size}, more than any policy`);
  }
  const bytes = readFileSync(file);
  try {
    return readPolicy(bytes);
  } catch (error) {
    if (!(error instanceof PolicyFormatError)) throw error;
    const { section, offset, problem } = error;
    throw new UnreadablePolicy(path, `${section}, offset ${offset}: ${problem}`);
  }
}

/** The largest real policies have 15 MiB. */
const MOST_BYTES = 256 * 2 ** 20;

/** The file is there and is not a policy that can be read. */
export class UnreadablePolicy extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`cannot read \`${path}\`: ${problem}`);
    this.name = 'UnreadablePolicy';
    this.path = path;
  }
}
