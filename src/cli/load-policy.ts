import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PolicyDb, PolicyFormatError, readPolicy } from '../policydb/index.ts';
import type { Io } from './io.ts';

/** Where the kernel shows the policy that it runs; the default of `--policy`. */
export const RUNNING_POLICY = '/sys/fs/selinux/policy';

/** Reads a binary policy by its path as a person gave it. */
export function loadPolicy(io: Io, path: string): PolicyDb {
  const bytes = readFileSync(resolve(io.cwd, path));
  try {
    return readPolicy(bytes);
  } catch (error) {
    if (error instanceof PolicyFormatError) throw new UnreadablePolicy(path, error);
    throw error;
  }
}

/** The file is there and is not a policy that can be read. */
export class UnreadablePolicy extends Error {
  readonly path: string;
  readonly section: string;
  readonly offset: number;

  constructor(path: string, { section, offset, problem }: PolicyFormatError) {
    super(`cannot read \`${path}\`: ${section}, offset ${offset}: ${problem}`);
    this.name = 'UnreadablePolicy';
    this.path = path;
    this.section = section;
    this.offset = offset;
  }
}
