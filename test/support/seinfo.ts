import { peer } from './peer.ts';

/** What seinfo says about a policy. */
export interface Seinfo {
  readonly version: string;
  readonly mls: string;
  readonly handleUnknown: string;
  /** By seinfo's own words: `Type_trans` -> 12. */
  readonly counts: Readonly<Record<string, number>>;
  /** By seinfo's headings: `Types` -> its statements, blanks joined. */
  readonly listings: Readonly<Record<string, readonly string[]>>;
}

/** Everything that `seinfo --all -x` prints. */
export async function seinfo(policy: string): Promise<Seinfo> {
  const { stdout } = await peer('seinfo', ['--all', '-x', policy]);
  const counts: Record<string, number> = {};
  const listings: Record<string, string[]> = {};
  let heading: string | undefined;
  let entries: string[] = [];
  for (const line of stdout.split('\n')) {
    const start = /^(\S[\w ]+): (\d+)$/.exec(line);
    if (start !== null) {
      heading = start[1]!;
      entries = [];
      listings[heading] = entries;
    } else if (heading === undefined) {
      for (const [, name, count] of line.matchAll(/(\S[\w. ]*?): +(\d+)/g)) {
        counts[name!] = Number(count);
      }
    } else if (line.startsWith('   ')) entries.push(line.trim());
    else if (line !== '') entries.push(`${entries.pop()!} ${line.trim()}`);
  }
  const said = (words: string): string =>
    new RegExp(`^${words}:? *\\(?(.*)$`, 'm').exec(stdout)![1]!;
  return {
    version: said('Policy Version').split(' ')[0]!,
    mls: stdout.includes('(MLS enabled)') ? 'enabled' : 'disabled',
    handleUnknown: said('Handle unknown classes'),
    counts,
    listings,
  };
}
