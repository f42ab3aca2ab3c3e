import type { CompiledProfile } from '../compiled/index.ts';
import { PERM } from '../compiled/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { directWays, namesBelow } from './paths.ts';
import type { Finding } from './verdict.ts';

/** Information over other programs is not followed: that takes the profiles of all of them. What it reads itself is found. */
export function flowFrom(
  profile: CompiledProfile,
  { sources }: Of<'flow-from'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  const paths = sources.filter((source) => source.startsWith('/'));
  if (paths.length > 0) {
    directWays(profile, PERM.read, 'read', { within: namesBelow(paths) }, finding);
  }
  finding.reasons.push(
    'flows of information over other programs are not proved over AppArmor profiles',
  );
}
