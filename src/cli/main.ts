import { CommanderError } from 'commander';
import { printable } from '../text/index.ts';
import { commandLine } from './command-line.ts';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** Runs one command line (without `node` and the script) and returns how it ends; only confine.ts ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.yes;
  try {
    const program = await commandLine(argv, io, async (action) => {
      code = await action();
    });
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.yes : ExitCode.usage;
    const { endingOf } = await import('./failure.ts');
    const ending = endingOf(error);
    if (ending === undefined) throw error;
    const [first, ...rest] = ending.message.split('\n').map(printable);
    io.err(`${io.errStyle.bad('confine:')} ${first}\n`);
    for (const line of rest) io.err(`${line}\n`);
    if (ending.hint) io.err(`${io.errStyle.faint('hint:')} ${printable(ending.hint)}\n`);
    return ending.code;
  }
}
