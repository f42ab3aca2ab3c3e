import type { CompiledProfile } from '../compiled/index.ts';
import { executions } from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { executionSentence, hatsOf, nameToChangeTo } from './reach.ts';
import type { Finding } from './verdict.ts';

/** No way into another profile, nor out of all of them. What is stacked upon a profile only takes away, so that is none. */
export function transition(
  profile: CompiledProfile,
  _never: Of<'transition'>,
  { profiles }: ProfileSubject,
  finding: Finding,
): void {
  for (const execution of executions(profile)) {
    const { to, target, otherwise } = execution.mode;
    const others = (target ?? '')
      .split('\0')
      .filter((name) => !name.startsWith('&') && name !== profile.name);
    const leaves = to === 'named' ? others.length > 0 : to !== 'none';
    if (leaves || otherwise === 'unconfined') {
      finding.ways.push(`${executionSentence(profile, execution)}: it leaves the profile`);
    }
  }
  for (const { name } of hatsOf(profile, profiles)) {
    finding.ways.push(`profile ${profile.name} may change to its hat ${name}`);
  }
  const name = nameToChangeTo(profile, [profile.name]);
  if (name !== undefined) {
    finding.ways.push(`profile ${profile.name} may change to \`${name}\`: change_profile`);
  }
}
