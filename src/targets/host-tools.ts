import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.ts';
import { hostPolicy } from './host-policy.ts';
import { installCommand, type PackageManager, packageManager } from './package-manager.ts';

/** A program, or a file by its absolute path, that must be on this machine, as `confine doctor` and errors name it. */
export interface HostTool {
  readonly tool: string;
  /** Where it is found, for what is neither a program nor a file of a fixed name. */
  readonly find?: () => string | undefined;
  readonly purpose: string;
  /** The package that has it, for each manager whose distributions have one. */
  readonly packages: Readonly<Partial<Record<PackageManager, string>>>;
  /** The oldest version that will do, where a distribution that we serve has an older one. */
  readonly atLeast?: string;
  /** The jobs that need it where Debian's releases can be fetched. A job needs what the jobs before it need. */
  readonly jobs: readonly HostJob[];
  /** The same for machines without apt, where it differs: there this machine's own policy is all that can be linked with. */
  readonly elsewhere?: readonly HostJob[];
}

/**
 * What somebody wants to do here: check against this machine's own policy, check, run the lab, run the project's own tests. Each but the
 * first includes those between the first and itself.
 */
export const HOST_JOBS = ['host', 'check', 'lab', 'tests'] as const;
export type HostJob = (typeof HOST_JOBS)[number];

/** The same name everywhere. */
function everywhere(name: string): HostTool['packages'] {
  return { apt: name, dnf: name, zypper: name };
}

const OWN: Pick<HostTool, 'jobs' | 'elsewhere'> = { jobs: ['host'], elsewhere: ['host', 'check'] };

/**
 * Compilers and analysis tools of Debian's releases are not among them: those are fetched into the cache. Names for dnf are Fedora's; RHEL and
 * its relatives have some of them in CRB or EPEL only.
 */
const HOST_TOOLS: readonly HostTool[] = [
  {
    tool: 'apt-get',
    purpose: 'fetching the compilers and policies of Debian releases',
    packages: { apt: 'apt', dnf: 'apt' },
    jobs: ['check'],
    elsewhere: ['tests'],
  },
  {
    tool: 'dpkg-deb',
    purpose: 'unpacking them',
    packages: everywhere('dpkg'),
    jobs: ['check'],
    elsewhere: ['tests'],
  },
  {
    // Where it is depends on its name, and a configuration without a policy is left by packages that were removed.
    tool: 'SELinux policy',
    find: () => hostPolicy()?.directory,
    purpose: 'linking with what this machine loads',
    packages: {
      apt: 'selinux-policy-default',
      dnf: 'selinux-policy-targeted',
      zypper: 'selinux-policy-targeted',
    },
    ...OWN,
  },
  {
    tool: '/usr/share/selinux/devel/Makefile',
    purpose: 'its headers',
    packages: {
      apt: 'selinux-policy-dev',
      dnf: 'selinux-policy-devel',
      zypper: 'selinux-policy-devel',
    },
    jobs: ['host', 'tests'],
    elsewhere: ['host', 'check'],
  },
  {
    tool: 'checkmodule',
    purpose: 'compiling a module',
    packages: everywhere('checkpolicy'),
    ...OWN,
  },
  {
    tool: 'semodule_package',
    purpose: 'its labels',
    packages: { apt: 'semodule-utils', dnf: 'policycoreutils', zypper: 'policycoreutils' },
    ...OWN,
  },
  {
    tool: 'semodule',
    purpose: 'linking it into a copy of the policy',
    packages: everywhere('policycoreutils'),
    ...OWN,
  },
  {
    tool: 'setfiles',
    purpose: 'checking the labels',
    packages: everywhere('policycoreutils'),
    ...OWN,
  },
  {
    tool: 'secilc',
    purpose: 'compiling CIL',
    packages: everywhere('secilc'),
    jobs: [],
    elsewhere: ['check'],
  },
  { tool: 'm4', purpose: 'the macros of the headers', packages: everywhere('m4'), ...OWN },
  {
    tool: 'make',
    purpose: 'the Makefile of the headers, and the program’s C library for BPF',
    packages: everywhere('make'),
    ...OWN,
    jobs: ['host', 'lab'],
  },
  {
    tool: 'qemu-system-x86_64',
    purpose: 'running the guest',
    packages: { apt: 'qemu-system-x86', dnf: 'qemu-system-x86-core', zypper: 'qemu-x86' },
    jobs: ['lab'],
  },
  {
    tool: 'qemu-img',
    purpose: 'keeping a booted guest',
    packages: { apt: 'qemu-utils', dnf: 'qemu-img', zypper: 'qemu-img' },
    jobs: ['lab'],
  },
  {
    tool: 'mmdebstrap',
    purpose: 'building the guest',
    packages: { apt: 'mmdebstrap', dnf: 'mmdebstrap' },
    jobs: ['lab'],
  },
  {
    tool: 'mke2fs',
    purpose: 'its file system',
    packages: everywhere('e2fsprogs'),
    jobs: ['lab'],
  },
  {
    tool: 'setpriv',
    purpose: 'ending the guest with us',
    packages: everywhere('util-linux'),
    jobs: ['lab'],
  },
  {
    tool: 'ssh',
    purpose: 'machines of your own',
    packages: { apt: 'openssh-client', dnf: 'openssh-clients', zypper: 'openssh-clients' },
    jobs: ['lab'],
  },
  {
    tool: 'cc',
    purpose: 'building the attack program',
    packages: everywhere('gcc'),
    jobs: ['lab'],
  },
  {
    tool: 'cargo',
    purpose: 'building the real rustnet',
    // Debian has two: `cargo` stays as its release was made (1.85 in Debian 13), `cargo-web` goes with what browsers need, and takes its place.
    packages: { ...everywhere('cargo'), apt: 'cargo-web' },
    // What rustnet 1.6 says that it needs.
    atLeast: '1.88',
    jobs: ['lab'],
  },
  { tool: 'clang', purpose: 'its BPF programs', packages: everywhere('clang'), jobs: ['lab'] },
  {
    tool: 'pkg-config',
    purpose: 'finding its libraries',
    packages: { apt: 'pkg-config', dnf: 'pkgconf-pkg-config', zypper: 'pkgconf-pkg-config' },
    jobs: ['lab'],
  },
  {
    tool: '/usr/include/pcap.h',
    purpose: 'its capture library',
    packages: { apt: 'libpcap-dev', dnf: 'libpcap-devel', zypper: 'libpcap-devel' },
    jobs: ['lab'],
  },
  {
    tool: '/usr/include/libelf.h',
    purpose: 'its BPF loader',
    packages: { apt: 'libelf-dev', dnf: 'elfutils-libelf-devel', zypper: 'libelf-devel' },
    jobs: ['lab'],
  },
  {
    tool: 'python3',
    purpose: 'the agent, in its own tests',
    packages: everywhere('python3'),
    jobs: ['tests'],
  },
  {
    tool: 'script',
    purpose: 'a terminal of a known width',
    packages: { apt: 'bsdutils', dnf: 'util-linux-script', zypper: 'util-linux' },
    jobs: ['tests'],
  },
  ...['zsh', 'fish'].map(
    (tool): HostTool => ({
      tool,
      purpose: 'completing our command line',
      packages: everywhere(tool),
      jobs: ['tests'],
    }),
  ),
  {
    tool: 'groff',
    purpose: 'the page of the manual',
    packages: { apt: 'groff-base', dnf: 'groff-base', zypper: 'groff' },
    jobs: ['tests'],
  },
  {
    tool: 'rpmbuild',
    purpose: 'building and asking the RPM',
    packages: { apt: 'rpm', dnf: 'rpm-build', zypper: 'rpm-build' },
    jobs: ['tests'],
  },
  {
    tool: 'rpmlint',
    purpose: 'what Fedora’s reviewers run',
    packages: everywhere('rpmlint'),
    jobs: ['tests'],
  },
  {
    tool: 'dh',
    purpose: 'building the Debian package',
    packages: { apt: 'debhelper', dnf: 'debhelper' },
    jobs: ['tests'],
  },
  {
    tool: 'lintian',
    purpose: 'what Debian’s archive runs',
    packages: { apt: 'lintian', dnf: 'lintian' },
    jobs: ['tests'],
  },
  {
    tool: 'bzip2',
    purpose: 'packing the module',
    packages: everywhere('bzip2'),
    jobs: ['tests'],
  },
  { tool: 'cpio', purpose: 'looking into the RPM', packages: everywhere('cpio'), jobs: ['tests'] },
];

/** What this job needs, with what the jobs before it need, on a machine with this package manager. */
export function hostTools(job: HostJob, manager: PackageManager | undefined): readonly HostTool[] {
  const jobs = job === 'host' ? [job] : HOST_JOBS.slice(1, HOST_JOBS.indexOf(job) + 1);
  return HOST_TOOLS.filter((tool) => {
    const needing = manager === 'apt' ? tool.jobs : (tool.elsewhere ?? tool.jobs);
    return jobs.some((one) => needing.includes(one));
  });
}

export function missingTools(
  job: HostJob,
  manager: PackageManager | undefined,
  path: string | undefined = process.env.PATH,
): readonly HostTool[] {
  return hostTools(job, manager).filter((tool) => {
    const found = findTool(tool, path);
    return found === undefined || tooOld(tool, found) !== undefined;
  });
}

/** Where it is on this machine, of whatever version. */
export function findTool(
  { tool, find }: HostTool,
  path: string | undefined = process.env.PATH,
): string | undefined {
  return find === undefined ? findProgram(tool, path) : find();
}

/** The version of a tool that is at `path` and too old, and what will do; undefined where nothing is known against it. */
export function tooOld(
  { atLeast }: HostTool,
  path: string,
): { readonly version: string; readonly atLeast: string } | undefined {
  if (atLeast === undefined) return undefined;
  const version = versionOf(path);
  return version !== undefined && isOlder(version, atLeast) ? { version, atLeast } : undefined;
}

/** What a program answers to --version; undefined where it does not, which says nothing about its age. */
function versionOf(program: string): string | undefined {
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  return /\d+(?:\.\d+)+/.exec(stdout ?? '')?.[0];
}

/** By numbers: 1.9 is older than 1.88. */
function isOlder(version: string, other: string): boolean {
  const numbers = version.split('.').map(Number);
  const wanted = other.split('.').map(Number);
  const differing = wanted.findIndex((number, i) => number !== (numbers[i] ?? 0));
  return differing >= 0 && (numbers[differing] ?? 0) < wanted[differing]!;
}

/** The packages that have these tools, each once. */
export function packagesOf(tools: readonly HostTool[], manager: PackageManager): readonly string[] {
  return [...new Set(tools.flatMap(({ packages }) => packages[manager] ?? []))];
}

/** What to do about missing tools, in one sentence for a person. */
export function whatInstalls(
  tools: readonly HostTool[],
  manager: PackageManager | undefined = packageManager(),
): string {
  const names = (list: readonly HostTool[]): string => list.map(({ tool }) => tool).join(', ');
  if (manager === undefined) {
    return `this machine has none of apt-get, dnf and zypper: install what your distribution calls the packages with ${names(tools)}`;
  }
  const packages = packagesOf(tools, manager);
  const unpackaged = tools.filter((tool) => tool.packages[manager] === undefined);
  return [
    ...(packages.length > 0 ? [`as root: ${installCommand(manager, packages)}`] : []),
    ...(unpackaged.length > 0
      ? [`no package of this distribution is known to have ${names(unpackaged)}`]
      : []),
  ].join('; ');
}
