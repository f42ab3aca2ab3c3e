import type { DenialTally } from '../denials/index.ts';
import { type Confinement, confine, type Description } from '../description/index.ts';
import { descriptionOf, withAbility } from '../draft/index.ts';
import { type Reviewed, review } from '../review/index.ts';
import { prove } from '../selinux/prove/index.ts';
import { type OpenTarget, POLICY_TARGETS } from '../targets/index.ts';
import { printable } from '../text/index.ts';
import { type Advice, chosenOf } from './advise.ts';
import { linkProfile } from './check-profile.ts';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { linkedFiles, loadPolicySet } from './load-policy-set.ts';
import { type Profile, rulesetOf } from './load-profile.ts';
import { step } from './progress.ts';
import { proofExitCode, proofJson, proofTable } from './proof-table.ts';

/** What is tried: a profile, with what was advised on its open requests. */
export interface Trial {
  readonly profile: Profile;
  readonly target: OpenTarget;
  readonly advice: ReadonlyMap<Reviewed, Advice>;
  /** Every request of the logs, to be judged again. */
  readonly tallies: readonly DenialTally[];
  /** How the review would end if nothing were open. */
  readonly besides: ExitCode;
}

/** Links the description with what was advised, proves it, and says what then is still open. Nothing is written. */
export async function whatIf(io: Io, trial: Trial, { json }: { json?: true }): Promise<ExitCode> {
  const { profile, advice, tallies, besides } = trial;
  const target = POLICY_TARGETS.find(({ id }) => id === trial.target.id)!;
  const chosen = [...advice.values()].map((one) => ({ one, ...chosenOf(one) }));
  if (chosen.length === 0) {
    io.out(json ? `${JSON.stringify({ tried: [] })}\n` : nothingToTry(besides));
    return besides;
  }
  const tried = [...new Set(chosen.map(({ named, one }) => named ?? one.statement))];
  // What is tried is proved on SELinux: its words in another mechanism are not asked for.
  const described: Description = {
    ...descriptionOf(profile.confinement),
    mechanisms: ['selinux'],
  };
  const confinement = confine(
    chosen.reduce(
      (description, { ability, tunables }) => withAbility(description, ability, tunables),
      described,
    ),
  );
  const [linked] = await linkProfile(io, confinement, [target]);
  const set = loadPolicySet(io, linkedFiles(linked!), rulesetOf(profile));
  const proved = await step(io, `proved with them on ${target.title}`, () =>
    prove(set, confinement),
  );
  const after = review(set, confinement, tallies);
  const open = after.filter(({ meaning }) => meaning.kind === 'open').length;
  io.out(
    json
      ? `${JSON.stringify({ domain: confinement.domain, tried, open, nevers: proofJson({ proved }) }, null, 2)}\n`
      : [
          `with ${tried.map(printable).join('\n and ')}`,
          '',
          proofTable({ proved }, io.outStyle),
          openText(open, confinement),
          ...besidesText(besides),
          '',
        ].join('\n'),
  );
  if (besides !== ExitCode.yes) return besides;
  const code = proofExitCode(proved);
  return code === ExitCode.yes && open > 0 ? ExitCode.no : code;
}

/** Of a log in which nothing is left to grant. */
export function nothingToTry(besides: ExitCode): string {
  return `${['nothing is open: there is nothing to try', ...besidesText(besides)].join('\n')}\n`;
}

/** That more is in the log than a trial can settle. */
export function besidesText(besides: ExitCode): string[] {
  return besides === ExitCode.yes
    ? []
    : ['not all of the log was read and judged: `confine review` without --what-if says what'];
}

function openText(open: number, { domain }: Confinement): string {
  return open === 0
    ? `no request of ${domain} is open then`
    : `${open} of its requests would still be open`;
}
