import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where everything that can be made again is kept: `$XDG_CACHE_HOME/confine`, else `~/.cache/confine`. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'confine');
}

/**
 * The directory `name` of the cache, filled by `fill` if it is not there. It appears whole or not at all: `fill` works in a
 * directory beside it that is renamed at the end, and of two processes that fill it at once the second takes the first's.
 */
export async function cached(
  name: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const final = join(cacheDirectory(), name);
  if (existsSync(final)) return final;
  const partial = `${final}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  mkdirSync(partial, { recursive: true });
  try {
    await fill(partial);
    try {
      mkdirSync(dirname(final), { recursive: true });
      renameSync(partial, final);
    } catch (error) {
      if (!existsSync(final)) throw error;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return final;
}

/** A short name for content: the first 16 hexadecimal digits of its SHA-256. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(String(part.length)).update('\0').update(part);
  }
  return hash.digest('hex').slice(0, 16);
}
