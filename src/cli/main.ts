#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { printable } from '../text/index.ts';
import { build } from './commands/build.ts';
import { check } from './commands/check.ts';
import { doctor } from './commands/doctor.ts';
import { lab } from './commands/lab.ts';
import { prove } from './commands/prove.ts';
import { query } from './commands/query.ts';
import { ExitCode } from './exit-code.ts';
import { endingOf } from './failure.ts';
import { type Io, processIo } from './io.ts';
import type { Verb } from './verb.ts';

const VERBS: readonly Verb[] = [check, build, prove, query, lab, doctor];

/** Runs one command line (without `node` and the script) and returns how it ends. Only the lines at the bottom end the process. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.yes;
  const program = new Command('confine')
    .description('Mandatory access control you can prove, from one typed description.')
    .helpCommand(false)
    .showHelpAfterError('(add --help for the options and two examples)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary);
    command.copyInheritedSettings(program);
    verb.define(
      command,
      async (action) => {
        code = await action();
      },
      io,
    );
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.yes : ExitCode.usage;
    const ending = endingOf(error);
    if (ending === undefined) throw error;
    const [first, ...rest] = ending.message.split('\n').map(printable);
    io.err(`${io.errStyle.bad('confine:')} ${first}\n`);
    for (const line of rest) io.err(`${line}\n`);
    if (ending.hint) io.err(`${io.errStyle.faint('hint:')} ${printable(ending.hint)}\n`);
    return ending.code;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  // A reader that closes early (`| head`) is not an error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.yes);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), processIo());
}
