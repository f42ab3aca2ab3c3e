import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  booleanName,
  type Confinement,
  residualsOf,
  shipsPermissive,
} from '../../description/index.ts';
import { profileFiles, profilePath } from '../../packaging/index.ts';
import {
  headline,
  type PullRequest,
  pullRequestBody,
  pullRequestTitle,
  type Report,
} from '../../report/index.ts';
import { artefacts, type Role } from '../../selinux/module/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { readReport } from '../lab-report-file.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile } from '../load-profile.ts';
import { refuseSeveralDomains } from '../one-domain.ts';
import { UsageError, type Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

export const pr: Verb = {
  name: 'pr',
  summary: 'the pull request to the program’s own repository: title, body with the evidence, files',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option('--title', 'the title only')
      .option('--body', 'the body only')
      .option('--into <checkout>', 'also put the files into a checkout of the repository')
      .option('--under <directory>', 'where in the repository they go', 'selinux')
      .option('--json', 'title, body and files as data')
      .addHelpText(
        'after',
        `
The evidence is the newest report below the profile’s evidence directory; what it does not show, the body does not claim.

Examples:
  confine pr profiles/rustnet                                     title and body, to read
  confine pr --into ../rustnet && cd ../rustnet && git add selinux && git commit -m "$(confine pr --title)"`,
      )
      .action((profile: string, options: Options) => run(() => pullRequest(profile, options, io)));
  },
};

interface Options {
  readonly title?: true;
  readonly body?: true;
  readonly into?: string;
  readonly under: string;
  readonly json?: true;
}

async function pullRequest(named: string, options: Options, io: Io): Promise<ExitCode> {
  const profile = await loadProfile(io, named);
  refuseSeveralDomains(profile, 'the pull request');
  const under = options.under.replace(/\/+$/, '');
  if (under.startsWith('/') || under.split('/').includes('..')) {
    throw new UsageError(`\`${options.under}\` is no directory inside a repository`);
  }
  const placed = filesOf(profile.confinement, under);
  const report = newestReport(profile);
  const request = requestOf(profile, placed, report, under);
  if (options.into !== undefined) place(io, options.into, profile, { placed, report, under });
  const [title, body] = [pullRequestTitle(request), pullRequestBody(request)];
  if (options.json) {
    io.out(`${JSON.stringify({ title, body, files: request.files }, null, 2)}\n`);
  } else if (options.title) io.out(`${title}\n`);
  else io.out(options.body ? body : `${title}\n\n${body}`);
  return ExitCode.yes;
}

interface PlacedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
  readonly what: string;
}

/** Below `under` as in the profile's directory; what is SELinux's own lies there without a directory of that name. */
function filesOf(confinement: Confinement, under: string): readonly PlacedFile[] {
  const roles = new Map(artefacts(confinement).map((one) => [profilePath(one), one.role]));
  return profileFiles(confinement).map(({ path, text, executable }) => ({
    path: `${under}/${path.replace(/^selinux\//, '')}`,
    text,
    executable,
    what: WHAT[roles.get(path) ?? 'packaging'],
  }));
}

const WHAT: Readonly<Record<Role | 'packaging', string>> = {
  te: 'the policy module',
  fc: 'which files get which label',
  if: 'what other modules may call',
  cil: 'the module with every interface written out, for systems without a compiler for the first form',
  manual: 'its man page',
  permissive: 'makes the domain permissive on first installation',
  tmpfiles: 'directories that it writes to',
  sysusers: 'the user that it runs as',
  program: 'labels packets, so that the kernel can hold DNS to its servers',
  unit: 'starts that',
  packaging: 'packaging: a package of its own, or what is hooked into one',
};

interface FoundReport {
  /** As the profile has it. */
  readonly directory: string;
  readonly value: Report;
}

/** The report of the newest run that the profile keeps. One about other nevers than today’s is no evidence for them: readReport refuses it. */
function newestReport(profile: Profile): FoundReport | undefined {
  const { directory, shown } = profile;
  const evidence = join(directory, 'evidence');
  if (!existsSync(evidence)) return undefined;
  const found = readdirSync(evidence)
    .map((name) => ({ name, file: join(evidence, name, 'report.json') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({
      directory: `evidence/${name}`,
      value: readReport(file, `${shown}/evidence/${name}/report.json`, profile),
    }))
    // The request is for the SELinux module, beside whose targets it shows the evidence.
    .filter(({ value }) => value.lab.mechanism === undefined);
  return found.sort((a, b) => (a.value.lab.started < b.value.lab.started ? -1 : 1)).at(-1);
}

function requestOf(
  profile: Profile,
  files: readonly PlacedFile[],
  report: FoundReport | undefined,
  under: string,
): PullRequest {
  const { confinement, shown } = profile;
  const { program, name, domain, may, tunables } = confinement;
  return {
    program: program.name,
    version: program.version,
    module: name,
    domain,
    ships: shipsPermissive(confinement) ? 'permissive' : 'enforcing',
    may: may.map(({ title }) => title),
    tunables: tunables.map((one) => ({
      name: booleanName(confinement, one.name),
      isOn: one.default,
      can: one.can,
      price: one.why,
    })),
    nevers:
      report?.value.nevers ??
      confinement.never.map(({ kind, why }) => ({ kind, why, proof: undefined, attacks: [] })),
    residuals: residualsOf(confinement, 'selinux').map((one) => ({ ...one, attacks: [] })),
    files: [
      ...files.map(({ path, what }) => ({ path, what })),
      ...(report === undefined
        ? []
        : [{ path: `${under}/${report.directory}/report.md`, what: 'the evidence' }]),
    ],
    hooks: [
      `confine package rpm ${shown} --into rpm/${program.name}.spec`,
      `confine package deb ${shown} --into debian/`,
    ],
    evidence: report && evidenceOf(report, under),
  };
}

function evidenceOf({ directory, value }: FoundReport, under: string): PullRequest['evidence'] {
  const { lab, acceptance = [] } = value;
  return {
    path: `${under}/${directory}/report.md`,
    headline: headline(value).text,
    machine: `${lab.machine.distribution}, ${lab.machine.kernel}`,
    day: lab.started.slice(0, 10),
    program: lab.machine.programVersion,
    acceptance,
    attacks: lab.attacks.length,
  };
}

/** Writes the files, and of the evidence what a reader of the repository opens: the page and its pictures. */
function place(
  io: Io,
  checkout: string,
  { directory }: Profile,
  {
    placed,
    report,
    under,
  }: {
    readonly placed: readonly PlacedFile[];
    readonly report: FoundReport | undefined;
    readonly under: string;
  },
): void {
  const root = resolve(io.cwd, checkout);
  if (!existsSync(root)) {
    throw new UsageError(
      `there is no directory \`${checkout}\``,
      'clone the program’s repository, and name that directory',
    );
  }
  for (const { path, text, executable } of placed) {
    writeWhole(join(root, path), text, executable ? 0o755 : 0o644);
  }
  if (report !== undefined) {
    const [from, to] = [join(directory, report.directory), join(root, under, report.directory)];
    writeWhole(join(to, 'report.md'), readFileSync(join(from, 'report.md')));
    const pictures = join(from, 'pictures');
    if (existsSync(pictures)) cpSync(pictures, join(to, 'pictures'), { recursive: true });
  }
  io.err(
    `${quantity(placed.length, 'file')}${report === undefined ? '' : ' and the evidence'} written below ${printable(`${checkout}/${under}`)}\n`,
  );
}
