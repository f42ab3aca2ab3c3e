import { Option } from 'commander';
import {
  cacheDirectory,
  findTool,
  HOST_JOBS,
  type HostJob,
  type HostTool,
  hostTools,
  installPackages,
  missingTools,
  packageManager,
  packagesOf,
  tooOld,
  whatInstalls,
} from '../../targets/index.ts';
import { quantity, table } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { step } from '../progress.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly for: HostJob;
  readonly install?: true;
  readonly json?: true;
}

export const doctor: Verb = {
  name: 'doctor',
  summary: 'say which tools are here, which are missing, and what installs them',
  define(command, run, io) {
    command
      .addOption(
        new Option(
          '--for <job>',
          'what you want to do: check on this machine’s own policy, check, run the lab, or run the tests of confine',
        )
          .choices(HOST_JOBS)
          .default('check'),
      )
      .option(
        '--install',
        'install what is missing with apt-get, dnf or zypper (as root); says nothing when nothing is',
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Where there is apt, the compilers of Debian's releases are not asked for: confine fetches each release's own into its cache,
without root. Elsewhere checking needs this machine's own.

Examples:
  confine doctor             what checking needs: 0 if all is here, 3 otherwise
  confine doctor --for lab   what the lab needs, and the command that installs it`,
      )
      .action((options: Options) => run(() => examine(options, io)));
  },
};

async function examine(options: Options, io: Io): Promise<ExitCode> {
  const path = io.env.PATH;
  const manager = packageManager(path);
  const lacking = (): readonly HostTool[] => missingTools(options.for, manager, path);
  if (options.install && manager !== undefined && process.getuid?.() === 0) {
    const wanted = packagesOf(lacking(), manager);
    if (wanted.length > 0) {
      await step(io, `installing ${wanted.join(' ')}`, () => installPackages(manager, wanted));
    }
  }
  const tools = hostTools(options.for, manager);
  const missing = lacking();
  const remedy = missing.length > 0 ? whatInstalls(missing, manager) : undefined;
  if (options.json) {
    const found = tools.map((one) => ({
      tool: one.tool,
      purpose: one.purpose,
      package: manager === undefined ? undefined : one.packages[manager],
      path: findTool(one, path),
      lacking: missing.includes(one),
    }));
    io.out(
      `${JSON.stringify({ node: process.version, cache: cacheDirectory(), manager, tools: found, install: remedy }, null, 2)}\n`,
    );
  } else if (!options.install || remedy) {
    io.out(report(tools, io));
    const here = missing.some((tool) => findTool(tool, path) !== undefined);
    const fault = here ? 'missing or too old' : 'missing';
    if (missing.length === 0) io.out(`everything is here for ${IN_WORDS[options.for]}\n`);
    if (remedy) io.out(`\n${quantity(missing.length, 'tool')} ${fault}; ${remedy}\n`);
  }
  return remedy ? ExitCode.couldNotRun : ExitCode.yes;
}

/** What each job is, to follow `everything is here for`. */
const IN_WORDS: Readonly<Record<HostJob, string>> = {
  host: 'checking on this machine’s own policy',
  check: 'checking',
  lab: 'the lab',
  tests: 'the tests of confine',
};

function report(tools: readonly HostTool[], io: Io): string {
  const rows = tools.map((one) => [one.tool, one.purpose, state(one, io)]);
  return `${table(
    [{ heading: 'tool' }, { heading: 'for' }, { heading: 'found' }],
    [['node', `everything (${process.version})`, process.execPath], ...rows],
    io.outStyle.width,
  )}\ncache: ${cacheDirectory()}\n`;
}

function state(tool: HostTool, io: Io): string {
  const path = findTool(tool, io.env.PATH);
  if (path === undefined) return io.outStyle.bad('missing');
  const old = tooOld(tool, path);
  return old === undefined
    ? path
    : io.outStyle.bad(`${path} is ${old.version}, needed is ${old.atLeast}`);
}
