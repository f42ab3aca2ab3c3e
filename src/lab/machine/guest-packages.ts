import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealProgram } from '../../description/index.ts';
import { cached, digest, downloadPackages, run } from '../../targets/index.ts';
import type { PackageFile } from '../run-packages.ts';
import type { Image } from './image.ts';

/** The packages of the distribution that a suite's program needs and the guest's image lacks. A guest has no network: the host fetches them. */
export async function packagesOf(
  image: Image,
  program: RealProgram,
): Promise<readonly PackageFile[]> {
  if (program.from !== 'distribution') return [];
  return guestPackages(image, [program.package, ...(program.besides ?? [])]);
}

/**
 * These packages of Debian 13, and what they depend on beyond what the image has, from the cache; the first time with the system's own apt.
 * Throws ToolchainError where there is no such package, or no mirror.
 */
export async function guestPackages(
  image: Image,
  names: readonly string[],
): Promise<readonly PackageFile[]> {
  const installed = readFileSync(image.packages, 'utf8');
  const has = new Set(installed.split('\n').map((line) => line.replace(/[:\t].*/, '')));
  const missing = names.filter((name) => !has.has(name)).sort();
  if (missing.length === 0) return [];
  const directory = await cached(
    `guest/packages-${digest(RECIPE, installed, ...missing)}`,
    async (work) => {
      const debs = await downloadPackages({ suite: 'trixie' }, missing, work, installed);
      for (const deb of debs) await run('mv', [deb, work]);
      await run('rm', ['-rf', join(work, 'apt')]);
    },
  );
  return readdirSync(directory)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(directory, name)) }));
}

/** Changes when the way they are fetched changes. */
const RECIPE = 'packages-1';
