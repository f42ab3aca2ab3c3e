import { Command, CommanderError } from 'commander';
import { printable } from '../text/index.ts';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { Verb } from './verb.ts';
import { ownVersion } from './version.ts';

/**
 * The verbs, in the order of help. Each is loaded when it is asked for: a question about a policy should not wait for the code that
 * boots machines.
 */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  check: async () => (await import('./commands/check.ts')).check,
  build: async () => (await import('./commands/build.ts')).build,
  prove: async () => (await import('./commands/prove.ts')).prove,
  query: async () => (await import('./commands/query.ts')).query,
  explain: async () => (await import('./commands/explain.ts')).explain,
  lab: async () => (await import('./commands/lab.ts')).lab,
  package: async () => (await import('./commands/package.ts')).packageVerb,
  review: async () => (await import('./commands/review.ts')).review,
  cache: async () => (await import('./commands/cache.ts')).cache,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};

/** Runs one command line (without `node` and the script) and returns how it ends; only confine.ts ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.yes;
  const program = new Command('confine')
    .description('Mandatory access control you can prove, from one typed description.')
    .helpCommand('help [verb]', 'what a verb does, with its options and examples')
    .version(ownVersion(), '-V, --version', 'the version of confine')
    .showHelpAfterError('(add --help for the options and two examples)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  const [asked, ...rest] = argv;
  const names = asked !== undefined && Object.hasOwn(VERBS, asked) ? [asked] : Object.keys(VERBS);
  for (const name of names) {
    const verb = await VERBS[name]!();
    const command = program.command(verb.name).description(verb.summary);
    command.copyInheritedSettings(program);
    await verb.define(
      command,
      async (action) => {
        code = await action();
      },
      io,
      rest,
    );
  }
  try {
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
