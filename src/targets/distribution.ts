import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest } from './cache.ts';
import { unpackPackages } from './debian-packages.ts';
import { type RunOptions, type RunResult, run } from './run.ts';
import { type TargetId, targetOf } from './target.ts';
import { ToolchainError } from './toolchain-error.ts';

/** What compiles a module: tools, and the policy headers below `root`. */
export interface Compilers {
  readonly root: string;
  /** A directory with the tools by their names: for make, whose headers look in $(BINDIR). */
  readonly bin: string;
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** A Debian release's own tools and policy headers, unpacked beside the system and run by their own loader. */
export interface Distribution extends Compilers {
  readonly id: TargetId;
  /** Their control scripts, by package name. */
  readonly control: string;
  /** `name_version_architecture.deb`, sorted. */
  readonly packages: readonly string[];
}

/** What compiling and linking a module needs; libraries by their package names, which both releases share. */
const BUILD_PACKAGES = [
  'checkpolicy',
  'libaudit1',
  'libbz2-1.0',
  'libc6',
  'libcap-ng0',
  'libpcre2-8-0',
  'libselinux1',
  'libsemanage-common',
  'libsemanage2',
  'libsepol2',
  'libsigsegv2',
  'm4',
  'make',
  'policycoreutils',
  'secilc',
  'selinux-policy-default',
  'selinux-policy-dev',
  'selinux-policy-mls',
  'selinux-utils',
  'semodule-utils',
];

/** setools with the Python that it runs on, and linters: the field's own answers, to hold ours against. */
const ANALYSIS_PACKAGES: Readonly<Record<TargetId, readonly string[]>> = {
  'debian-12': [...pythonPackages('3.11'), 'libffi8', 'libexpat1', 'zlib1g', 'liblzma5'],
  'debian-13': [...pythonPackages('3.13'), 'libffi8', 'libexpat1', 'zlib1g', 'liblzma5'],
};

function pythonPackages(version: string): string[] {
  return [
    `libpython${version}-minimal`,
    `libpython${version}-stdlib`,
    `python${version}-minimal`,
    'python3-networkx',
    'python3-packaging',
    'python3-pkg-resources',
    'python3-setools',
    'python3-selinux',
    'python3-sepolgen',
    'python3-audit',
    'policycoreutils-python-utils',
    'python3-semanage',
    'setools',
    'selint',
    'libconfuse2',
    'mandoc',
    'libstdc++6',
    'libgcc-s1',
  ];
}

/**
 * The distribution `id`, fetched on first use (about 15 MB over the network, 60 MB on disk) and cached.
 * With `analysis`, setools of that release too.
 */
export async function distribution(
  id: TargetId,
  options: { analysis?: boolean } = {},
): Promise<Distribution> {
  const packages = [...BUILD_PACKAGES, ...(options.analysis ? ANALYSIS_PACKAGES[id] : [])];
  const directory = await cached(
    `${id}/${options.analysis ? 'analysis' : 'tools'}-${digest(RECIPE, ...packages)}`,
    (partial) => unpackPackages(targetOf(id), packages, partial),
  );
  const root = join(directory, 'root');
  const bin = join(directory, 'bin');
  writeWrappers(root, bin);
  return {
    id,
    root,
    control: join(directory, 'control'),
    packages: readFileSync(join(directory, 'packages.txt'), 'utf8').trimEnd().split('\n'),
    bin,
    run: (tool, args, runOptions) => {
      const wrapper = join(bin, tool);
      if (!existsSync(wrapper))
        throw new ToolchainError(`${targetOf(id).title} has no tool \`${tool}\` here`);
      return run(wrapper, args, runOptions);
    },
  };
}

/** Changes when the way a root is made changes, so that caches of an older confine are not taken for ours. */
const RECIPE = 'root-1';

/**
 * A release's programs need that release's C library, so each is started through the release's own loader: that works without
 * root, containers or emulation. Written after the directory has its final name, since the scripts hold absolute paths.
 */
export function writeWrappers(root: string, bin: string): void {
  if (existsSync(join(bin, '.complete'))) return;
  mkdirSync(bin, { recursive: true });
  const [loader] = globSync('{usr/,}lib{64,}/{*-linux-gnu*/,}ld-linux*.so.*', { cwd: root }).sort();
  if (loader === undefined) throw new ToolchainError(`no program loader in \`${root}\``);
  const libraries = globSync('{usr/,}lib/*-linux-gnu*', { cwd: root })
    .map((path) => join(root, path))
    .sort();
  const exec = `${join(root, loader)} --library-path ${libraries.join(':')}`;

  const programs = globSync('{usr/,}{bin,sbin}/*', { cwd: root });
  const [python] = globSync('usr/bin/python3.*', { cwd: root });
  for (const program of [...programs, 'usr/libexec/selinux/hll/pp']) {
    const path = join(root, program);
    if (!existsSync(path)) continue;
    const name = program.slice(program.lastIndexOf('/') + 1);
    const start = readFileSync(path).subarray(0, 64).toString('latin1');
    if (start.startsWith('\x7fELF')) writeScript(join(bin, name), `exec ${exec} ${path} "$@"`);
    else if (/^#!.*python/.test(start) && python !== undefined) {
      const environment = `PYTHONHOME=${root}/usr PYTHONPATH=${root}/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1`;
      writeScript(
        join(bin, name),
        `${environment} exec ${exec} ${join(root, python)} ${path} "$@"`,
      );
    }
  }
  // libsemanage's high-level-language directory: one program per language, named by the language.
  mkdirSync(join(bin, 'hll'), { recursive: true });
  writeScript(join(bin, 'hll', 'pp'), `exec ${join(bin, 'pp')} "$@"`);
  writeFileSync(join(bin, '.complete'), '');
}

function writeScript(path: string, line: string): void {
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}
