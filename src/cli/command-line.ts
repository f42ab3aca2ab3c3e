import { Command, type OutputConfiguration } from 'commander';
import { suggestion } from '../selinux/words/index.ts';
import { refilled } from '../text/index.ts';
import type { Io } from './io.ts';
import { type Run, UsageError, type Verb } from './verb.ts';
import { ownVersion } from './version.ts';

/**
 * The command line as its parser knows it, which help, completion and the man page are made of. Of the verbs it has the one that `words` ask
 * for, none for the version, and all of them otherwise.
 */
export async function commandLine(words: readonly string[], io: Io, run: Run): Promise<Command> {
  const program = new Command('confine')
    .description('Mandatory access control you can prove, from one typed description.')
    .helpCommand('help [verb]', 'what a verb does, with its options and examples')
    .version(ownVersion(), '-V, --version', 'the version of confine')
    .showHelpAfterError('(add --help for the options and two examples)')
    .exitOverride()
    .configureOutput(helpFor(io))
    .addHelpText('after', FIRST_STEPS);
  const [asked, ...rest] = words;
  if (asked === 'help') refuseUnknown(rest[0]);
  const named = asked !== undefined && Object.hasOwn(VERBS, asked);
  const names = named ? [asked] : VERSION.test(asked ?? '') ? [] : Object.keys(VERBS);
  for (const name of names) {
    const verb = await VERBS[name]!();
    const command = program.command(verb.name).description(verb.summary);
    command.copyInheritedSettings(program);
    await verb.define(command, run, io, rest);
  }
  return program;
}

/** The parser would show the help of everything, as if that had been asked for. */
function refuseUnknown(verb: string | undefined): void {
  if (verb === undefined || verb.startsWith('-') || Object.hasOwn(VERBS, verb)) return;
  throw new UsageError(
    `there is no verb \`${verb}\``,
    suggestion(verb, Object.keys(VERBS)) ?? '`confine help` lists them',
  );
}

const VERSION = /^(-V|--version)$/;

const FIRST_STEPS = `
First steps:
  confine init NAME     a description to go on from, in a directory of that name
  confine check NAME    what it may do, and whether every never holds
  confine help VERB     what a verb does, with examples

Exits 0 for yes, 1 if the answer is no, 2 for a wrong invocation or description,
3 if it could not run, 4 if it cannot be told.`;

/**
 * The verbs, in the order of help. Each is loaded when it is asked for: a question about a policy should not wait for the code that
 * boots machines.
 */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  draft: async () => (await import('./commands/draft.ts')).draft,
  check: async () => (await import('./commands/check.ts')).check,
  build: async () => (await import('./commands/build.ts')).build,
  prove: async () => (await import('./commands/prove.ts')).prove,
  query: async () => (await import('./commands/query.ts')).query,
  explain: async () => (await import('./commands/explain.ts')).explain,
  lab: async () => (await import('./commands/lab.ts')).lab,
  package: async () => (await import('./commands/package.ts')).packageVerb,
  pr: async () => (await import('./commands/pr.ts')).pr,
  review: async () => (await import('./commands/review.ts')).review,
  upkeep: async () => (await import('./commands/upkeep.ts')).upkeep,
  cache: async () => (await import('./commands/cache.ts')).cache,
  completion: async () => (await import('./commands/completion.ts')).completion,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};

/** Help in the terminal's width; where nobody has one, as wide as most are. */
function helpFor(io: Io): OutputConfiguration {
  const { width } = io.outStyle;
  return {
    writeOut: (text) => io.out(width === undefined ? text : refilled(text, width)),
    writeErr: io.err,
    getOutHelpWidth: () => width ?? 80,
    getErrHelpWidth: () => io.errStyle.width ?? 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}
