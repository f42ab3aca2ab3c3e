import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { quantity, table } from '../../text/index.ts';
import { cacheDirectory, HOST_TOOLS } from '../../toolchain/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'say which tools are here, which are missing, and what installs them',
  define(command, run, io) {
    command
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
The compilers of the distributions are not asked for: confine fetches each release's own into its cache, without root.

Examples:
  confine doctor          what is here, and the command that installs the rest
  confine doctor --json   for scripts: 0 if nothing is missing, 3 otherwise`,
      )
      .action((options: { json?: true }) => run(() => examine(options, io)));
  },
};

async function examine(options: { json?: true }, io: Io): Promise<ExitCode> {
  const found = HOST_TOOLS.map((tool) => ({ ...tool, path: find(tool.tool, io.env.PATH ?? '') }));
  const missing = found.filter(({ path }) => path === undefined);
  const packages = [...new Set(missing.map((tool) => tool.package))];
  const install = packages.length > 0 ? `apt-get install ${packages.join(' ')}` : undefined;
  if (options.json) {
    io.out(
      `${JSON.stringify({ node: process.version, cache: cacheDirectory(), tools: found, install }, null, 2)}\n`,
    );
  } else {
    io.out(
      table(
        [{ heading: 'tool' }, { heading: 'for' }, { heading: 'found' }],
        [
          ['node', 'everything', process.execPath],
          ...found.map(({ tool, purpose, path }) => [
            tool,
            purpose,
            path ?? io.outStyle.bad('missing'),
          ]),
        ],
      ),
    );
    io.out(`\ncache: ${cacheDirectory()}\n`);
    if (install) io.out(`\n${quantity(missing.length, 'tool')} missing; as root:\n  ${install}\n`);
  }
  return missing.length > 0 ? ExitCode.couldNotRun : ExitCode.yes;
}

function find(tool: string, path: string): string | undefined {
  return [...path.split(delimiter), '/usr/sbin', '/sbin']
    .map((directory) => join(directory, tool))
    .find(existsSync);
}
