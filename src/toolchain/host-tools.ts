/** A program, or a file by its absolute path, that must be on this machine, as `confine doctor` and errors name it. */
export interface HostTool {
  readonly tool: string;
  /** The Debian package that has it. */
  readonly package: string;
  readonly purpose: string;
  /** The job that needs it. The lab needs what checking needs, and the project's own tests need all. */
  readonly job: HostJob;
}

export const HOST_JOBS = ['check', 'lab', 'tests'] as const;
export type HostJob = (typeof HOST_JOBS)[number];

/** Compilers and analysis tools are not among them: each release's own are fetched into the cache. */
const HOST_TOOLS: readonly HostTool[] = [
  {
    tool: 'apt-get',
    package: 'apt',
    purpose: 'fetching the compilers and policies of Debian releases',
    job: 'check',
  },
  { tool: 'dpkg-deb', package: 'dpkg', purpose: 'unpacking them', job: 'check' },
  {
    tool: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    purpose: 'running the guest',
    job: 'lab',
  },
  { tool: 'mmdebstrap', package: 'mmdebstrap', purpose: 'building the guest', job: 'lab' },
  { tool: 'mke2fs', package: 'e2fsprogs', purpose: 'its file system', job: 'lab' },
  { tool: 'setpriv', package: 'util-linux', purpose: 'ending the guest with us', job: 'lab' },
  { tool: 'ssh', package: 'openssh-client', purpose: 'machines of your own', job: 'lab' },
  { tool: 'cc', package: 'gcc', purpose: 'building the attack program', job: 'lab' },
  { tool: 'cargo', package: 'cargo', purpose: 'building the real rustnet', job: 'lab' },
  { tool: 'clang', package: 'clang', purpose: 'its BPF programs', job: 'lab' },
  { tool: 'pkg-config', package: 'pkg-config', purpose: 'finding its libraries', job: 'lab' },
  {
    tool: '/usr/include/pcap.h',
    package: 'libpcap-dev',
    purpose: 'its capture library',
    job: 'lab',
  },
  {
    tool: '/usr/include/libelf.h',
    package: 'libelf-dev',
    purpose: 'its BPF loader',
    job: 'lab',
  },
  { tool: 'python3', package: 'python3', purpose: 'the agent, in its own tests', job: 'tests' },
  { tool: 'rpmbuild', package: 'rpm', purpose: 'building and asking the RPM', job: 'tests' },
  { tool: 'rpmlint', package: 'rpmlint', purpose: 'what Fedora’s reviewers run', job: 'tests' },
  { tool: 'dh', package: 'debhelper', purpose: 'building the Debian package', job: 'tests' },
  { tool: 'lintian', package: 'lintian', purpose: 'what Debian’s archive runs', job: 'tests' },
  {
    tool: '/usr/share/selinux/devel/Makefile',
    package: 'selinux-policy-dev',
    purpose: 'the policy headers that both packages build with',
    job: 'tests',
  },
  { tool: 'bzip2', package: 'bzip2', purpose: 'packing the module', job: 'tests' },
  { tool: 'cpio', package: 'cpio', purpose: 'looking into the RPM', job: 'tests' },
];

/** What this job needs, with what the jobs before it need. */
export function hostTools(job: HostJob): readonly HostTool[] {
  const jobs = HOST_JOBS.slice(0, HOST_JOBS.indexOf(job) + 1);
  return HOST_TOOLS.filter((tool) => jobs.includes(tool.job));
}
