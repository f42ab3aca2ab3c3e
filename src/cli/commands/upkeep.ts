import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Baseline, concernsOf } from '../../upkeep/index.ts';
import { hasBaseline, readBaseline } from '../baselines.ts';
import { CHECK_TARGETS } from '../check-targets.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { DEFAULT_PROFILE, describedBy, descriptionIn, type Profile } from '../load-profile.ts';
import { refuseSeveralDomains } from '../one-domain.ts';
import { addTargets, chosenTargets, targetNames } from '../targets.ts';
import { policyFindings } from '../upkeep-policy.ts';
import { programParts } from '../upkeep-program.ts';
import {
  type UpkeepPart,
  type UpkeepReport,
  upkeepExitCode,
  upkeepJunit,
  upkeepMarkdown,
  upkeepSarif,
  upkeepText,
} from '../upkeep-report.ts';
import { UsageError, type Verb } from '../verb.ts';
import { ownVersion } from '../version.ts';
import { writeWhole } from '../write-file.ts';

export interface Options {
  readonly target?: string[];
  readonly against?: string;
  readonly program?: string;
  readonly from?: string;
  readonly lab?: true;
  readonly only?: string;
  readonly json?: true;
  readonly markdown?: string;
  readonly sarif?: string;
  readonly junit?: string;
}

export const upkeep: Verb = {
  name: 'upkeep',
  summary: 'a new release of a distribution or of the program: what changed, and what to edit',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts and baseline/', DEFAULT_PROFILE)
      .option(
        '--target <names>',
        `of ${targetNames(CHECK_TARGETS)} (default: all that have a baseline and that this machine can have)`,
        addTargets,
      )
      .option('--against <target>', 'the baseline of another target, as debian-12 of debian-13')
      .option(
        '--program <new>',
        'a new release of the program instead: a version, a binary, a .deb or .rpm, or a source tree',
      )
      .option(
        '--from <old>',
        'what it is compared with, in the same forms (default: the release of the scenarios)',
      )
      .option(
        '--lab',
        'also run the scenarios with both, permissive, and compare what they ask for',
      )
      .option('--only <pattern>', 'with --lab: scenarios whose id matches a regular expression')
      .option('--json', 'the same as data')
      .option('--markdown <file>', 'also write it for a pull request')
      .option('--sarif <file>', 'also write what asks for something as SARIF 2.1.0')
      .option('--junit <file>', 'also write it as JUnit XML')
      .addHelpText(
        'after',
        `
Compares with baseline/TARGET.json, which \`confine check --record\` writes. Ends with 0 if there is nothing to do, 1 if
something is to be edited or decided, 4 if something is unclear.

Examples:
  confine upkeep                                          what the policies of today changed for ${DEFAULT_PROFILE}
  confine upkeep --target debian-13 --against debian-12   what a new release changes
  confine upkeep --program 1.7.0 --from 1.6.0             what a new release of the program asks for`,
      )
      .action((profile: string, options: Options) => run(() => runUpkeep(profile, options, io)));
  },
};

async function runUpkeep(named: string, options: Options, io: Io): Promise<ExitCode> {
  const started = new Date();
  refuseMixtures(options);
  const profile = await describedBy(io, named);
  refuseSeveralDomains(profile, 'upkeep');
  const file = descriptionIn(profile.directory)!;
  const concerns = concernsOf(profile.confinement, readFileSync(file, 'utf8'));
  const report: UpkeepReport = {
    profile: profile.shown,
    description: relative(io.cwd, file),
    parts:
      options.program === undefined
        ? await policyParts(io, profile, options, concerns)
        : await programParts(io, profile, { ...options, program: options.program }, concerns),
  };
  writeForms(io, options, report, started);
  io.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : upkeepText(report, io.outStyle));
  return upkeepExitCode(report);
}

function refuseMixtures({ program, target, against, from, lab, only }: Options): void {
  const ofProgram = { '--from': from, '--lab': lab, '--only': only };
  const ofPolicy = { '--target': target, '--against': against };
  const [wrong] = Object.entries(program === undefined ? ofProgram : ofPolicy).filter(
    ([, value]) => value !== undefined,
  );
  if (wrong !== undefined) {
    throw new UsageError(
      program === undefined
        ? `\`${wrong[0]}\` is about a new release of the program`
        : `\`${wrong[0]}\` is about a policy, and \`--program\` about the program`,
      program === undefined ? 'name it with `--program`' : 'ask the one, then the other',
    );
  }
  if (only !== undefined && lab === undefined) {
    throw new UsageError('`--only` chooses scenarios, which only `--lab` runs');
  }
}

async function policyParts(
  io: Io,
  profile: Profile,
  { target, against }: Options,
  concerns: ReturnType<typeof concernsOf>,
): Promise<UpkeepPart[]> {
  // A target that was never recorded is none of upkeep's, unless it is named.
  const recorded = CHECK_TARGETS.filter(({ id }) => hasBaseline(profile, against ?? id));
  if (target === undefined && recorded.length === 0) readBaseline(profile, CHECK_TARGETS[0]!.id);
  const { targets } = chosenTargets(io, target, target === undefined ? recorded : CHECK_TARGETS);
  const parts: UpkeepPart[] = [];
  for (const one of targets) {
    const before = readBaseline(profile, against ?? one.id);
    const { now, findings } = await policyFindings(io, profile, one, before, concerns);
    parts.push({
      id: one.id,
      title: `${profile.confinement.name} on ${one.id}${against === undefined ? '' : `, against the baseline of ${against}`}`,
      before: before.of.policy.version,
      now: now.of.policy.version,
      findings,
      notes: notesOf(before, now, findings.length),
    });
  }
  return parts;
}

function notesOf(before: Baseline, now: Baseline, findings: number): string[] {
  const notes: string[] = [];
  if (before.of.description.sha256 !== now.of.description.sha256) {
    notes.push(
      `the description itself changed since (${before.of.description.version} -> ${now.of.description.version}): some of this is its doing`,
    );
  }
  const moved = (['policy', 'headers'] as const).filter(
    (part) => before.of[part].sha256 !== now.of[part].sha256,
  );
  if (moved.length > 0 && findings === 0) {
    notes.push(`the ${moved.join(' and the ')} changed, and nothing of it reaches the domain`);
  }
  return notes;
}

function writeForms(io: Io, options: Options, report: UpkeepReport, started: Date): void {
  const seconds = (Date.now() - started.getTime()) / 1000;
  const write = (file: string | undefined, text: () => string): void => {
    if (file !== undefined) writeWhole(resolve(io.cwd, file), text());
  };
  write(options.markdown, () => upkeepMarkdown(report));
  write(options.sarif, () => upkeepSarif(report, `confine ${ownVersion()}`));
  write(options.junit, () => upkeepJunit(report, seconds, started.toISOString()));
}
