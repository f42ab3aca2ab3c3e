/** What a machine runs, or has in its module store, may hold modules of others than its distribution; nothing there tells them apart. */
export const OF_MACHINE =
  'what the machine’s policy grants every domain without this module is its distribution’s: no module of others wrote it';

/** The same of a file that a person calls the distribution’s policy. */
export function ofFile(named: string): string {
  return `${named} is the distribution’s policy without modules of others`;
}
