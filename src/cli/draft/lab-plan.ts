import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { UsageError } from '../verb.ts';
import type { Sources } from './gather-evidence.ts';

/** Options of `--lab`, as they were given. */
export interface LabOptions {
  readonly lab?: true;
  readonly labCommand?: string;
  readonly labFile?: readonly string[];
  readonly runs?: string;
  readonly keep?: string;
  readonly target?: string;
}

/** What is to be run in the lab, as far as that is known before the package is. */
export interface LabPlan {
  /** Names of Debian 13's packages, or files of packages. */
  readonly packages: readonly string[];
  /** What was named of the rest; units are files here. */
  readonly sources: Sources;
  /** A unit of the package that was named. */
  readonly unit: string | undefined;
  readonly command: string | undefined;
  readonly files: readonly string[];
  readonly runs: number;
  /** Where the runs' logs and traces stay. */
  readonly keep: string | undefined;
}

/** The plan, or undefined without `--lab`. Throws UsageError for options that do not go together: nothing was fetched yet. */
export function labPlan(io: Io, options: Sources & LabOptions): LabPlan | undefined {
  if (options.lab === undefined) {
    refuseStrays(options);
    return undefined;
  }
  refuseOthers(options);
  const { labCommand: command, labFile: files = [], unit: units = [], keep } = options;
  const [named, ...more] = units.filter((unit) => !existsSync(resolve(io.cwd, unit)));
  const inFiles = units.filter((unit) => unit !== named && !more.includes(unit));
  if (more.length > 0) {
    throw new UsageError(
      `the lab runs one unit: \`${named}\` or \`${more[0]}\``,
      'draft from one, and give the others as files, which are installed with it',
    );
  }
  if (named !== undefined && !UNIT_NAME.test(named)) {
    throw new UsageError(
      `\`${named}\` is neither a file nor the name of a service`,
      'name a unit of the package, as NAME.service',
    );
  }
  if (command?.trim() === '') throw new UsageError('`--lab-command` is empty');
  for (const file of files) {
    if (!statSync(resolve(io.cwd, file)).isFile()) {
      throw new UsageError(`\`--lab-file ${file}\` is no file`);
    }
  }
  refuseTwice(files);
  if (files.length > 0 && command === undefined) {
    throw new UsageError('`--lab-file` is for `--lab-command`', 'say what is done with the file');
  }
  return {
    packages: options.package!.map((one) => packageOf(io, one)),
    sources: { ...options, unit: inFiles },
    unit: named,
    command,
    files: files.map((file) => resolve(io.cwd, file)),
    runs: runsOf(options.runs),
    keep: keep === undefined ? undefined : keptIn(io, keep),
  };
}

function refuseStrays(options: LabOptions): void {
  const strays = [
    ['--lab-command', options.labCommand],
    ['--lab-file', options.labFile],
    ['--runs', options.runs],
    ['--keep', options.keep],
  ] as const;
  const stray = strays.find(([, given]) => given !== undefined);
  if (stray !== undefined) {
    throw new UsageError(`\`${stray[0]}\` is for the lab`, 'add --lab, which runs the program');
  }
}

function refuseOthers({ log, trace, target, package: packages }: Sources & LabOptions): void {
  if (log !== undefined || trace !== undefined) {
    throw new UsageError(
      `\`--lab\` and \`${log === undefined ? '--trace' : '--log'}\` do not go together: the lab makes logs and traces of its own`,
      'keep those of the lab (--keep DIRECTORY), and draft from all of them without --lab',
    );
  }
  if (target !== undefined && target !== GUEST) {
    throw new UsageError(
      `the lab’s guest runs the policy of ${GUEST}, not of \`${target}\``,
      `leave --target out; or keep what was seen (--keep DIRECTORY), and draft from it for ${target} without --lab`,
    );
  }
  if (packages === undefined) {
    throw new UsageError(
      '`--lab` needs to know what is installed in its guest',
      'name a package of Debian 13, or a .deb: --package NAME',
    );
  }
}

/** The one target whose guest there is. */
export const GUEST = 'debian-13';

const UNIT_NAME = /^[A-Za-z0-9:_.\\-]+(@[A-Za-z0-9:_.\\-]+)?\.service$/;

function packageOf(io: Io, named: string): string {
  if (/\.rpm$/.test(named)) {
    throw new UsageError(
      `the lab’s guest is Debian 13, and cannot install \`${named}\``,
      'give the .deb, or draft from the .rpm without --lab',
    );
  }
  if (/\.deb$/.test(named)) {
    const file = resolve(io.cwd, named);
    statSync(file);
    return file;
  }
  if (/^[a-z0-9][a-z0-9.+-]*$/.test(named)) return named;
  throw new UsageError(`\`${named}\` is no name of a package`, 'name a package of Debian 13');
}

function refuseTwice(files: readonly string[]): void {
  const names = files.map((file) => basename(file));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UsageError(
      `two files of \`--lab-file\` are called \`${twice}\``,
      'they are put into one directory: rename one',
    );
  }
}

function runsOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (/^[1-9]\d?$/.test(text) && Number(text) <= MOST_RUNS) return Number(text);
  throw new UsageError(`\`--runs ${text}\` is not a number from 1 to ${MOST_RUNS}`);
}

/** More say nothing new, and each takes up to minutes. */
const MOST_RUNS = 20;

function keptIn(io: Io, named: string): string {
  const directory = resolve(io.cwd, named);
  if (!existsSync(directory)) return directory;
  if (!statSync(directory).isDirectory()) throw new UsageError(`\`${named}\` is no directory`);
  const there = readdirSync(directory).find((name) => /^run-\d+\.(log|strace)$/.test(name));
  if (there === undefined) return directory;
  throw new UsageError(
    `\`${named}\` has \`${there}\` of an earlier draft already`,
    'name another directory',
  );
}
