import { readFileSync } from 'node:fs';
import { type Residual, residualsOf } from '../../description/index.ts';
import {
  type Described,
  type PolicySet,
  type Proved,
  prove as proveNevers,
  undescribed,
} from '../../selinux/prove/index.ts';
import type { Style } from '../../text/index.ts';
import { apparmorExitCode, apparmorJson, apparmorText } from '../apparmor-table.ts';
import { ExitCode } from '../exit-code.ts';
import { FEATURE_SETS } from '../feature-sets.ts';
import type { Io } from '../io.ts';
import { loadNevers } from '../load-nevers.ts';
import { RUNNING_POLICY } from '../load-policy.ts';
import { namedPolicySet } from '../load-policy-set.ts';
import { DEFAULT_PROFILE, loadProfile, rulesetOf } from '../load-profile.ts';
import {
  apparmorSuite,
  provedSuite,
  REPORT_OPTIONS,
  type ReportOptions,
  writeProofReports,
} from '../proof-report.ts';
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
import { proveApparmor } from '../prove-apparmor.ts';
import { type OriginsOf, ruleOrigins } from '../rule-origins.ts';
import { addTargets } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';

export const prove: Verb = {
  name: 'prove',
  summary: 'prove every never of a description on a binary policy',
  define(command, run, io) {
    for (const [flags, what] of REPORT_OPTIONS) command.option(flags, what);
    command
      .argument(
        '[profile]',
        'directory with a confinement.ts; with --domain a file with a list of nevers',
        DEFAULT_PROFILE,
      )
      .option(
        '--domain <type>',
        'a domain of the policy that no description made: nothing is known of it but the policy',
      )
      .option('--policy <policy>', 'the policy that the module is linked into', RUNNING_POLICY)
      .option(
        '--file-contexts <file>',
        'its file contexts; those beside it count too (default: where the policy has them)',
      )
      .option(
        '--base <policy>',
        'the distribution’s policy without other modules: only what that grants every domain is base',
      )
      .option(
        '--apparmor <file>',
        'an AppArmor profile instead, as text or as apparmor_parser compiled it',
      )
      .option(
        '--features <features>',
        `of ${FEATURE_SETS.map(({ id }) => id).join(', ')}, or files as apparmor_parser --kernel-features takes them: what its text is compiled for (default: each that is known)`,
        addTargets,
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Ends with 0 if every never holds, 1 if one is violated, 4 if one cannot be decided. What an AppArmor kernel does not ask about counts as violated,
unless a residual of the description accepts it for that mechanism.

Examples:
  confine prove                                                        ${DEFAULT_PROFILE} on the running policy
  confine prove profiles/tcpdump --policy policy.34 --json             another profile, for scripts
  confine prove --apparmor /etc/apparmor.d/usr.bin.rustnet --features linux-6.12   on an AppArmor profile
  confine prove nevers.ts --domain httpd_t --policy debian-13 --base debian-13   a domain of the policy’s own`,
      )
      .action((profile: string, options: Options) => run(() => proveProfile(profile, options, io)));
  },
};

interface Options extends ReportOptions {
  readonly domain?: string;
  readonly policy: string;
  readonly fileContexts?: string;
  readonly base?: string;
  readonly apparmor?: string;
  readonly features?: string[];
  readonly json?: true;
}

async function proveProfile(named: string, options: Options, io: Io): Promise<ExitCode> {
  const { domain, apparmor } = options;
  if (apparmor !== undefined) return proveOverApparmor(named, apparmor, options, io);
  if (options.features !== undefined) {
    throw new UsageError('--features is about AppArmor profiles', 'name one with --apparmor');
  }
  const {
    confinement,
    further = [],
    set,
    file,
    shown,
    origins,
  } = domain === undefined
    ? await describedDomain(named, options, io)
    : await otherDomain(named, domain, options, io);
  const proved = proveNevers(set, confinement);
  const domains = further.map((one) => ({
    ...{ confinement: one, origins },
    proved: proveNevers(set, one),
  }));
  writeProofReports(io, options, {
    title: `confine prove ${shown}`,
    file,
    suites: [
      provedSuite('nevers', file, proved, origins),
      ...domains.map((one) => provedSuite(one.confinement.domain, file, one.proved, origins)),
    ],
  });
  io.out(
    options.json
      ? `${JSON.stringify(
          {
            ...{ domain: confinement.domain, policy: options.policy },
            nevers: proofJson({ proved, origins }),
            ...(domains.length > 0 && {
              domains: domains.map((one) => ({
                domain: one.confinement.domain,
                nevers: proofJson(one),
              })),
            }),
          },
          null,
          2,
        )}\n`
      : [{ confinement, proved, origins }, ...domains]
          .map((one) =>
            [
              ...(domains.length === 0
                ? []
                : [io.outStyle.strong(`What ${one.confinement.domain} must never do`), '']),
              text(residualsOf(one.confinement, 'selinux'), one, io.outStyle),
            ].join('\n'),
          )
          .join('\n'),
  );
  return proofExitCode([...proved, ...domains.flatMap((one) => one.proved)]);
}

async function proveOverApparmor(
  named: string,
  file: string,
  options: Options,
  io: Io,
): Promise<ExitCode> {
  const { features, json } = options;
  const other = (['domain', 'fileContexts', 'base'] as const).find(
    (option) => options[option] !== undefined,
  );
  if (other !== undefined) {
    throw new UsageError(
      `--apparmor does not go with --${other === 'fileContexts' ? 'file-contexts' : other}`,
      'leave one of them out',
    );
  }
  const profile = await loadProfile(io, named);
  const columns = await proveApparmor(io, profile, file, features);
  writeProofReports(io, options, {
    title: `confine prove ${profile.shown} --apparmor ${file}`,
    file: profile.file,
    suites: columns.map((column) =>
      apparmorSuite(column.features ?? 'compiled', profile.file, column.proved),
    ),
  });
  io.out(
    json
      ? `${JSON.stringify({ profile: file, columns: apparmorJson(columns) }, null, 2)}\n`
      : apparmorText(columns, io.outStyle),
  );
  return apparmorExitCode(columns);
}

function text(
  residuals: readonly Residual[],
  {
    proved,
    origins,
  }: { readonly proved: readonly Proved[]; readonly origins: OriginsOf | undefined },
  style: Style,
): string {
  const columns = [{ title: '', proved }];
  const faults = proofFaults(columns);
  const ending =
    faults.length === 0
      ? `${style.good('yes')}: ${proofYes(columns)}`
      : `${style.bad(proofExitCode(proved) === ExitCode.no ? 'no' : 'undecided')}: ${faults.join('; ').replace(/^undecided: /, '')}`;
  const body = proofTable({ proved, origins }, style);
  return [
    ...(body === ''
      ? []
      : [body, ...assumedLines(columns, style), ...residualLines(residuals, columns, style)]),
    ...proofTotals(columns),
    ending,
    '',
  ].join('\n');
}

/** What is proved, of what, and the file that says so. */
interface Asked {
  readonly confinement: Described;
  /** The further domains of a description. */
  readonly further?: readonly Described[];
  readonly set: PolicySet;
  readonly file: string;
  readonly shown: string;
  /** Who brought a rule; of a domain that no description made nobody can say. */
  readonly origins?: OriginsOf;
}

async function describedDomain(named: string, options: Options, io: Io): Promise<Asked> {
  const profile = await loadProfile(io, named);
  const { confinement, file, shown } = profile;
  const set = await namedPolicySet(io, options, rulesetOf(profile));
  const text = readFileSync(file, 'utf8');
  // Which headers its modules were compiled with is not known.
  const { db, base } = set;
  const origins = ruleOrigins({ confinement, text, db, base, given: undefined });
  const { further = [] } = confinement;
  return { confinement, further, file, shown, set, origins };
}

async function otherDomain(
  named: string,
  domain: string,
  options: Options,
  io: Io,
): Promise<Asked> {
  const { never, file, shown } = await loadNevers(io, named);
  const set = await namedPolicySet(io, options, undefined);
  return { confinement: undescribed(set.db, domain, never), file, shown, set };
}
