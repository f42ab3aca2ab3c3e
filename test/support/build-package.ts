import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apparmorParser, cached, digest, run, unpackPackages } from '../../src/targets/index.ts';

const MACROS = join(import.meta.dirname, '..', 'packaging', 'rpm');

/**
 * What rpm knows on a distribution: its number, and the macros that its packages define, after rpm's own and in place of those that this machine or
 * its user has in /etc/rpm and at home. Not `--load` or `--undefine`: rpm 4.20 reads its macros again when it meets `BuildArch: noarch`, and
 * forgets those.
 */
function platform(defines: readonly string[]): string[] {
  const isSuse = defines.some((one) => one.startsWith('suse_version '));
  const files = [
    '/usr/lib/rpm/macros',
    '/usr/lib/rpm/macros.d/macros.*',
    '/usr/lib/rpm/platform/%{_target}/macros',
    '/usr/lib/rpm/fileattrs/*.attr',
    join(MACROS, 'shared.macros'),
    join(MACROS, isSuse ? 'suse.macros' : 'fedora.macros'),
  ];
  return ['--macros', files.join(':'), ...defines.flatMap((one) => ['--define', one])];
}

/**
 * Builds a spec whose sources stand beside it with the machine's own rpmbuild, as on this release of Fedora or openSUSE as far as macros go. The
 * policy is compiled with the machine's own headers, whatever the name of its policy. Returns the paths of the packages, by name.
 */
export async function buildRpms(
  spec: string,
  options: { fedora?: number; suse?: number; defines?: readonly string[]; work: string },
): Promise<readonly string[]> {
  const defines = [
    ...(options.fedora === undefined ? [] : [`fedora ${options.fedora}`]),
    ...(options.suse === undefined ? [] : [`suse_version ${options.suse}`]),
    ...(options.defines ?? []),
  ];
  const { stdout } = await run('rpmbuild', [
    ...['-bb', '--nodeps', ...platform(defines), '--define', `_topdir ${options.work}/top`],
    ...['--define', `_sourcedir ${join(spec, '..')}`, spec],
  ]);
  return [...stdout.matchAll(/^Wrote: (.*\.rpm)$/gm)].map((match) => match[1]!).sort();
}

/** A spec as rpm reads it on a distribution with these macros: conditions decided, macros expanded. */
export async function expandSpec(spec: string, defines: readonly string[]): Promise<string> {
  const { stdout } = await run('rpmspec', [...platform(defines), '-P', spec]);
  return stdout;
}

/** Asks a package with `rpm -qp`: lines without the empty ones. */
export async function askRpm(file: string, ...question: string[]): Promise<string[]> {
  const { stdout } = await run('rpm', ['-qp', ...question, file]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Writes a source tree for `buildDeb`, by paths in it: with a debian/rules that can be executed. Returns the tree. */
export function sourceTree(
  tree: string,
  files: Iterable<readonly [path: string, text: string]>,
): string {
  for (const [path, text] of files) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  chmodSync(join(tree, 'debian/rules'), 0o755);
  return tree;
}

/** Builds a source tree with debhelper; the packages come to stand beside it. Returns their paths. */
export async function buildDeb(
  tree: string,
  env?: Readonly<Record<string, string>>,
): Promise<string[]> {
  await run('dpkg-buildpackage', ['-d', '-b', '-us', '-uc'], { cwd: tree, ...(env && { env }) });
  return readdirSync(join(tree, '..'))
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(tree, '..', file));
}

/** The environment that has Debian 12's dh_apparmor, unpacked below `work`, and the abi files of Debian 13. */
export async function apparmorDebhelper(work: string): Promise<Readonly<Record<string, string>>> {
  const helper = join(
    await cached(`apparmor/dh-${digest('dh-apparmor')}`, (partial) =>
      unpackPackages({ suite: 'bookworm' }, ['dh-apparmor'], partial),
    ),
    'root/usr',
  );
  const scripts = join(work, 'autoscripts');
  for (const from of [
    '/usr/share/debhelper/autoscripts',
    join(helper, 'share/debhelper/autoscripts'),
  ])
    cpSync(from, scripts, { recursive: true });
  return {
    PATH: `${join(helper, 'bin')}:${process.env.PATH}`,
    DH_AUTOSCRIPTDIR: scripts,
    APPARMOR_ABIS: join((await apparmorParser('trixie')).base, 'abi'),
  };
}
