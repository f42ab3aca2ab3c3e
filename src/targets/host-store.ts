import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { PRIORITY } from '../selinux/words/index.ts';
import { cached, digest } from './cache.ts';
import type { HostPolicy } from './host-policy.ts';
import {
  addEquivalences,
  type Equivalence,
  type LinkedPolicy,
  linkedIn,
  type ModuleFile,
} from './policy-store.ts';
import type { RunOptions, RunResult } from './run.ts';
import { readSemanageConf, type SemanageConf } from './semanage-conf.ts';
import { ToolchainError } from './toolchain-error.ts';

/** This machine's module store: every module that is installed, with the administrator's own changes. Only read, never changed. */
export interface HostStore {
  readonly policy: HostPolicy;
  readonly conf: SemanageConf;
  /** The directory of all stores: `/var/lib/selinux`, or `/etc/selinux` where snapshots and images want it. */
  readonly root: string;
  /** The store of this policy, below `root`. */
  readonly active: string;
}

/** An installed module, by name, with the priorities at which it is there. */
export interface InstalledModule {
  readonly name: string;
  readonly priorities: readonly number[];
  readonly disabled: boolean;
}

/** The tools that link, and what tells one version of them from another. */
export interface Linker {
  readonly setfiles: string;
  readonly version: string;
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Finds the store. Throws ToolchainError where there is none, where there are two, and where only root may look. */
export function hostStore(policy: HostPolicy): HostStore {
  const file = '/etc/selinux/semanage.conf';
  const conf = readSemanageConf(existsSync(file) ? readFileSync(file, 'utf8') : '');
  const roots = conf.storeRoot === undefined ? STORE_ROOTS : [conf.storeRoot];
  const found = roots.filter((root) => isStore(join(root, policy.type, 'active/modules')));
  if (found.length > 1) {
    throw new ToolchainError(
      `the policy \`${policy.type}\` has a module store in ${found.map((root) => `\`${root}\``).join(' and in ')}, and \`${file}\` does not say which counts`,
      { hint: `add the line \`store-root = ${found[0]}\` to it, or the other` },
    );
  }
  if (found[0] === undefined) {
    throw new ToolchainError(
      `the policy \`${policy.type}\` has no module store in ${roots.map((root) => `\`${root}\``).join(' or ')}`,
      { hint: 'install the package of the policy again' },
    );
  }
  const active = join(found[0], policy.type, 'active');
  return { policy, conf, root: found[0], active };
}

const STORE_ROOTS = ['/var/lib/selinux', '/etc/selinux'];

function isStore(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new ToolchainError(`only root may read this machine’s module store \`${path}\``, {
      hint: 'run the same command as root, as with `sudo env "PATH=$PATH" npm run confine -- check --target host`; the store is copied, not changed',
    });
  }
}

/** Which of these modules are installed. */
export function installedModules(
  { active }: HostStore,
  names: readonly string[],
): readonly InstalledModule[] {
  const modules = join(active, 'modules');
  const priorities = readdirSync(modules)
    .filter((name) => /^\d{3}$/.test(name))
    .sort();
  return names
    .map((name) => ({
      name,
      priorities: priorities
        .filter((priority) => existsSync(join(modules, priority, name)))
        .map(Number),
      disabled: existsSync(join(modules, 'disabled', name)),
    }))
    .filter(({ priorities: at }) => at.length > 0);
}

/**
 * A copy of the store without these modules, linked again: this machine's own policy. From the cache while neither the store nor the tools
 * change. Throws ToolchainError with semodule's words where another module needs one of them.
 */
export async function hostBase(
  store: HostStore,
  linker: Linker,
  without: readonly string[],
): Promise<LinkedPolicy> {
  const removed = installedModules(store, without);
  // semodule takes -B only by itself, and any other change makes it link anyway.
  return transaction(store, linker, 'policy', [], removed.length > 0 ? removals(removed) : ['-B']);
}

/** The same with modules put in their place, at the packages' priority. */
export async function hostLinked(
  store: HostStore,
  linker: Linker,
  without: readonly string[],
  modules: readonly ModuleFile[],
  equivalences: readonly Equivalence[] = [],
): Promise<LinkedPolicy> {
  const removed = installedModules(store, without);
  const enabled = removed.filter(({ name, disabled }) => disabled && replaced(name, modules));
  const commands = [
    ...removals(removed),
    ...['-X', String(PRIORITY.package)],
    ...modules.flatMap(({ name }) => ['-i', join('modules', name)]),
    ...enabled.flatMap(({ name }) => ['-e', name]),
  ];
  return transaction(store, linker, 'linked', modules, commands, equivalences);
}

function replaced(name: string, modules: readonly ModuleFile[]): boolean {
  return modules.some((module) => module.name.replace(/\.(pp|cil)$/, '') === name);
}

function removals(modules: readonly InstalledModule[]): string[] {
  return modules.flatMap(({ name, priorities }) =>
    priorities.flatMap((priority) => ['-X', String(priority), '-r', name]),
  );
}

/** One semodule transaction in a copy of the store: between a removal and an installation nothing is linked. */
async function transaction(
  store: HostStore,
  linker: Linker,
  kind: string,
  modules: readonly ModuleFile[],
  commands: readonly string[],
  equivalences: readonly Equivalence[] = [],
): Promise<LinkedPolicy> {
  const { policy } = store;
  const before = contentOf(store);
  const key = digest(
    RECIPE,
    linker.version,
    before,
    ...commands,
    ...modules.flatMap(({ name, bytes }) => [name, bytes]),
    ...equivalences.flatMap(({ path, like }) => [path, like]),
  );
  const directory = await cached(`host/${kind}-${key}`, async (partial) => {
    copyStore(store, partial);
    if (contentOf(store) !== before) {
      throw new ToolchainError('this machine’s module store changed while it was copied', {
        hint: 'wait for the other semodule to end, and run this again',
      });
    }
    mkdirSync(join(partial, 'modules'));
    for (const { name, bytes } of modules) writeFileSync(join(partial, 'modules', name), bytes);
    writeFileSync(
      join(partial, 'etc/selinux/semanage.conf'),
      store.conf.forCopy(store.root, linker.setfiles),
    );
    writeFileSync(join(partial, 'etc/selinux/config'), `SELINUXTYPE=${policy.type}\n`);
    await linker.run('semodule', ['-n', '-p', partial, '-s', policy.type, ...commands], {
      cwd: partial,
    });
    addEquivalences(partial, policy.type, equivalences);
  });
  return linkedIn(directory, policy.type);
}

/** Changes when the way a copy is made changes. */
const RECIPE = 'host-store-1';

/** The two halves of a policy: what is installed, and the store that it was linked from. They may be in one directory. */
function copyStore({ policy, root }: HostStore, to: string): void {
  for (const from of new Set([policy.directory, join(root, policy.type)])) {
    cpSync(from, join(to, from), {
      recursive: true,
      verbatimSymlinks: true,
      // Leftovers of libsemanage: the state before the last transaction, and one that did not end.
      filter: (path) => !LEFT_OUT.includes(relative(from, path)),
    });
  }
}

const LEFT_OUT = ['previous', 'tmp', 'semanage.read.LOCK', 'semanage.trans.LOCK'];

/** A digest of all that a link depends on: every file of the store, and the configuration. */
function contentOf({ active, policy, conf, root }: HostStore): string {
  const parts: (string | Uint8Array)[] = [policy.type, conf.forCopy(root, '')];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink()) parts.push(path, readlinkSync(path));
      else if (statSync(path).isFile()) parts.push(path, readFileSync(path));
    }
  };
  walk(active);
  return digest(...parts);
}
