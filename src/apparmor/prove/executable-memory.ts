import { type CompiledProfile, granted, PERM, permissionsOf } from '../compiled/index.ts';
import { fileRules, pathWitness } from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { WRITE, waysRoundNames } from './paths.ts';
import type { Finding } from './verdict.ts';

/** No file is both written and run. Of memory that is no file nothing is asked. */
export function executableMemory(
  profile: CompiledProfile,
  _never: Of<'executable-memory'>,
  { profiles }: ProfileSubject,
  finding: Finding,
): void {
  const witness = pathWitness(profile, (allow) => (allow & WRITE) !== 0 && (allow & RUN) !== 0);
  if (witness === 'too-large') {
    finding.reasons.push(
      `profile ${profile.name}: whether it may write and run one file is too large a question`,
    );
  } else if (witness !== undefined) {
    finding.ways.push(`profile ${profile.name} may write and run ${witness.path}`);
  }
  if (linksWhatItRuns(profile)) {
    finding.reasons.push(
      `profile ${profile.name} may make links that it may run: whether one can be to a file that it writes is not looked at`,
    );
  }
  if (profiles.length > 1) {
    finding.reasons.push('what one profile of the file writes another may run: not looked at');
  }
  waysRoundNames(profile, WRITE, [], finding);
  finding.unmediated.push({
    says: 'memory that is no file: nothing is checked when it is made writable and executable',
    notAsked: 'anonymous-memory',
  });
}

const RUN = PERM.mmapExec | PERM.exec;

function linksWhatItRuns(profile: CompiledProfile): boolean {
  const rules = fileRules(profile)?.rules;
  if (rules === undefined) return false;
  for (let state = 1; state < rules.dfa.states; state++) {
    const { owner, other } = permissionsOf(rules, state);
    for (const half of [owner, other]) {
      const allow = granted(half);
      if ((allow & PERM.link) !== 0 && (allow & RUN) !== 0) return true;
    }
  }
  return false;
}
