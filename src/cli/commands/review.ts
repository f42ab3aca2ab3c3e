import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Confinement, domainsOf } from '../../description/index.ts';
import { freshSince, type LogTally, readiness, withoutTold } from '../../fleet/index.ts';
import { review as reviewTallies } from '../../review/index.ts';
import type { PolicySet } from '../../selinux/prove/index.ts';
import { type OpenTarget, POLICY_TARGETS, type PolicyTarget } from '../../targets/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { adviceOn } from '../advise.ts';
import { type ReviewedRecords, reviewRecords } from '../apparmor-review.ts';
import { whatIfApparmor } from '../apparmor-what-if.ts';
import { linkProfile } from '../check-profile.ts';
import { ExitCode } from '../exit-code.ts';
import { chosenFeatureSets, FEATURE_SETS, type FeatureSet } from '../feature-sets.ts';
import { collectAll, tallyFor } from '../fleet/collect.ts';
import { readyExitCode, readyJson, readyText } from '../fleet/ready-text.ts';
import { checkTallyName } from '../fleet/tally-name.ts';
import type { Io } from '../io.ts';
import { linkedFiles, loadPolicySet, namedPolicySet } from '../load-policy-set.ts';
import {
  DEFAULT_PROFILE,
  descriptionIn,
  loadProfile,
  type Profile,
  rulesetOf,
} from '../load-profile.ts';
import { domainNamed } from '../one-domain.ts';
import { step } from '../progress.ts';
import { exitCodeBesides, reviewExitCode, reviewJson, reviewTable } from '../review-table.ts';
import { chosenTargets, targetNames, usualTarget } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';
import { whatIf } from '../what-if.ts';

interface Options {
  readonly policy?: string;
  readonly target?: string;
  readonly domain?: string;
  readonly fileContexts?: string;
  readonly features?: string;
  readonly from?: readonly string[];
  readonly out?: string;
  readonly view?: string;
  readonly since?: string;
  readonly sinceReview?: string;
  readonly ready?: true;
  readonly hosts?: number;
  readonly days?: number;
  readonly whatIf?: true;
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
      .option(
        '--domain <name>',
        'which domain of a description that has several, by its name there or its type',
      )
      .option('--file-contexts <file>', 'its file contexts (default: where the policy has them)')
      .option(
        '--features <features>',
        `what AppArmor’s records are judged for: one of ${FEATURE_SETS.map(({ id }) => id).join(', ')}, or a file as apparmor_parser --kernel-features takes it (default: ${FEATURE_SETS[0]!.id})`,
      )
      .option(
        '--from <source...>',
        'records of many machines: a quoted glob of logs, JSON or Parquet (.gz and .zst too), or clickhouse://HOST/DATABASE?table=TABLE',
      )
      .option('--out <file>', 'write the tally, .parquet or .ndjson, instead of judging it')
      .option('--view <name>', 'print the statement of the ClickHouse view that keeps the tally')
      .option('--since <date>', 'mark requests that were first seen since then (UTC)')
      .option('--since-review <tally>', 'mark requests that an earlier tally lacks')
      .option('--ready', 'whether the domain can be enforced; takes --hosts and --days')
      .option('--hosts <number>', 'how many machines that takes', positive)
      .option('--days <number>', 'for how many days without a request to decide about', positive)
      .option(
        '--what-if',
        'grant what is open, by the first ability that breaks no never or else by its statement, and prove again',
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
A denial that a never forbids is an attack that was stopped, never a rule to add: for each request, the nevers are proved
again on the policy with that access granted. Logs are of any size and in any shape that people have them:
audit.log, ausearch (raw or -i), the kernel's log, journalctl, syslog, logcat, JSON; plain, .gz or .zst.

Ends with 0 if the description accounts for every denial, 1 if it must decide about one, 4 if one cannot be judged,
and 4 in any case where something was not read or the log says that records were lost.
Of an open request it says which ability would grant it on that policy, how much more that would open, and the nevers that
it would break; where none does, the statement. With --what-if it ends as confine prove does, of the description with these.
AppArmor's records are judged over the profile that the description becomes, where it names that mechanism.
A tally is a log too, and several are reviewed as the logs that they were made of; docs/fleet.md has the rest.

Examples:
  confine review /var/log/audit/audit.log                   ${DEFAULT_PROFILE}
  confine review profiles/tcpdump --json denials.log        another profile, for scripts
  ausearch --raw -m AVC | confine review --policy policy -  on a policy of yours, what ausearch found
  confine review --from 'logs/*.json.zst' --out all.parquet a fleet’s records, counted
  confine review denials.log --what-if                      the description with what is suggested, proved
  confine review all.parquet --ready --hosts 40 --days 14   whether forty machines were quiet for two weeks`,
      )
      .action((paths: string[], options: Options) => run(() => reviewLogs(paths, options, io)));
  },
};

async function reviewLogs(paths: string[], options: Options, io: Io): Promise<ExitCode> {
  const from = options.from ?? [];
  const [named, logs] = profileAndLogs(paths, from, io);
  checkOptions(options);
  const { out } = options;
  const profile = await loadProfile(io, named);
  const confinement = domainAsked(profile, options);
  if (options.view !== undefined) {
    const { viewFor } = await import('../fleet/clickhouse.ts');
    io.out(viewFor(io, from, options.view, confinement.program.executables));
    return ExitCode.yes;
  }
  const earlier =
    options.sinceReview === undefined
      ? undefined
      : await tallyFor(io, options.sinceReview, confinement);
  // An address may hold a password.
  const titles = [...logs, ...from.map((source) => source.replace(/\/\/[^/]*@/, '//'))];
  const all = await step(io, `denials in ${titles.map(printable).join(', ')}`, () =>
    collectAll(io, { logs, from }, confinement),
  );
  const read = withoutTold(all);
  refuseForApparmor(options, read);
  if (out !== undefined) {
    const { writeTally } = await import('../fleet/tally-file.ts');
    await writeTally(io, out, all);
    io.out(
      `${quantity(read.tallies.length, 'request')} of ${confinement.domain} in ${printable(out)}\n`,
    );
    return reviewExitCode({ ...read, refusals: [], strays: [] }, []);
  }
  const apparmor = await recordsOf(io, confinement, options, read);
  const fresh = freshSince(earlier, options.since);
  // Without a request of SELinux's there is nothing to link a policy for.
  if (apparmor !== undefined && read.tallies.length === 0) {
    if (options.whatIf) {
      const besides = exitCodeBesides(read, [], apparmor);
      return whatIfApparmor(io, confinement, featureSetOf(io, options), apparmor, {
        ...options,
        besides,
      });
    }
    const none = new Map();
    io.out(
      options.json
        ? reviewJson(read, [], fresh, none, apparmor)
        : reviewTable(read, [], io.outStyle, fresh, none, apparmor),
    );
    return reviewExitCode(read, [], apparmor);
  }
  const { set, target } = await policySetOf(profile, options, io);
  const reviewed = await step(io, `${quantity(read.tallies.length, 'request')} reviewed`, () =>
    reviewTallies(set, confinement, read.tallies),
  );
  if (options.ready) {
    const result = readiness(read, reviewed, { hosts: options.hosts!, days: options.days! });
    io.out(options.json ? readyJson(result) : readyText(result, io.outStyle));
    return readyExitCode(result);
  }
  // An ability is tried in a module of its own, which a part of a module is not.
  const asksAbilities = confinement.module === undefined ? target : undefined;
  const advice = await adviceOn(io, asksAbilities, set, confinement, reviewed);
  if (options.whatIf) {
    const besides = exitCodeBesides(read, reviewed, apparmor);
    const trial = { profile, target: target!, advice, tallies: read.tallies, besides };
    return whatIf(io, trial, options);
  }
  io.out(
    options.json
      ? reviewJson(read, reviewed, fresh, advice, apparmor)
      : reviewTable(read, reviewed, io.outStyle, fresh, advice, apparmor),
  );
  return reviewExitCode(read, reviewed, apparmor);
}

/** What AppArmor's records of a log mean; undefined where it has none. */
async function recordsOf(
  io: Io,
  confinement: Confinement,
  options: Options,
  { apparmor }: LogTally,
): Promise<ReviewedRecords | undefined> {
  if (apparmor.length === 0) return undefined;
  const set = featureSetOf(io, options);
  return step(
    io,
    `${quantity(apparmor.length, 'request')} of AppArmor reviewed, for ${set.title}`,
    () => reviewRecords(confinement, set, apparmor),
  );
}

function featureSetOf(io: Io, { features }: Options): FeatureSet {
  return chosenFeatureSets(io, features === undefined ? undefined : [features])[0]!;
}

/** What is not done with AppArmor's records is refused, and not done without them. */
function refuseForApparmor(options: Options, { apparmor, tallies }: LogTally): void {
  const asked = (
    [
      ['out', '--out: a tally file has no rows for them'],
      ['sinceReview', '--since-review: a tally file has no rows for them'],
      ['ready', '--ready, which is about the SELinux domain'],
    ] as const
  ).find(([option]) => options[option] !== undefined);
  if (apparmor.length > 0 && tallies.length > 0 && options.whatIf) {
    throw new UsageError(
      'the log holds requests of SELinux and of AppArmor, and --what-if tries one mechanism at a time',
      'give it the records of one',
    );
  }
  if (apparmor.length === 0 || asked === undefined) return;
  throw new UsageError(
    `the log holds ${quantity(apparmor.length, 'request')} that AppArmor refused, which do not go with ${asked[1]}`,
    'leave the option out',
  );
}

/** The domain whose denials are judged. Throws UsageError for one that the description has not. */
function domainAsked({ confinement }: Profile, { domain: named, whatIf }: Options): Confinement {
  if (whatIf && confinement.module !== undefined) {
    throw new UsageError(
      '--what-if tries abilities in a module of one domain, and the description has several',
      'leave it out, write the ability into the description, and check',
    );
  }
  const names = confinement.module?.domains ?? [{ name: '', domain: confinement.domain }];
  if (named === undefined) {
    if (names.length === 1) return confinement;
    // Denials of one would pass for those of other programs while another is judged.
    throw new UsageError(
      'the description has several domains, and a review is of one',
      `say which, one after the other: ${names.map(({ domain }) => `--domain ${domain}`).join(', ')}`,
    );
  }
  return domainsOf(confinement)[domainNamed(confinement, named)]!;
}

function checkOptions({
  out,
  since,
  sinceReview,
  ready,
  hosts,
  days,
  whatIf: tries,
  policy,
}: Options): void {
  if (tries && (policy !== undefined || out !== undefined || ready)) {
    throw new UsageError(
      '--what-if compiles and links the description again, which --policy, --out and --ready do not go with',
      'name a target: --target debian-13',
    );
  }
  if (out !== undefined) checkTallyName(out);
  if (since !== undefined && (sinceReview !== undefined || Number.isNaN(Date.parse(since)))) {
    throw new UsageError(
      `--since \`${since}\` is no date, or stands beside --since-review`,
      'write it as 2026-11-28, and name one of both',
    );
  }
  if (ready ? hosts === undefined || days === undefined : hosts !== undefined || days !== undefined)
    throw new UsageError(
      '--ready, --hosts and --days go together',
      'confine review LOG --ready --hosts 40 --days 14',
    );
}

function positive(text: string): number {
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number > 0) return number;
  throw new UsageError(`\`${text}\` is no number of machines or days`, 'write 1 or more');
}

/** The first path is a profile if there is a description in it. */
function profileAndLogs(
  paths: readonly string[],
  from: readonly string[],
  io: Io,
): [string, readonly string[]] {
  const [first, ...rest] = paths;
  const isProfile = first !== undefined && descriptionIn(resolve(io.cwd, first)) !== undefined;
  const logs = isProfile ? rest : paths;
  if (logs.length === 0 && from.length === 0) {
    throw new UsageError(
      'no audit log was named',
      'name files, or - for the standard input, or --from and a source',
    );
  }
  for (const log of logs) {
    if (log !== '-' && statSync(resolve(io.cwd, log)).isDirectory()) {
      throw new UsageError(`\`${log}\` is a directory without a confinement.ts, and no log`);
    }
  }
  return [isProfile ? first : DEFAULT_PROFILE, logs];
}

/** What requests are judged on, and what it was linked for if it was linked here. */
async function policySetOf(
  profile: Profile,
  options: Options,
  io: Io,
): Promise<{ readonly set: PolicySet; readonly target: OpenTarget | undefined }> {
  const ruleset = rulesetOf(profile);
  if (options.policy !== undefined) {
    if (options.target !== undefined) {
      throw new UsageError('--policy and --target both name a policy', 'leave one of them out');
    }
    const { policy, fileContexts } = options;
    return { set: await namedPolicySet(io, { policy, fileContexts }, ruleset), target: undefined };
  }
  const [linked] = await linkProfile(io, profile.confinement, [targetOf(options, io)]);
  return { set: loadPolicySet(io, linkedFiles(linked!), ruleset), target: linked!.target };
}

function targetOf({ target }: Options, io: Io): PolicyTarget {
  return target === undefined
    ? usualTarget(io)
    : chosenTargets(io, [target], POLICY_TARGETS).targets[0]!;
}
