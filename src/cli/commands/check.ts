import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Confinement,
  domainsOf,
  residualsOf,
  rolloutEvidence,
  shipsPermissive,
} from '../../description/index.ts';
import { profileFiles } from '../../packaging/index.ts';
import type { CallFinding } from '../../selinux/facts/index.ts';
import { printable, quantity, type Style } from '../../text/index.ts';
import { apparmorExitCode, apparmorJson, apparmorText } from '../apparmor-table.ts';
import { recordBaselines } from '../baselines.ts';
import { callsTable } from '../calls-table.ts';
import { CHECK_TARGETS } from '../check-targets.ts';
import { entranceProblems, entranceTable } from '../entered-from.ts';
import { type ExaminedTarget, examineTargets } from '../examine-targets.ts';
import { ExitCode } from '../exit-code.ts';
import { compareGenerated } from '../generated-files.ts';
import { type CallsOnTarget, judgeCalls } from '../interface-calls.ts';
import type { Io } from '../io.ts';
import { coverageLines, type LabelCoverage, labelCoverage } from '../label-coverage.ts';
import { loadFileContexts } from '../load-file-contexts.ts';
import { DEFAULT_PROFILE, describedBy, type Profile } from '../load-profile.ts';
import { refuseSeveralDomains } from '../one-domain.ts';
import { openingLines, undeclaredOpenings } from '../openings.ts';
import { step } from '../progress.ts';
import {
  apparmorSuite,
  type Demand,
  demandsSuite,
  provedSuite,
  REPORT_OPTIONS,
  type ReportOptions,
  writeProofReports,
} from '../proof-report.ts';
import {
  assumedLines,
  proofComparison,
  proofExitCode,
  proofFaults,
  proofJson,
  proofTotals,
  proofYes,
  residualLines,
} from '../proof-table.ts';
import { proveBuiltApparmor } from '../prove-apparmor.ts';
import { type OriginsOf, ruleOrigins } from '../rule-origins.ts';
import { sensitiveFindings, sensitiveLines, sensitiveProblems } from '../sensitive.ts';
import { sideBySide, sideBySideJson, worstOf } from '../side-by-side.ts';
import { summaryTable } from '../summary-table.ts';
import { addTargets, chosenTargets, type LeftOut, leftOutText, targetNames } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';

export const check: Verb = {
  name: 'check',
  summary: 'build, compile, link, say what the domain may do, and prove the nevers (the main job)',
  define(command, run, io) {
    for (const [flags, what] of REPORT_OPTIONS) command.option(flags, what);
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option(
        '--target <targets>',
        `of ${targetNames(CHECK_TARGETS)}; several in a list, or said again (default: all that this machine can have)`,
        addTargets,
      )
      .option(
        '--mechanism <mechanism>',
        'selinux, or apparmor: the profile that is built below apparmor/, proved for the features of several kernels, which --target names then; all: both, and side by side',
        'selinux',
      )
      .option('--brief', 'only the verdicts, what is wrong, and the totals')
      .option('--json', 'the same as data')
      .option(
        '--record',
        'write baseline/TARGET.json beside the description instead: what `confine upkeep` compares with',
      )
      .addHelpText(
        'after',
        `
The first run fetches each distribution's compilers and policy (about 30 MB) and links them; later ones take seconds.

Examples:
  confine check                            ${DEFAULT_PROFILE}
  confine check --mechanism all            what SELinux and AppArmor hold, side by side
  confine check --brief                    the verdicts in a screen, for a shell between two edits
  confine check --target host              on this machine's own policy, as root: its store is for root to read
  confine check profiles/tcpdump --json    another profile, for scripts`,
      )
      .action((profile: string, options: Options) => run(() => checkProfile(profile, options, io)));
  },
};

interface Options extends ReportOptions {
  readonly target?: string[];
  readonly mechanism: string;
  readonly brief?: true;
  readonly json?: true;
  readonly record?: true;
}

async function checkProfile(named: string, options: Options, io: Io): Promise<ExitCode> {
  if (options.mechanism === 'apparmor') return checkApparmor(named, options, io);
  if (options.mechanism === 'all') return checkBoth(named, options, io);
  if (options.mechanism !== 'selinux') {
    throw new UsageError(
      `there is no mechanism \`${options.mechanism}\``,
      'they are selinux and apparmor, or all',
    );
  }
  const instead = options.json ? 'json' : options.record ? 'record' : undefined;
  if (options.brief && instead !== undefined) {
    throw new UsageError(`--brief and --${instead} exclude each other`, 'leave one of them out');
  }
  const { targets, leftOut } = chosenTargets(io, options.target, CHECK_TARGETS);
  const profile = await describedBy(io, named);
  if (options.record) refuseSeveralDomains(profile, 'the record for upkeep');
  const columns = await examineTargets(io, profile, targets);
  if (options.record) return recordBaselines(io, profile, columns);
  const result = await resultOf(io, profile, columns, leftOut);
  writeProofReports(io, options, {
    title: `confine check ${profile.shown}`,
    file: profile.file,
    suites: [
      demandsSuite(demandsOf(result)),
      ...domainsOf(profile.confinement).flatMap((domain, i) =>
        columnsOf(result, i).map(({ id, proved, origins }) =>
          provedSuite(i === 0 ? id : `${id} ${domain.domain}`, profile.file, proved, origins),
        ),
      ),
    ],
  });
  if (options.json) io.out(jsonText(json(result)));
  else io.out(options.brief ? brief(result, io) : text(result, io));
  return exitCodeOf(result);
}

async function resultOf(
  io: Io,
  profile: Profile,
  columns: readonly ExaminedTarget[],
  leftOut: readonly LeftOut[],
): Promise<Result> {
  const calls = await step(io, 'looked up what each call grants', () =>
    Promise.all(columns.map((column) => column.calls())),
  );
  const outdated = compareGenerated(profile.directory, profileFiles(profile.confinement)).filter(
    ({ state }) => state !== 'same',
  );
  return {
    profile,
    outdated: outdated.map(({ path, state }) => ({ path, state })),
    columns: columns.map((column, i) => completed(io, profile, column, calls[i]!)),
    calls: judgeCalls(calls),
    leftOut,
  };
}

/** Both, one after the other, and then which holds what. */
async function checkBoth(named: string, options: Options, io: Io): Promise<ExitCode> {
  refuseFor(options, ['brief', 'record', 'sarif', 'junit']);
  if (options.target !== undefined) {
    throw new UsageError(
      '--target is for one mechanism',
      'leave it out, or name the mechanism whose target it is',
    );
  }
  const { targets, leftOut } = chosenTargets(io, undefined, CHECK_TARGETS);
  const profile = await describedBy(io, named);
  const apparmor = await proveBuiltApparmor(io, profile, undefined);
  const result = await resultOf(io, profile, await examineTargets(io, profile, targets), leftOut);
  io.out(
    options.json
      ? jsonText({
          profile: profile.shown,
          selinux: json(result),
          apparmor: { columns: apparmorJson(apparmor) },
          nevers: sideBySideJson(result.columns, apparmor),
        })
      : [
          text(result, io),
          apparmorText(apparmor, io.outStyle),
          sideBySide(result.columns, apparmor, io.outStyle),
        ].join('\n'),
  );
  return worstOf([exitCodeOf(result), apparmorExitCode(apparmor)]);
}

function refuseFor(
  options: Options,
  names: readonly ('brief' | 'record' | 'sarif' | 'junit')[],
): void {
  const other = names.find((option) => options[option] !== undefined);
  if (other !== undefined) {
    throw new UsageError(
      `--${other} is not for --mechanism ${options.mechanism}`,
      'leave one of them out',
    );
  }
}

async function checkApparmor(named: string, options: Options, io: Io): Promise<ExitCode> {
  refuseFor(options, ['brief', 'record']);
  const profile = await describedBy(io, named);
  const outdated = compareGenerated(profile.directory, profileFiles(profile.confinement))
    .filter(({ path, state }) => state !== 'same' && path.startsWith('apparmor/'))
    .map(({ path, state }) => ({ path, state }));
  const columns = await proveBuiltApparmor(io, profile, options.target);
  const stale = outdated.map(
    ({ path, state }) => `${printable(path)} is ${state}: run \`confine build\`\n`,
  );
  writeProofReports(io, options, {
    title: `confine check --mechanism apparmor ${profile.shown}`,
    file: profile.file,
    suites: [
      demandsSuite([
        {
          id: 'generated-files',
          title: 'the generated files are as the description says',
          problems: outdated.map(({ path, state }) => `${profile.shown}/${path} is ${state}`),
        },
      ]),
      ...columns.map(({ features, title, proved }) =>
        apparmorSuite(features ?? title, profile.file, proved),
      ),
    ],
  });
  io.out(
    options.json
      ? jsonText({
          profile: profile.shown,
          mechanism: 'apparmor',
          outdated,
          columns: apparmorJson(columns),
        })
      : `${apparmorText(columns, io.outStyle)}${stale.join('')}`,
  );
  return outdated.length > 0 ? ExitCode.no : apparmorExitCode(columns);
}

function exitCodeOf(result: Result): ExitCode {
  return demandsOf(result).some(({ problems }) => problems.length > 0)
    ? ExitCode.no
    : proofExitCode(
        result.columns.flatMap(({ proved, further }) => [
          ...proved,
          ...further.flatMap((one) => one.proved),
        ]),
      );
}

/** The columns of one domain of the description, by its place among them. */
function columnsOf({ profile, columns }: Result, domain: number): readonly Column[] {
  if (domain === 0) return columns;
  const { domain: name } = domainsOf(profile.confinement)[domain]!;
  return columns.map((column) => ({
    ...column,
    ...column.further[domain - 1]!,
    title: `${column.title}, ${name}`,
    coverage: column.furtherCoverage[domain - 1]!,
  }));
}

/** What has to be so besides the nevers, each with what is wrong of it. */
function demandsOf(result: Result): readonly SaidDemand[] {
  const { profile, outdated, columns, calls } = result;
  const { confinement, shown } = profile;
  const warnings = columns.flatMap(({ title, warnings }) =>
    warnings.map((warning) => `${title}: ${warning}`),
  );
  const ofEach = <T>(ask: (domain: Confinement, columns: readonly Column[]) => readonly T[]): T[] =>
    domainsOf(confinement).flatMap((domain, i) => [...ask(domain, columnsOf(result, i))]);
  const entering = ofEach(entranceProblems);
  const undeclared = ofEach(undeclaredOpenings);
  const sensitive = ofEach(sensitiveProblems);
  const allowing = calls.filter(({ kind }) => kind === 'dontaudit that allows');
  return [
    {
      id: 'generated-files',
      title: 'the generated files are as the description says',
      problems: outdated.map(({ path, state }) => `${shown}/${path} is ${state}`),
      // The ending says it itself, with the command that mends it.
      inShort: [],
    },
    {
      id: 'compilers',
      title: 'no compiler warns',
      problems: warnings,
      inShort: counted(warnings, (count) => `${quantity(count, 'warning')} of the compilers`),
    },
    {
      id: 'entrances',
      title: 'whoever starts the program comes into its domain',
      problems: entering,
      inShort: entering,
    },
    {
      id: 'openings',
      title: 'what a tunable opens on one distribution alone is said',
      problems: undeclared.map(
        ({ boolean, never, on }) => `${boolean} opens a way to ${never}, on ${on} alone`,
      ),
      inShort: counted(
        undeclared,
        (count) =>
          `${quantity(count, 'setting opens', 'settings open')} a never on one policy alone`,
      ),
    },
    {
      id: 'sensitive',
      title: 'what no program should be granted has a reason',
      problems: sensitive,
      inShort: counted(
        sensitive,
        (count) =>
          `${quantity(count, 'fault')} in what no program should be granted without a reason`,
      ),
    },
    {
      id: 'calls',
      title: 'no interface that is called for its dontaudit rules allows anything',
      problems: allowing.map(
        ({ interface: name, where }) =>
          `${name} allows, on ${[...where.keys()].join(', ')}: ${[...new Set(where.values())].join('; ')}`,
      ),
      inShort: allowing.map(
        (call) => `${printable(call.interface)} is called for its dontaudit and allows`,
      ),
    },
  ];
}

interface SaidDemand extends Demand {
  /** What the last lines say of the problems, which stand in full further up. */
  readonly inShort: readonly string[];
}

function counted(problems: readonly unknown[], say: (count: number) => string): readonly string[] {
  return problems.length === 0 ? [] : [say(problems.length)];
}

/** A policy, with who brought the rules there, and what its labels cover. */
type Column = ExaminedTarget & {
  readonly origins: OriginsOf;
  readonly coverage: LabelCoverage;
  readonly furtherCoverage: readonly LabelCoverage[];
};

function completed(
  io: Io,
  { confinement, file }: Profile,
  column: ExaminedTarget,
  { given }: CallsOnTarget,
): Column {
  const { set, baseFileContexts } = column;
  const { db, base } = set;
  const text = readFileSync(file, 'utf8');
  // A policy that a module was linked into has file contexts.
  const fileContexts = set.fileContexts!;
  const baseContexts = loadFileContexts(io, { fileContexts: baseFileContexts });
  const covered = (domain: Confinement, { grants }: Pick<Column, 'grants'>): LabelCoverage =>
    labelCoverage(domain, {
      ...{ db, fileContexts, grants, labelled: set.labelled },
      base: baseContexts,
    });
  return {
    ...column,
    origins: ruleOrigins({ confinement, text, db, base, given }),
    coverage: covered(confinement, column),
    furtherCoverage: column.further.map((one, i) => covered(confinement.further![i]!, one)),
  };
}

interface Result {
  readonly profile: Profile;
  readonly outdated: readonly { path: string; state: string }[];
  readonly columns: readonly Column[];
  readonly calls: readonly CallFinding[];
  readonly leftOut: readonly LeftOut[];
}

function text(result: Result, io: Io): string {
  const { profile, columns, calls } = result;
  const { confinement } = profile;
  const style = io.outStyle;
  const facts = columns.filter(({ date }) => date !== undefined);
  const surprising =
    calls.length === 0
      ? []
      : [
          style.strong('What calls of interfaces grant beyond what their names say'),
          '',
          callsTable(
            calls,
            columns.map(({ title }) => title),
            style,
          ),
        ];
  return [
    '',
    ...shipped(confinement).map((line) => style.warn(line)),
    '',
    style.strong(`What ${confinement.domain} may do, in the linked policies`),
    ...facts.map(
      ({ title, date }) =>
        `${title}: what is known of Fedora’s policy of ${date}, compiled with the module. It is not that policy: on a Fedora machine \`confine check --target host\` asks the real one.`,
    ),
    ...ofDomain(confinement, columns, style),
    ...(confinement.further ?? []).flatMap((domain, i) => {
      // Each table is of one domain, whose name stands above it.
      const own = columnsOf(result, i + 1).map((column, k) => ({
        ...column,
        title: columns[k]!.title,
      }));
      return [
        style.strong(`What ${domain.domain} may do, in the linked policies`),
        ...ofDomain(domain, own, style),
        ...residualLines(residualsOf(domain, 'selinux'), own, style),
      ];
    }),
    ...surprising,
    ...residualLines(residualsOf(confinement, 'selinux'), columns, style),
    ...conclusion(result, style),
    ...nextCommands(result),
    '',
  ].join('\n');
}

/** The verdicts without what stands behind those that hold, and what is wrong in full: for who has read the rest. */
function brief(result: Result, io: Io): string {
  const { confinement } = result.profile;
  const style = io.outStyle;
  const domains = domainsOf(confinement);
  const wrong = demandsOf(result).flatMap(({ title, problems, inShort }) =>
    // What is no more than its line in the end is said there.
    problems.length === 0 || inShort.length === 0 || inShort === problems
      ? []
      : [`${style.bad('not so')}: ${title}`, ...problems.map((one) => `  ${printable(one)}`), ''],
  );
  return [
    '',
    ...shipped(confinement).map((line) => style.warn(line)),
    '',
    ...domains.flatMap(({ domain }, i) => [
      ...(domains.length === 1 ? [] : [style.strong(`What ${domain} must never do`), '']),
      proofComparison(columnsOf(result, i), style, { brief: true }),
    ]),
    ...wrong,
    ...residualNames(domains, style),
    ...conclusion(result, style),
    '',
  ].join('\n');
}

/** What stays possible, by name: a table of verdicts alone would hide it. */
function residualNames(domains: readonly Confinement[], style: Style): string[] {
  const names = domains.flatMap((domain) => residualsOf(domain, 'selinux').map(({ what }) => what));
  return names.length === 0
    ? []
    : [
        `${quantity(names.length, 'residual')}, which no policy can refuse without breaking the program:`,
        ...names.map((what) => style.faint(`  ${printable(what)}`)),
        '',
      ];
}

/** What stands last in either form. */
function conclusion(result: Result, style: Style): string[] {
  const { profile, leftOut } = result;
  return [
    ...leftOut.flatMap((one) => [style.faint(`left out: ${leftOutText(one)}`), '']),
    ...remarks(result, style),
    ...domainsOf(profile.confinement).flatMap((_, i) => proofTotals(columnsOf(result, i))),
    ...ending(result, style),
  ];
}

/** All that is said of one domain, below the line that says whose accesses these are. */
function ofDomain(confinement: Confinement, columns: readonly Column[], style: Style): string[] {
  return [
    '',
    summaryTable(columns, style),
    ...coverageLines(columns, style),
    ...sensitiveLines(confinement, columns, style),
    style.strong(`Who comes into ${confinement.domain} by starting the program`),
    '',
    entranceTable(columns, style),
    ...entranceProblems(confinement, columns).flatMap((problem) => [style.bad(problem), '']),
    style.strong(`What ${confinement.domain} must never do`),
    '',
    proofComparison(columns, style),
    ...assumedLines(columns, style),
    ...openingLines(confinement, columns, style),
  ];
}

/** What the compilers and the policies had to say, and which files are not as the description says. */
function remarks({ profile, outdated, columns }: Result, style: Style): string[] {
  const lines = columns.flatMap(({ title, warnings, notes }) => [
    ...notes.map((note) => `${title}: ${printable(note)}`),
    ...warnings.map((warning) => `${style.warn('warning')} (${title}): ${printable(warning)}`),
  ]);
  // Before the first build all are missing, which the last line says.
  const some = outdated.some(({ state }) => state !== 'missing');
  const files = (some ? outdated : []).map(
    ({ path, state }) => `${style.bad(state)}: ${printable(`${profile.shown}/${path}`)}`,
  );
  return [...lines, ...files].flatMap((line, i, all) =>
    i === all.length - 1 ? [line, ''] : [line],
  );
}

/** Why it ends as it does, and the command that comes next: the last thing that is read. */
function ending(result: Result, style: Style): string[] {
  const { profile, outdated } = result;
  const columns = domainsOf(profile.confinement).flatMap((_, i) => columnsOf(result, i));
  const faults = [...demandsOf(result).flatMap(({ inShort }) => inShort), ...proofFaults(columns)];
  const build = `\`confine build ${printable(profile.shown)}\``;
  const files = outdated.every(({ state }) => state === 'missing')
    ? `its files are not generated yet: run ${build}`
    : `${quantity(outdated.length, 'generated file is', 'generated files are')} not as the description says: run ${build}`;
  if (faults.length === 0) {
    return outdated.length === 0
      ? [`${style.good('yes')}: ${proofYes(columns)}`]
      : [`${style.bad('no')}, for one reason: ${proofYes(columns)}, but ${files}`];
  }
  const word = exitCodeOf(result) === ExitCode.undecided ? 'undecided' : 'no';
  const all = [...faults, ...(outdated.length === 0 ? [] : [files])];
  return all.length === 1
    ? [`${style.bad(word)}: ${all[0]!.replace(/^undecided: /, '')}`]
    : [`${style.bad(word)}:`, ...all.map((fault) => `  ${fault}`)];
}

/** After a yes, what the module is for; after a no, the reason is what to go by. */
function nextCommands(result: Result): string[] {
  const { profile } = result;
  if (exitCodeOf(result) !== ExitCode.yes) return [];
  const shown = printable(profile.shown);
  const lab = existsSync(join(profile.directory, 'scenarios/index.ts'));
  return [
    '',
    ...(lab ? ['run it under an enforcing kernel:', `  confine lab ${shown}`] : []),
    'make a package of it (or deb, cil):',
    `  confine package rpm ${shown} --output build/rpm`,
  ];
}

/** What an administrator gets who installs the package. */
function shipped(confinement: Confinement): string[] {
  if (shipsPermissive(confinement)) {
    return domainsOf(confinement).map(
      ({ domain }) =>
        `Ships permissive: nothing below is enforced until \`semanage permissive -d ${domain}\`.`,
    );
  }
  const evidence = rolloutEvidence(confinement)?.evidence;
  return [
    `Ships enforcing, ${evidence === undefined ? 'without evidence of a run' : `on the evidence of ${evidence}`}.`,
  ];
}

function json(result: Result): unknown {
  const { profile, outdated, columns, calls, leftOut } = result;
  const { confinement } = profile;
  return {
    profile: profile.shown,
    domain: confinement.domain,
    ships: shipsPermissive(confinement) ? 'permissive' : 'enforcing',
    outdated,
    undeclared: undeclaredOpenings(confinement, columns),
    problems: entranceProblems(confinement, columns),
    residuals: residualsOf(confinement, 'selinux'),
    sensitive: sensitiveFindings(confinement, columns).map(({ where, ...finding }) => ({
      ...finding,
      where: Object.fromEntries(where),
    })),
    sensitiveProblems: sensitiveProblems(confinement, columns),
    calls: calls.map(({ where, ...call }) => ({ ...call, where: Object.fromEntries(where) })),
    leftOut,
    targets: columns.map(({ id, date, set, grants, proved, origins, coverage, ...column }) => ({
      target: id,
      title: column.title,
      ...(date === undefined ? {} : { facts: date }),
      policy: column.files.policy,
      warnings: column.warnings,
      notes: column.notes,
      doubts: set.doubts ?? [],
      entrances: column.entrances,
      grants,
      coverage,
      nevers: proofJson({ proved, origins }),
    })),
    ...(confinement.further && {
      domains: confinement.further.map((domain, i) =>
        furtherJson(domain, columnsOf(result, i + 1)),
      ),
    }),
  };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Of a further domain what is its own. */
function furtherJson(confinement: Confinement, columns: readonly Column[]): unknown {
  return {
    domain: confinement.domain,
    undeclared: undeclaredOpenings(confinement, columns),
    problems: entranceProblems(confinement, columns),
    residuals: confinement.residuals,
    sensitive: sensitiveFindings(confinement, columns).map(({ where, ...finding }) => ({
      ...finding,
      where: Object.fromEntries(where),
    })),
    sensitiveProblems: sensitiveProblems(confinement, columns),
    targets: columns.map(({ id, entrances, grants, coverage, proved, origins }) => ({
      target: id,
      entrances,
      grants,
      coverage,
      nevers: proofJson({ proved, origins }),
    })),
  };
}
