import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { Option } from 'commander';
import { quantity, table } from '../../text/index.ts';
import {
  cacheDirectory,
  HOST_JOBS,
  type HostJob,
  type HostTool,
  hostTools,
  run as runTool,
} from '../../toolchain/index.ts';
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
          'what you want to do: check profiles, run the lab, or run the tests of confine',
        )
          .choices(HOST_JOBS)
          .default('check'),
      )
      .option(
        '--install',
        'install what is missing with apt-get (as root); says nothing when nothing is',
      )
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
The compilers of the distributions are not asked for: confine fetches each release's own into its cache, without root.

Examples:
  confine doctor             what checking needs: 0 if all is here, 3 otherwise
  confine doctor --for lab   what the lab needs, and the command that installs it`,
      )
      .action((options: Options) => run(() => examine(options, io)));
  },
};

async function examine(options: Options, io: Io): Promise<ExitCode> {
  const tools = hostTools(options.for);
  const lacking = (): HostTool[] => tools.filter(({ tool }) => find(tool, io) === undefined);
  const packagesOf = (list: readonly HostTool[]): string[] => [
    ...new Set(list.map((tool) => tool.package)),
  ];
  if (options.install && lacking().length > 0 && process.getuid?.() === 0) {
    const wanted = packagesOf(lacking());
    await step(io, `installing ${wanted.join(' ')}`, () => install(wanted));
  }
  const missing = lacking();
  const packages = packagesOf(missing);
  const command = packages.length > 0 ? `apt-get install ${packages.join(' ')}` : undefined;
  if (options.json) {
    const found = tools.map((tool) => ({ ...tool, path: find(tool.tool, io) }));
    io.out(
      `${JSON.stringify({ node: process.version, cache: cacheDirectory(), tools: found, install: command }, null, 2)}\n`,
    );
  } else if (!options.install || command) {
    io.out(report(tools, io));
    if (command) io.out(`\n${quantity(missing.length, 'tool')} missing; as root:\n  ${command}\n`);
  }
  return command ? ExitCode.couldNotRun : ExitCode.yes;
}

function report(tools: readonly HostTool[], io: Io): string {
  const rows = tools.map(({ tool, purpose }) => [
    tool,
    purpose,
    find(tool, io) ?? io.outStyle.bad('missing'),
  ]);
  return `${table(
    [{ heading: 'tool' }, { heading: 'for' }, { heading: 'found' }],
    [['node', `everything (${process.version})`, process.execPath], ...rows],
  )}\ncache: ${cacheDirectory()}\n`;
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runTool('apt-get', ['-q', 'update'], { env });
  await runTool('apt-get', ['-q', '-y', '--no-install-recommends', 'install', ...packages], {
    env,
    timeout: 1_800_000,
  });
}

function find(tool: string, io: Io): string | undefined {
  if (isAbsolute(tool)) return existsSync(tool) ? tool : undefined;
  const directories = [...(io.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, tool)).find(existsSync);
}
