import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, digest } from './cache.ts';
import { unpackPackages } from './debian-packages.ts';
import { writeWrappers } from './distribution.ts';
import { run } from './run.ts';

/** The Debian releases whose compilers of AppArmor profiles are run, oldest first: 3.0, 4.1 and, in sid, 5.0 and what comes after it. */
export const PARSER_SUITES = ['bookworm', 'trixie', 'sid'] as const;
export type ParserSuite = (typeof PARSER_SUITES)[number];

/** One release's apparmor_parser with its abstractions, tunables and abi files. */
export interface ApparmorParser {
  readonly suite: ParserSuite;
  /** `4.1.0` */
  readonly version: string;
  /** Its `/etc/apparmor.d`: what a profile's `include <…>` and `abi <…>` find. */
  readonly base: string;
  /** The compiled form of a profile's text. Throws ToolchainError with the compiler's words. */
  compile(profile: string, features: FeatureFiles): Promise<Uint8Array>;
  /** What it prints of its own view of a profile, by the kinds of `apparmor_parser -D`. */
  dump(profile: string, features: FeatureFiles, kind: string): Promise<string>;
}

/** Paths of files with features (data/apparmor). What both know is mediated, so the second decides as much as the first. */
export interface FeatureFiles {
  /** Those of the kernel that the profile is for. */
  readonly kernel: string;
  /**
   * Those that its rules were written for, in place of its own `abi` line. Without this the line holds, and without the line the compiler
   * takes an old set that has no rules for sockets on a mainline kernel.
   */
  readonly policy?: string;
  /** Directories that are searched for includes before the release's own. */
  readonly include?: readonly string[];
}

/** The parser of a release, fetched on first use and cached (about 5 MB over the network). It needs no kernel with AppArmor, and no root. */
export async function apparmorParser(suite: ParserSuite): Promise<ApparmorParser> {
  const directory = await cached(
    `apparmor/parser-${suite}-${digest(RECIPE, ...PACKAGES)}`,
    (partial) => unpackPackages({ suite }, PACKAGES, partial),
  );
  const root = join(directory, 'root');
  const bin = join(directory, 'bin');
  writeWrappers(root, bin);
  const base = join(root, 'etc/apparmor.d');
  const packages = readFileSync(join(directory, 'packages.txt'), 'utf8');
  const version = /^apparmor_(?:\d+:)?([\d.]+)/m.exec(packages)?.[1] ?? 'unknown';
  const parse = (profile: string, features: FeatureFiles, args: readonly string[]) =>
    inDirectory(async (work) => {
      const file = join(work, 'profile');
      const out = join(work, 'compiled');
      writeFileSync(file, profile);
      // Neither the machine's configuration nor its kernel has a say.
      const { stdout, stderr } = await run(join(bin, 'apparmor_parser'), [
        ...['--config-file', '/dev/null'],
        ...(features.include ?? []).flatMap((directory) => ['--Include', directory]),
        ...['--base', base],
        ...['--kernel-features', features.kernel],
        ...(features.policy === undefined ? [] : ['--policy-features', features.policy]),
        ...['-Q', '-K', ...args, '-o', out, file],
      ]);
      return { compiled: new Uint8Array(readFileSync(out)), said: `${stdout}${stderr}` };
    });
  return {
    suite,
    version,
    base,
    compile: async (profile, features) => (await parse(profile, features, [])).compiled,
    dump: async (profile, features, kind) => (await parse(profile, features, ['-D', kind])).said,
  };
}

/** Changes when the way of making the root changes. */
const RECIPE = 'parser-1';
const PACKAGES = ['apparmor', 'libapparmor1', 'libc6', 'libgcc-s1', 'libstdc++6'];

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'confine-apparmor-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
