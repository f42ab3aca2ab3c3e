import { globSync, mkdirSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest } from './cache.ts';
import { findProgram } from './find-program.ts';
import { hostPolicy, POLICY_QUESTIONS, sectionsOf } from './host-policy.ts';
import { hostBase, hostLinked, hostStore, installedModules, type Linker } from './host-store.ts';
import { missingTools, whatInstalls } from './host-tools.ts';
import { osRelease } from './os-release.ts';
import { packageManager } from './package-manager.ts';
import type { OpenTarget, PolicyTarget } from './policy-target.ts';
import { run } from './run.ts';
import { ToolchainError } from './toolchain-error.ts';

/**
 * This machine itself: its headers in /usr/share/selinux/devel, its compilers, and the policy that it loads with every module in its
 * store. The store is copied into the cache and linked there; nothing of the system changes.
 */
export const HOST: PolicyTarget = {
  id: 'host',
  title: 'host',
  obstacle() {
    try {
      findHost();
      return undefined;
    } catch (error) {
      if (error instanceof ToolchainError) return error;
      throw error;
    }
  },
  open: openHost,
};

function findHost(): ReturnType<typeof hostStore> {
  const policy = hostPolicy();
  const missing = missingTools('host', packageManager());
  if (policy === undefined) {
    throw new ToolchainError('no SELinux policy is installed on this machine', {
      hint: whatInstalls(missing),
    });
  }
  if (missing.length > 0) {
    throw new ToolchainError(
      `what compiles and links policy is missing on this machine: ${missing.map(({ tool }) => tool).join(', ')}`,
      { hint: whatInstalls(missing) },
    );
  }
  return hostStore(policy);
}

async function openHost(): Promise<OpenTarget> {
  const store = findHost();
  const tool = (name: string): string => {
    const path = findProgram(ELSEWHERE[name] ?? name);
    if (path === undefined) throw new ToolchainError(`\`${name}\` is not installed`);
    return path;
  };
  const bin = await cached(
    `host/bin-${digest(...TOOLS.map((name) => tool(name)))}`,
    async (directory) => {
      mkdirSync(directory, { recursive: true });
      for (const name of TOOLS) symlinkSync(tool(name), join(directory, name));
    },
  );
  const linker: Linker = {
    setfiles: tool('setfiles'),
    version: versionOf([tool('semodule'), tool('setfiles'), ...libraries()]),
    run: (name, args, options) => run(tool(name), args, options),
  };
  const { title } = osRelease();
  const { stdout } = await run('sh', ['-c', POLICY_QUESTIONS]);
  const [named] = sectionsOf(stdout).get('policyPackage') ?? [];
  const packageName =
    named?.trim().replace('\t', ' ') || `policy ${store.policy.type}, of no package`;
  return {
    id: 'host',
    title: title === '' ? 'host' : `${title} (host)`,
    packages: { policy: packageName, headers: packageName },
    policy: packageName,
    compilers: { root: '/', bin, run: linker.run },
    flavour: store.policy.type,
    base: (without) => hostBase(store, linker, without),
    link: (without, modules, equivalences) =>
      hostLinked(store, linker, without, modules, equivalences),
    installed: (modules) => installedModules(store, modules),
  };
}

/** Programs that are not on PATH: libsemanage's converter of module packages. */
const ELSEWHERE: Readonly<Record<string, string>> = { pp: '/usr/libexec/selinux/hll/pp' };

/** What the headers' Makefile looks for in $(BINDIR), and what is started by name. */
const TOOLS = ['checkmodule', 'semodule_package', 'm4', 'make'];

/** The libraries that link a policy: an update may change what comes out. */
function libraries(): string[] {
  return globSync('/{usr/,}lib{64,}/{*-linux-gnu*/,}lib{sepol,semanage}.so.*').sort();
}

function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const { size, mtimeMs } = statSync(realpathSync(file));
      return `${file} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
