import { join, resolve } from 'node:path';
import { readCompiled } from '../../apparmor/compiled/index.ts';
import type { Suite } from '../../description/index.ts';
import {
  apparmor,
  type CheckResult,
  connectSsh,
  debian13,
  type LabResult,
  type Machine,
  type PackageFile,
  packagesOf,
  parseSshTarget,
  probeBinary,
  realProgram,
  runSuite,
  selinux,
  startQemu,
} from '../../lab/index.ts';
import {
  domainPicture,
  headline,
  htmlReport,
  jsonReport,
  junitReport,
  markdownReport,
  pictureName,
  type Report,
  sarifReport,
  terminalPicture,
  verdictOf,
} from '../../report/index.ts';
import { printable, type Style, table, wrap } from '../../text/index.ts';
import { apparmorTargets } from '../apparmor-standing.ts';
import { CHECK_TARGETS } from '../check-targets.ts';
import { examineTargets } from '../examine-targets.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { apparmorReport, labReport } from '../lab-report.ts';
import { readReport } from '../lab-report-file.ts';
import { kernelPolicySet } from '../load-policy-set.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile, rulesetOf } from '../load-profile.ts';
import { loadSuite, moduleFiles, probeSource, profileFiles } from '../load-suite.ts';
import { refuseSeveralDomains } from '../one-domain.ts';
import { readPackageChecks } from '../package-checks.ts';
import { besideApparmor, withTargets } from '../profile-targets.ts';
import { step } from '../progress.ts';
import { proveBuiltApparmor, provedIn } from '../prove-apparmor.ts';
import { sinceBaselines } from '../report-since.ts';
import { chosenTargets } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

interface Options {
  readonly target: string;
  readonly mechanism: string;
  readonly duration?: string;
  readonly full?: true;
  readonly only?: string;
  readonly evidence?: string;
  readonly from?: string;
  readonly packages?: string;
  readonly programVersion?: string;
  readonly json?: true;
}

export const lab: Verb = {
  name: 'lab',
  summary:
    'run the real program on a real kernel with SELinux or AppArmor: scenarios, attacks, evidence',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts and scenarios/', DEFAULT_PROFILE)
      .option(
        '--target <machine>',
        'debian-13 (a guest, built on first use) or ssh://root@host[:port]',
        'debian-13',
      )
      .option('--mechanism <name>', 'selinux or apparmor: what the machine enforces', 'selinux')
      .option('--full', 'the long form, which makes evidence: upgrade, long scenarios, 300 s')
      .option('--duration <seconds>', 'of a capture session (default: 10; with --full: 300)')
      .option('--only <pattern>', 'scenarios and attacks whose id matches a regular expression')
      .option('--evidence <directory>', 'write the report there in every form, with pictures')
      .option(
        '--from <report.json>',
        'run nothing: write an earlier report again, with the verdicts of today on every target',
      )
      .option(
        '--packages <file>',
        'what the packages did on a machine (evidence/packages.json), as a chapter of the report',
      )
      .option(
        '--program-version <version>',
        'another release of the program than the one that the scenarios are made for',
      )
      .option('--json', 'the report as data')
      .addHelpText(
        'after',
        `
Examples:
  confine lab                                             the short form, in a Debian 13 guest
  confine lab --full --target ssh://root@fedora-vm --evidence out   evidence from a machine of yours
  confine lab --mechanism apparmor                         the same under AppArmor, with the profile's apparmor/
  confine lab --from out/report.json --evidence out        the same report in the form of today

A machine that breaks is exit 3, never a verdict. Give it a machine that may be thrown away: modules are
installed, booleans set, resolvers switched.`,
      )
      .action((profile: string, options: Options) => run(() => runLab(profile, options, io)));
  },
};

async function runLab(named: string, options: Options, io: Io): Promise<ExitCode> {
  const profile = await loadProfile(io, named);
  if (options.from !== undefined) {
    const earlier = readReport(resolve(io.cwd, options.from), options.from, profile);
    return hand(await asOfToday(io, profile, earlier), options, io);
  }
  const mechanism = mechanismOf(options.mechanism);
  if (mechanism === 'apparmor') refuseSeveralDomains(profile, 'the lab under AppArmor');
  const suite = withVersion(await loadSuite(io, profile), options.programVersion);
  const ssh = parseSshTarget(options.target);
  if (ssh === undefined && options.target !== 'debian-13') {
    throw new UsageError(
      `there is no machine \`${options.target}\``,
      'it is debian-13 or ssh://root@host[:port]',
    );
  }
  const duration = seconds(options);
  const only = pattern(options.only, suite);
  const packages =
    options.packages === undefined
      ? undefined
      : readPackageChecks(resolve(io.cwd, options.packages), options.packages);

  const program = await step(io, `${suite.program.path}: the real program`, () =>
    realProgram(suite.program),
  );
  const probe = await step(io, 'the attack program', () =>
    probeBinary(probeSource(profile, suite)),
  );
  const {
    machine,
    bootSeconds,
    packages: debs,
  } = await step(io, `machine ${options.target}`, () =>
    ssh === undefined ? guest(options, mechanism, suite, io) : connected(ssh),
  );
  try {
    const started = performance.now();
    const run = {
      machine,
      profile: profile.shown,
      confinement: profile.confinement,
      suite,
      program,
      packages: debs,
      probe,
      form: options.full ? ('full' as const) : ('short' as const),
      duration,
      ...(only === undefined ? {} : { only }),
      ...(bootSeconds === undefined ? {} : { bootSeconds }),
      tidy: ssh !== undefined,
      progress: (what: string) => {
        const time = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
        io.err(`${io.errStyle.faint(`${time} s`)}  ${printable(what)}\n`);
      },
    };
    const again = [
      `confine lab ${profile.shown}${mechanism === 'apparmor' ? ' --mechanism apparmor' : ''}${options.full ? ' --full' : ''} --target ${options.target} --duration ${duration}${options.programVersion === undefined ? '' : ` --program-version ${options.programVersion}`}`,
    ];
    const report =
      mechanism === 'apparmor'
        ? await underApparmor(profile, run, again)
        : await underSelinux(profile, run, again, packages);
    const isEvidence = options.evidence !== undefined;
    return await hand(isEvidence ? await asOfToday(io, profile, report) : report, options, io);
  } finally {
    await machine.stop();
  }
}

type Run = Omit<Parameters<typeof runSuite>[0], 'mechanism'>;

async function underSelinux(
  profile: Profile,
  run: Run,
  again: readonly string[],
  packages: readonly CheckResult[] | undefined,
): Promise<Report> {
  const { confinement } = profile;
  const mechanism = selinux(confinement, moduleFiles(profile));
  const { result, policy } = await runSuite({ ...run, mechanism });
  const ran = kernelPolicySet(policy, rulesetOf(profile));
  return labReport(confinement, run.suite, result, ran, again, packages);
}

/** The proofs are over the compiled profile that the kernel kept, as it enforced it. */
async function underApparmor(
  profile: Profile,
  run: Run,
  again: readonly string[],
): Promise<Report> {
  const mechanism = apparmor(profileFiles(profile));
  const { result, policy } = await runSuite({ ...run, mechanism });
  const { confinement } = profile;
  const proved = provedIn(confinement, readCompiled(policy).profiles);
  return apparmorReport(confinement, run.suite, result, proved, again);
}

function mechanismOf(named: string): 'selinux' | 'apparmor' {
  if (named === 'selinux' || named === 'apparmor') return named;
  throw new UsageError(`there is no mechanism \`${named}\``, 'it is selinux or apparmor');
}

/** With what stands on every target today, and what changed there since the baselines. */
async function asOfToday(io: Io, profile: Profile, report: Report): Promise<Report> {
  const { targets } = chosenTargets(io, undefined, CHECK_TARGETS);
  const examined = await examineTargets(io, profile, targets);
  const profiles = profile.confinement.mechanisms.includes('apparmor')
    ? apparmorTargets(profile, await proveBuiltApparmor(io, profile, undefined))
    : [];
  // Baselines are of linked policies alone.
  if (report.lab.mechanism === 'apparmor')
    return besideApparmor(profile, examined, profiles, report);
  const { since: _, ...whole } = withTargets(profile, examined, profiles, report);
  const since = await sinceBaselines(io, profile, examined);
  return since === undefined ? whole : { ...whole, since };
}

/** Writes the report where it was asked for, and answers. */
async function hand(report: Report, options: Options, io: Io): Promise<ExitCode> {
  if (options.evidence !== undefined) {
    await writeEvidence(resolve(io.cwd, options.evidence), report);
  }
  io.out(options.json ? jsonReport(report) : labSummary(report, io.outStyle));
  return headline(report).passed ? ExitCode.yes : ExitCode.no;
}

interface Started {
  readonly machine: Machine;
  readonly bootSeconds: number | undefined;
  /** What it lacks and cannot fetch. */
  readonly packages: readonly PackageFile[];
}

async function guest(
  options: Options,
  mechanism: 'selinux' | 'apparmor',
  { program }: Suite,
  io: Io,
): Promise<Started> {
  const image = await debian13(mechanism);
  const packages = await packagesOf(image, program);
  const machine = await startQemu(image, {
    // Evidence says how long this machine took to boot.
    anew: options.full ?? false,
    progress: (what) => io.err(`${printable(what)}\n`),
  });
  return { machine, bootSeconds: machine.bootSeconds, packages };
}

async function connected(target: NonNullable<ReturnType<typeof parseSshTarget>>): Promise<Started> {
  return { machine: await connectSsh(target), bootSeconds: undefined, packages: [] };
}

/** The suite for another release of the program. Only a crate can be had in any release. */
function withVersion(suite: Suite, version: string | undefined): Suite {
  if (version === undefined) return suite;
  const { program } = suite;
  if (program.from !== 'crates.io') {
    throw new UsageError(
      `\`--program-version\` is for a program from crates.io; ${program.path} comes from the distribution`,
    );
  }
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new UsageError(`\`--program-version ${version}\` is not a release like 1.7.0`);
  }
  return { ...suite, program: { ...program, version } };
}

function seconds({ duration, full }: Options): number {
  if (duration === undefined) return full ? 300 : 10;
  if (!/^\d{1,5}$/.test(duration)) {
    throw new UsageError(`\`--duration ${duration}\` is not a number of seconds`);
  }
  return Number(duration);
}

/** Of `--only`. Throws UsageError. */
export function pattern(
  text: string | undefined,
  { scenarios, attacks }: Pick<Suite, 'scenarios' | 'attacks'>,
): RegExp | undefined {
  if (text === undefined) return undefined;
  const only = regularExpression(text);
  const ids = [...scenarios, ...attacks].map(({ id }) => id);
  if (!ids.some((id) => only.test(id))) {
    throw new UsageError(
      `no scenario and no attack matches \`--only ${text}\``,
      `they are ${ids.join(', ')}`,
    );
  }
  return only;
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`\`--only ${text}\` is not a regular expression`);
  }
}

/** The report in every form. A picture stands beside the page, since code hosts do not show one that is inside. */
async function writeEvidence(directory: string, report: Report): Promise<void> {
  writeWhole(join(directory, 'report.md'), markdownReport(report, 'pictures'));
  writeWhole(join(directory, 'report.html'), await htmlReport(report));
  writeWhole(join(directory, 'report.json'), jsonReport(report));
  writeWhole(join(directory, 'junit.xml'), junitReport(report));
  writeWhole(join(directory, 'report.sarif'), sarifReport(report));
  if (report.domain !== undefined) {
    for (const form of ['wide', 'narrow'] as const) {
      const picture = domainPicture(report.domain, { form });
      writeWhole(join(directory, 'pictures', `domain-${form}.svg`), picture);
    }
  }
  for (const { mode, steps } of report.lab.scenarios) {
    for (const { screen } of steps) {
      if (screen === undefined) continue;
      const file = join(directory, 'pictures', pictureName(mode, screen.name));
      writeWhole(file, await terminalPicture(screen));
    }
  }
}

/** How a run came out, for a terminal: what was not as expected, and the verdict last. */
export function labSummary(report: Report, style: Style): string {
  const { lab: result } = report;
  const { good, bad } = style;
  const mark = (outcome: string): string =>
    outcome === 'passed' ? good('as expected') : bad('NOT AS EXPECTED');
  const rows = [
    ...result.checks.map((check) => [check.title, 'module', mark(check.outcome)]),
    ...result.scenarios.map((scenario) => [scenario.title, scenario.mode, mark(scenario.outcome)]),
    ...result.attacks.map((attack) => [
      attack.title,
      attack.residual === undefined ? 'attack' : 'residual',
      mark(attack.outcome),
    ]),
  ].map((row) => row.map((cell, i) => (i === 2 ? cell : printable(cell))));
  const problems = problemLines(result).map((line) => `${printable(line)}\n`);
  const verdict = headline(report);
  const columns = ['what', 'kind', 'came out'].map((heading) => ({ heading }));
  return `${table(columns, rows, style.width)}
${problems.join('')}${problems.length > 0 ? '\n' : ''}${(verdict.passed ? good : bad)(verdict.text)}, in ${result.seconds.toFixed(0)} s on ${printable(result.machine.distribution)}, ${printable(result.machine.kernel)}
${wrap(printable(verdictOf(report).sentence), 100)}
`;
}

function problemLines({ checks, scenarios, attacks }: LabResult): string[] {
  return [...checks, ...scenarios, ...attacks].flatMap(({ title, problems }) =>
    problems.map((problem) => `${title}: ${problem}`),
  );
}
