import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PolicySet } from '../../guarantee/index.ts';
import { review as reviewTallies } from '../../review/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { POLICY_TARGETS, type PolicyTarget } from '../../toolchain/index.ts';
import { linkProfile } from '../check-profile.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { loadDenials } from '../load-denials.ts';
import { linkedFiles, loadPolicySet, namedPolicySet } from '../load-policy-set.ts';
import {
  DEFAULT_PROFILE,
  descriptionIn,
  loadProfile,
  type Profile,
  rulesetOf,
} from '../load-profile.ts';
import { step } from '../progress.ts';
import { reviewExitCode, reviewJson, reviewTable } from '../review-table.ts';
import { chosenTargets, targetNames, usualTarget } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';

interface Options {
  readonly policy?: string;
  readonly target?: string;
  readonly fileContexts?: string;
  readonly json?: true;
}

export const review: Verb = {
  name: 'review',
  summary: 'denials of audit logs: what each means for the description',
  define(command, run, io) {
    command
      .argument(
        '[paths...]',
        `a profile (default: ${DEFAULT_PROFILE}), then audit logs; - is the standard input`,
      )
      .option(
        '--policy <file>',
        'a policy that the module is linked into (default: this description, linked into this machine’s own policy, or for Debian 13 where it has none)',
      )
      .option('--target <policy-target>', `instead of a policy, one of ${targetNames()}`)
      .option('--file-contexts <file>', 'its file contexts (default: where the policy has them)')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
A denial that a never forbids is an attack that was stopped, never a rule to add: for each request, the nevers are proved
again on the policy with that access granted. Logs are of any size and in any shape that people have them:
audit.log, ausearch (raw or -i), the kernel's log, journalctl, syslog, logcat, JSON; plain, .gz or .zst.

Ends with 0 if the description accounts for every denial, 1 if it must decide about one, 4 if one cannot be judged,
and 4 in any case where something was not read or the log says that records were lost.

Examples:
  confine review /var/log/audit/audit.log                   ${DEFAULT_PROFILE}
  confine review profiles/tcpdump --json denials.log        another profile, for scripts
  ausearch --raw -m AVC | confine review --policy policy -  on a policy of yours, what ausearch found`,
      )
      .action((paths: string[], options: Options) => run(() => reviewLogs(paths, options, io)));
  },
};

async function reviewLogs(paths: string[], options: Options, io: Io): Promise<ExitCode> {
  const [named, logs] = profileAndLogs(paths, io);
  const profile = await loadProfile(io, named);
  const read = await step(io, `denials in ${logs.map(printable).join(', ')}`, () =>
    loadDenials(io, logs, profile.confinement),
  );
  const set = await policySetOf(profile, options, io);
  const reviewed = await step(io, `${quantity(read.tallies.length, 'request')} reviewed`, () =>
    reviewTallies(set, profile.confinement, read.tallies),
  );
  io.out(
    options.json
      ? reviewJson(profile.confinement, read, reviewed)
      : reviewTable(read, reviewed, io.outStyle),
  );
  return reviewExitCode(read, reviewed);
}

/** The first path is a profile if there is a description in it. */
function profileAndLogs(paths: readonly string[], io: Io): [string, readonly string[]] {
  const [first, ...rest] = paths;
  const isProfile = first !== undefined && descriptionIn(resolve(io.cwd, first)) !== undefined;
  const logs = isProfile ? rest : paths;
  if (logs.length === 0) {
    throw new UsageError('no audit log was named', 'name files, or - for the standard input');
  }
  for (const log of logs) {
    if (log !== '-' && statSync(resolve(io.cwd, log)).isDirectory()) {
      throw new UsageError(`\`${log}\` is a directory without a confinement.ts, and no log`);
    }
  }
  return [isProfile ? first : DEFAULT_PROFILE, logs];
}

async function policySetOf(profile: Profile, options: Options, io: Io): Promise<PolicySet> {
  const ruleset = rulesetOf(profile);
  if (options.policy !== undefined) {
    if (options.target !== undefined) {
      throw new UsageError('--policy and --target both name a policy', 'leave one of them out');
    }
    const { policy, fileContexts } = options;
    return namedPolicySet(io, { policy, fileContexts }, ruleset);
  }
  const [linked] = await linkProfile(io, profile.confinement, [targetOf(options, io)]);
  return loadPolicySet(io, linkedFiles(linked!), ruleset);
}

function targetOf({ target }: Options, io: Io): PolicyTarget {
  return target === undefined
    ? usualTarget(io)
    : chosenTargets(io, [target], POLICY_TARGETS).targets[0]!;
}
