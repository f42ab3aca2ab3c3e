import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
  const directory = await fetched(missing, installed);
  return debsIn(directory).map((name) => ({ name, bytes: readFileSync(join(directory, name)) }));
}

/** Packages as they are fetched for a program that is to be drafted. */
export interface WholePackages {
  /** Files of the packages that were named, in that order. */
  readonly named: readonly string[];
  /** Those and what they depend on: what is to be installed. */
  readonly all: readonly PackageFile[];
}

/** The same for names and for files of packages, as files: those that the image has too, since it is asked what is in them. Throws ToolchainError. */
export async function wholePackages(
  image: Image,
  named: readonly string[],
): Promise<WholePackages> {
  const names = named.filter((one) => !one.endsWith('.deb'));
  const files = named.filter((one) => one.endsWith('.deb'));
  const installed = readFileSync(image.packages, 'utf8')
    .split('\n')
    .filter((line) => !names.includes(line.replace(/[:\t].*/, '')))
    .join('\n');
  const bytes = files.map((file) => readFileSync(file));
  const directory = await fetched([...names, ...files].sort(), installed, bytes);
  const debs = debsIn(directory);
  return {
    named: named.map((one) =>
      one.endsWith('.deb')
        ? one
        : join(directory, debs.find((name) => name.startsWith(`${one}_`)) ?? one),
    ),
    all: [
      ...debs.map((name) => ({ name, bytes: readFileSync(join(directory, name)) })),
      ...files.map((file, i) => ({ name: basename(file), bytes: bytes[i]! })),
    ],
  };
}

/** Where they and what they depend on lie. `bytes`: of those that are files. */
function fetched(
  packages: readonly string[],
  installed: string,
  bytes: readonly Uint8Array[] = [],
): Promise<string> {
  const key = digest(RECIPE, installed, ...packages, ...bytes);
  return cached(`guest/packages-${key}`, async (work) => {
    const debs = await downloadPackages({ suite: 'trixie' }, packages, work, installed);
    for (const deb of debs) await run('mv', [deb, work]);
    await run('rm', ['-rf', join(work, 'apt')]);
  });
}

function debsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.deb'))
    .sort();
}

/** Changes when the way they are fetched changes. */
const RECIPE = 'packages-1';
