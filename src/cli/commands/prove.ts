import { prove as proveNevers } from '../../guarantee/index.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { RUNNING_POLICY } from '../load-policy.ts';
import { namedPolicySet } from '../load-policy-set.ts';
import { DEFAULT_PROFILE, loadProfile, rulesetOf } from '../load-profile.ts';
import {
  provedSuite,
  REPORT_OPTIONS,
  type ReportOptions,
  writeProofReports,
} from '../proof-report.ts';
import { proofExitCode, proofJson, proofTable } from '../proof-table.ts';
import type { Verb } from '../verb.ts';

export const prove: Verb = {
  name: 'prove',
  summary: 'prove every never of a description on a binary policy',
  define(command, run, io) {
    for (const [flags, what] of REPORT_OPTIONS) command.option(flags, what);
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option('--policy <file>', 'the policy that the module is linked into', RUNNING_POLICY)
      .option(
        '--file-contexts <file>',
        'its file contexts; those beside it count too (default: where the policy has them)',
      )
      .option(
        '--base <file>',
        'the distribution’s policy without other modules: only what that grants every domain is base',
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Ends with 0 if every never holds, 1 if one is violated, 4 if one cannot be decided.

Examples:
  confine prove                                                        ${DEFAULT_PROFILE} on the running policy
  confine prove profiles/tcpdump --policy policy.34 --json             another profile, for scripts`,
      )
      .action((profile: string, options: Options) => run(() => proveProfile(profile, options, io)));
  },
};

interface Options extends ReportOptions {
  readonly policy: string;
  readonly fileContexts?: string;
  readonly base?: string;
  readonly json?: true;
}

async function proveProfile(named: string, options: Options, io: Io): Promise<ExitCode> {
  const profile = await loadProfile(io, named);
  const { confinement } = profile;
  const set = await namedPolicySet(io, options, rulesetOf(profile));
  const proved = proveNevers(set, confinement);
  writeProofReports(io, options, {
    title: `confine prove ${profile.shown}`,
    file: profile.file,
    suites: [provedSuite('nevers', profile.file, proved)],
  });
  io.out(
    options.json
      ? `${JSON.stringify({ domain: confinement.domain, policy: options.policy, nevers: proofJson(proved) }, null, 2)}\n`
      : proofTable(proved, io.outStyle),
  );
  return proofExitCode(proved);
}
