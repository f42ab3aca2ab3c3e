import { findProgram } from './find-program.ts';
import { osRelease } from './os-release.ts';
import { run } from './run.ts';

export const PACKAGE_MANAGERS = ['apt', 'dnf', 'zypper'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

interface Manner {
  readonly program: string;
  /** The distributions that have it, as os-release(5) spells them. */
  readonly ids: readonly string[];
  /** As a person types it, before the packages. */
  readonly typed: string;
  /** What an unattended installation runs, in order; the packages go to the end of the last. */
  readonly commands: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
}

const MANNERS: Readonly<Record<PackageManager, Manner>> = {
  apt: {
    program: 'apt-get',
    ids: ['debian', 'ubuntu'],
    typed: 'apt-get install',
    commands: [
      ['-q', 'update'],
      ['-q', '-y', '--no-install-recommends', 'install'],
    ],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  },
  dnf: {
    program: 'dnf',
    ids: ['fedora', 'rhel', 'centos'],
    typed: 'dnf install',
    commands: [['-y', '--setopt=install_weak_deps=False', 'install']],
  },
  zypper: {
    program: 'zypper',
    ids: ['suse', 'opensuse'],
    typed: 'zypper install',
    commands: [['--non-interactive', 'install', '--no-recommends']],
  },
};

/**
 * The package manager of this machine's distribution, by what the system says of itself; where that names none that is known here, the
 * first that is installed. Several distributions also package a foreign one, which must not be taken for theirs.
 */
export function packageManager(
  path: string | undefined = process.env.PATH,
): PackageManager | undefined {
  const { ids } = osRelease();
  return (
    PACKAGE_MANAGERS.find((manager) => MANNERS[manager].ids.some((id) => ids.includes(id))) ??
    PACKAGE_MANAGERS.find((manager) => findProgram(MANNERS[manager].program, path) !== undefined)
  );
}

/** The command that a person types as root. */
export function installCommand(manager: PackageManager, packages: readonly string[]): string {
  return `${MANNERS[manager].typed} ${packages.join(' ')}`;
}

/** Installs packages without asking. Must be root. Throws ToolchainError with the manager's words. */
export async function installPackages(
  manager: PackageManager,
  packages: readonly string[],
): Promise<void> {
  const { program, commands, env } = MANNERS[manager];
  for (const [i, args] of commands.entries()) {
    await run(program, i === commands.length - 1 ? [...args, ...packages] : args, {
      ...(env === undefined ? {} : { env }),
      timeout: 1_800_000,
    });
  }
}
