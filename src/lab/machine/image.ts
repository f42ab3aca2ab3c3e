import { copyFileSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  cached,
  debianKeyring,
  debianMirror,
  digest,
  findTool,
  hostTools,
  packageManager,
  run,
  whatInstalls,
} from '../../targets/index.ts';
import { debian13Image } from './image-recipe.ts';
import { MachineError } from './machine-error.ts';
import type { SecurityModule } from './qemu-command.ts';

/** A guest's files on the host, as QEMU takes them. */
export interface Image {
  readonly kernel: string;
  readonly initrd: string;
  readonly rootDisk: string;
  /** `package version` lines of everything inside. */
  readonly packages: string;
  /** What its kernel is told to enforce. */
  readonly security: SecurityModule;
}

/**
 * The Debian 13 guest, built on first use (one to two minutes, about 200 MB over the network, 800 MB on disk) and cached by what
 * went into it. Must be root: labels and device nodes are written. Throws MachineError where it cannot be built.
 */
export async function debian13(security: SecurityModule = 'selinux'): Promise<Image> {
  const agent = readFileSync(join(import.meta.dirname, 'agent.py'), 'utf8');
  const recipe = debian13Image(agent, security);
  const directory = await cached(
    `guest/debian-13-${digest(JSON.stringify(recipe))}`,
    async (work) => {
      needTools();
      if (process.getuid?.() !== 0) {
        throw new MachineError(
          'the guest’s image can only be built by root: it carries SELinux labels',
          {
            hint: 'run the lab once as root, or give it a machine of yours with --target ssh://root@host',
          },
        );
      }
      const root = join(work, 'root');
      await run(
        'mmdebstrap',
        [
          ...['--mode=root', '--variant=minbase', '--format=directory', '--quiet'],
          `--include=${recipe.packages.join(',')}`,
          '--aptopt=Acquire::Languages "none"',
          '--aptopt=Acquire::Retries "3"',
          ...['doc', 'man', 'locale', 'info'].map(
            (d) => `--dpkgopt=path-exclude=/usr/share/${d}/*`,
          ),
          `--essential-hook=${recipe.beforePackages}`,
          `--customize-hook=${recipe.afterPackages}`,
          recipe.suite,
          root,
          `deb [signed-by=${debianKeyring()}] ${await debianMirror()} ${recipe.suite} main`,
        ],
        { timeout: 20 * 60_000 },
      );
      await run('sh', ['-c', recipe.label, 'sh', root]);
      copyFileSync(only(root, 'boot/vmlinuz-*'), join(work, 'vmlinuz'));
      copyFileSync(only(root, 'boot/initrd.img-*'), join(work, 'initrd'));
      await run('sh', [
        '-c',
        `dpkg-query --admindir="$1/var/lib/dpkg" -W > "$2"`,
        'sh',
        root,
        join(work, 'packages.txt'),
      ]);
      // -d copies labels and file capabilities with the files.
      await run('mke2fs', [
        ...['-q', '-t', 'ext4', '-d', root, '-L', 'confine-lab'],
        ...[join(work, 'root.ext4'), recipe.size],
      ]);
      rmSync(root, { recursive: true });
    },
  );
  return {
    kernel: join(directory, 'vmlinuz'),
    initrd: join(directory, 'initrd'),
    rootDisk: join(directory, 'root.ext4'),
    packages: join(directory, 'packages.txt'),
    security,
  };
}

/** Before minutes of building that would come to nothing. */
function needTools(): void {
  const missing = hostTools('lab', packageManager()).filter(
    (tool) => GUEST_TOOLS.includes(tool.tool) && findTool(tool) === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map(({ tool }) => `\`${tool}\``).join(', ');
  throw new MachineError(
    `the guest takes ${names}, which ${missing.length === 1 ? 'is' : 'are'} not installed`,
    { hint: `${whatInstalls(missing)}; all that the lab needs: confine doctor --for lab` },
  );
}

const GUEST_TOOLS = ['mmdebstrap', 'mke2fs', 'setpriv', 'qemu-system-x86_64', 'qemu-img'];

function only(root: string, pattern: string): string {
  const found = globSync(pattern, { cwd: root });
  if (found.length !== 1) {
    throw new MachineError(
      `the guest’s image has ${found.length} files \`/${pattern}\`, expected one`,
    );
  }
  return join(root, found[0]!);
}
