/** A program that must be on this machine, as `confine doctor` and errors name it. */
export interface HostTool {
  readonly tool: string;
  /** The Debian package that has it. */
  readonly package: string;
  readonly purpose: string;
}

/** Compilers and analysis tools are not among them: each release's own are fetched into the cache. */
export const HOST_TOOLS: readonly HostTool[] = [
  {
    tool: 'apt-get',
    package: 'apt',
    purpose: 'fetching the compilers and policies of Debian releases',
  },
  { tool: 'dpkg-deb', package: 'dpkg', purpose: 'unpacking them' },
];
