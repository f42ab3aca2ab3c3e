import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PRIORITY } from '../selinux/words/index.ts';
import { cached, digest } from './cache.ts';
import type { Distribution } from './distribution.ts';
import type { Flavour } from './target.ts';
import { ToolchainError } from './toolchain-error.ts';

/** A linked policy: what a machine with exactly these modules would load, and the labels that go with it. */
export interface LinkedPolicy {
  /** The kernel's binary policy. */
  readonly policy: string;
  readonly fileContexts: string;
  readonly homeDirectoryContexts: string;
  readonly substitutions: string;
  /** The module store that it was linked in: give it to `semodule -p`. */
  readonly store: string;
  /** The policy's name below /etc/selinux: a flavour of a Debian release, or what this machine's own is called. */
  readonly flavour: string;
}

/** A module to link: a `.pp` or `.cil` file's name and bytes. */
export interface ModuleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A path that is labelled like another (file_contexts.subs). */
export interface Equivalence {
  readonly path: string;
  readonly like: string;
}

/**
 * The distribution's own full policy, as its package's installation script would link it: every module that the package
 * ships, less the ones that it switches off. Takes about 20 s once, then comes from the cache. Needs neither root nor SELinux.
 */
export async function basePolicy(
  dist: Distribution,
  flavour: Flavour = 'default',
): Promise<LinkedPolicy> {
  const key = digest(RECIPE, flavour, dist.packages.join('\n'));
  const store = await cached(`${dist.id}/policy-${flavour}-${key}`, async (directory) => {
    const shipped = join(dist.root, 'usr/share/selinux', flavour);
    const list = join(shipped, '.modules');
    const modules = existsSync(list)
      ? readFileSync(list, 'utf8').trim().split(/\s+/)
      : globSync('*.pp.bz2', { cwd: shipped }).map((file) => basename(file, '.pp.bz2'));
    cpSync(join(dist.root, 'etc/selinux', flavour), join(directory, 'etc/selinux', flavour), {
      recursive: true,
    });
    cpSync(
      join(dist.root, 'var/lib/selinux', flavour),
      join(directory, 'var/lib/selinux', flavour),
      { recursive: true },
    );
    await semodule(dist, directory, flavour, [
      ...['-X', String(PRIORITY.distribution)],
      ...modules.sort().flatMap((name) => ['-i', join(shipped, `${name}.pp.bz2`)]),
      ...switchedOff(dist, flavour)
        .filter((name) => modules.includes(name))
        .flatMap((name) => ['-d', name]),
    ]);
  });
  return linkedIn(store, flavour);
}

/** The base policy with modules added at the packages' priority. Cached by the modules' content. */
export async function linkModules(
  dist: Distribution,
  base: LinkedPolicy,
  modules: readonly ModuleFile[],
  equivalences: readonly Equivalence[] = [],
): Promise<LinkedPolicy> {
  const key = digest(
    RECIPE,
    base.store,
    ...modules.flatMap(({ name, bytes }) => [name, bytes]),
    ...equivalences.flatMap(({ path, like }) => [path, like]),
  );
  const store = await cached(`${dist.id}/linked-${base.flavour}-${key}`, async (directory) => {
    cpSync(base.store, directory, { recursive: true });
    mkdirSync(join(directory, 'modules'));
    const files = modules.map(({ name, bytes }) => {
      const file = join(directory, 'modules', name);
      writeFileSync(file, bytes);
      return file;
    });
    await semodule(dist, directory, base.flavour, [
      '-X',
      String(PRIORITY.package),
      ...files.flatMap((file) => ['-i', file]),
    ]);
    addEquivalences(directory, base.flavour, equivalences);
  });
  return linkedIn(store, base.flavour);
}

/** Changes when the way a store is made changes. */
const RECIPE = 'store-1';

async function semodule(
  dist: Distribution,
  store: string,
  flavour: string,
  args: readonly string[],
): Promise<void> {
  // libsemanage reads its configuration from the store's root. Nothing is loaded into a kernel; file contexts are checked
  // by setfiles as on a real system; the compiled form of file_contexts is left out, since nothing here reads it.
  writeFileSync(
    join(store, 'etc/selinux/semanage.conf'),
    `module-store = direct
expand-check = 0
compiler-directory = ${join(dist.bin, 'hll')}
[load_policy]
path = /bin/true
[end]
[setfiles]
path = ${join(dist.bin, 'setfiles')}
args = -q -c $@ $<
[end]
[sefcontext_compile]
path = /bin/true
args = $@
[end]
`,
  );
  writeFileSync(join(store, 'etc/selinux/config'), `SELINUX=permissive\nSELINUXTYPE=${flavour}\n`);
  await dist.run('semodule', ['-n', '-p', store, '-s', flavour, ...args]);
}

/** As `semanage fcontext -a -e` does, which writes beside the store: libsemanage knows nothing of this file, and leaves it alone. */
export function addEquivalences(
  store: string,
  flavour: string,
  equivalences: readonly Equivalence[],
): void {
  if (equivalences.length === 0) return;
  const file = join(store, 'etc/selinux', flavour, 'contexts/files/file_contexts.subs');
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const known = new Set(there.split('\n'));
  const lines = equivalences.map(({ path, like }) => `${path} ${like}`);
  const added = lines.filter((line) => !known.has(line));
  // The first line that fits a path counts.
  writeFileSync(file, [...added.map((line) => `${line}\n`), there].join(''));
}

/** The modules that the package's postinst leaves installed but disabled. */
function switchedOff(dist: Distribution, flavour: Flavour): string[] {
  const script = readFileSync(join(dist.control, `selinux-policy-${flavour}`, 'postinst'), 'utf8');
  const names = /^\s*notdefault="([^"$]*)"/m.exec(script)?.[1];
  return names === undefined ? [] : names.trim().split(/\s+/);
}

/** What a semodule transaction left in a store. */
export function linkedIn(store: string, flavour: string): LinkedPolicy {
  const directory = join(store, 'etc/selinux', flavour);
  const [policy] = globSync('policy/policy.*', { cwd: directory });
  if (policy === undefined)
    throw new ToolchainError(`semodule wrote no policy below \`${directory}\``);
  const files = join(directory, 'contexts/files');
  return {
    policy: join(directory, policy),
    fileContexts: join(files, 'file_contexts'),
    homeDirectoryContexts: join(files, 'file_contexts.homedirs'),
    substitutions: join(files, 'file_contexts.subs_dist'),
    store,
    flavour,
  };
}
