import { type Proved, prove as proveNevers } from '../../guarantee/index.ts';
import type { Style } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { RUNNING_POLICY } from '../load-policy.ts';
import { namedPolicySet } from '../load-policy-set.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile, rulesetOf } from '../load-profile.ts';
import {
  assumedLines,
  proofExitCode,
  proofFaults,
  proofJson,
  proofTable,
  proofTotals,
  proofYes,
  residualLines,
} from '../proof-table.ts';
import type { Verb } from '../verb.ts';

export const prove: Verb = {
  name: 'prove',
  summary: 'prove every never of a description on a binary policy',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option('--policy <policy>', 'the policy that the module is linked into', RUNNING_POLICY)
      .option(
        '--file-contexts <file>',
        'its file contexts; those beside it count too (default: where the policy has them)',
      )
      .option(
        '--base <policy>',
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

interface Options {
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
  io.out(
    options.json
      ? `${JSON.stringify({ domain: confinement.domain, policy: options.policy, nevers: proofJson(proved) }, null, 2)}\n`
      : text(profile, proved, io.outStyle),
  );
  return proofExitCode(proved);
}

function text({ confinement }: Profile, proved: readonly Proved[], style: Style): string {
  const columns = [{ title: '', proved }];
  const faults = proofFaults(columns);
  const ending =
    faults.length === 0
      ? `${style.good('yes')}: ${proofYes(columns)}`
      : `${style.bad(proofExitCode(proved) === ExitCode.no ? 'no' : 'undecided')}: ${faults.join('; ').replace(/^undecided: /, '')}`;
  const body = proofTable(proved, style);
  return [
    ...(body === ''
      ? []
      : [
          body,
          ...assumedLines(columns, style),
          ...residualLines(confinement.residuals, columns, style),
        ]),
    ...proofTotals(columns),
    ending,
    '',
  ].join('\n');
}
