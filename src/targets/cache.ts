import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { atExit } from './at-exit.ts';
import { ToolchainError } from './toolchain-error.ts';

/**
 * Where everything that can be made again is kept: `$XDG_CACHE_HOME/confine`, else `~/.cache/confine`. A relative XDG_CACHE_HOME counts as
 * none (the XDG Base Directory Specification), and without HOME it is the home of the account.
 */
export function cacheDirectory(): string {
  const chosen = process.env.XDG_CACHE_HOME;
  if (chosen !== undefined && isAbsolute(chosen)) return join(chosen, 'confine');
  const home = process.env.HOME && isAbsolute(process.env.HOME) ? process.env.HOME : accountHome();
  return join(home, '.cache/confine');
}

/** What the account database says; os.homedir would believe an empty HOME. */
function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    throw new ToolchainError('there is no place for the cache: HOME is not set', {
      hint: 'set XDG_CACHE_HOME to a directory that can be written',
    });
  }
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
  if (existsSync(final)) {
    markUsed(final);
    return final;
  }
  const partial = `${final}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  makeDirectory(partial);
  sweep(dirname(final));
  const forget = atExit(() => rmSync(partial, { recursive: true, force: true }));
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
    forget();
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

/** One thing in the cache: a directory that `cached` filled. */
export interface CacheEntry {
  /** Below the cache's directory: `debian-13/linked-default-…`. */
  readonly name: string;
  /** Taken of the disk. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

/** What is in the cache, the last used first. */
export function cacheEntries(): readonly CacheEntry[] {
  const root = cacheDirectory();
  const entries: CacheEntry[] = [];
  for (const kind of directoriesIn(root)) {
    sweep(join(root, kind));
    for (const each of directoriesIn(join(root, kind))) {
      const path = join(root, kind, each);
      if (PARTIAL.test(each)) continue;
      entries.push({
        name: relative(root, path),
        bytes: sizeOf(path),
        used: statSync(path).mtimeMs,
      });
    }
  }
  return entries.sort((a, b) => b.used - a.used);
}

export function removeEntry({ name }: CacheEntry): void {
  rmSync(join(cacheDirectory(), name), { recursive: true, force: true });
}

/**
 * Links of edited modules would gather for ever, 16 MB each: all but the `keep` of a release that were used last are removed, and none
 * that was used within the last hour, which another process may be reading.
 */
export function trimLinks(keep: number = KEPT_LINKS): void {
  const root = cacheDirectory();
  for (const release of directoriesIn(root)) {
    const links = directoriesIn(join(root, release))
      .filter((name) => name.startsWith('linked-') && !PARTIAL.test(name))
      .map((name) => join(root, release, name))
      .map((path) => ({ path, used: statSync(path).mtimeMs }))
      .sort((a, b) => b.used - a.used);
    for (const { path, used } of links.slice(keep)) {
      if (Date.now() - used > HOUR) rmSync(path, { recursive: true, force: true });
    }
  }
}

const KEPT_LINKS = 24;
const HOUR = 3_600_000;

/** `NAME.PID-8 hexadecimal digits.tmp` */
const PARTIAL = /\.(\d+)-[0-9a-f]{8}\.tmp$/;

/** Removes what a process left that is gone: killed, it could not. */
function sweep(directory: string): void {
  for (const name of directoriesIn(directory)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function directoriesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** A cache on a medium that cannot be written is still one that can be read. */
function markUsed(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {}
}

function makeDirectory(path: string): void {
  try {
    makeWithParents(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ToolchainError(
      `the cache \`${cacheDirectory()}\` cannot be written: ${WHY[code ?? ''] ?? code}`,
      { hint: 'set XDG_CACHE_HOME to a directory that can be written' },
    );
  }
}

/** One by one: below /proc, where none can be made, Node's own way goes round for ever. */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  makeWithParents(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'a directory above it is missing and cannot be made',
  ENOTDIR: 'a part of the path is not a directory',
};

function sizeOf(path: string): number {
  let sum = 0;
  for (const each of readdirSync(path, { withFileTypes: true, recursive: true })) {
    // What it takes of the disk: an image of a guest is mostly holes.
    if (each.isFile()) sum += statSync(join(each.parentPath, each.name)).blocks * 512;
  }
  return sum;
}
