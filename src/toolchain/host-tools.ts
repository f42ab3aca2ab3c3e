/** A program that must be on this machine, as `confine doctor` and errors name it. */
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
    tool: 'cc',
    package: 'gcc',
    purpose: 'building small programs that tests compare with',
    job: 'tests',
  },
];

/** What this job needs, with what the jobs before it need. */
export function hostTools(job: HostJob): readonly HostTool[] {
  const jobs = HOST_JOBS.slice(0, HOST_JOBS.indexOf(job) + 1);
  return HOST_TOOLS.filter((tool) => jobs.includes(tool.job));
}
