import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PolicyDb, PolicyFormatError, readPolicy } from '../selinux/policydb/index.ts';
import { readingNotes } from '../selinux/query/index.ts';
import { printable } from '../text/index.ts';
import type { Io } from './io.ts';
import { sizeProblem } from './read-whole.ts';
import { UsageError } from './verb.ts';

/** Where the kernel shows the policy that it runs; the default of `--policy`. */
export const RUNNING_POLICY = '/sys/fs/selinux/policy';

/** What `--policy` takes in every question. */
export const POLICY_HELP = 'the binary policy, or a target’s (debian-13)';

/**
 * The file of a policy as a person names it: a path, or a target (`debian-13`, `host`), whose own policy is linked if it is not at hand. A
 * file of that name comes first.
 */
export async function policyFile(io: Io, named: string): Promise<string> {
  if (existsSync(resolve(io.cwd, named))) return named;
  // A question about a file should not wait for what fetches and links policies.
  const [{ POLICY_TARGETS }, { targetNames }] = await Promise.all([
    import('../targets/index.ts'),
    import('./targets.ts'),
  ]);
  const target = POLICY_TARGETS.find(({ id }) => id === named);
  if (target === undefined) {
    if (named !== RUNNING_POLICY && /[/.]/.test(named)) return named;
    if (named !== RUNNING_POLICY) {
      throw new UsageError(
        `there is no file and no target \`${named}\``,
        `--policy takes a binary policy, or ${targetNames()}`,
      );
    }
    throw new UsageError(
      'this machine runs no SELinux policy that could be asked',
      `name one: --policy FILE, or --policy ${targetNames()}`,
    );
  }
  const obstacle = target.obstacle();
  if (obstacle !== undefined) throw obstacle;
  return (await (await target.open()).base([])).policy;
}

/** Reads the policy that a person names, by its path or as a target. */
export async function namedPolicy(io: Io, named: string): Promise<PolicyDb> {
  return loadPolicy(io, await policyFile(io, named));
}

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
  const oversized = sizeProblem(file, MOST_BYTES, 'policy');
  if (oversized !== undefined) throw new UnreadablePolicy(path, oversized);
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
