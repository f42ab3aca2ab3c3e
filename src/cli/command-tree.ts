import type { Argument, Command, Option } from 'commander';
import { commandLine } from './command-line.ts';
import type { Io } from './io.ts';

/** A verb, a question of a verb, or the program itself, as data. */
export interface CommandNode {
  /** Words after `confine`: none for the program, `['query', 'rules']` for a question. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly arguments: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** What its help says after the options: paragraphs, then examples. */
  readonly after: string;
}

export interface ArgumentNode {
  /** As it is written in usage: `[profile]`, `<left>`, `[paths...]`. */
  readonly term: string;
  /** Without brackets and dots. */
  readonly name: string;
  readonly variadic: boolean;
  readonly description: string;
  readonly default?: string;
  readonly choices?: readonly string[];
}

export interface OptionNode {
  /** As it may be written: `-s`, `--source`. */
  readonly flags: readonly string[];
  readonly value?: ArgumentNode;
  readonly description: string;
}

/** The whole command line. Nothing of it is run. */
export async function commandTree(io: Io): Promise<CommandNode> {
  return nodeOf(await commandLine([], io, async () => {}), []);
}

function nodeOf(command: Command, path: readonly string[]): CommandNode {
  const help = command.createHelp();
  const own = help.visibleCommands(command).filter((one) => command.commands.includes(one));
  return {
    path,
    summary: command.description(),
    arguments: command.registeredArguments.map(argumentOf),
    options: help
      .visibleOptions(command)
      .map((option) => optionOf(option, help.optionTerm(option))),
    commands: own.map((one) => nodeOf(one, [...path, one.name()])),
    after: afterHelp(command),
  };
}

function argumentOf(argument: Argument): ArgumentNode {
  const { required, variadic, description, defaultValue, argChoices } = argument;
  const name = argument.name();
  const inside = `${name}${variadic ? '...' : ''}`;
  return {
    term: required ? `<${inside}>` : `[${inside}]`,
    name,
    variadic,
    description,
    ...(defaultValue === undefined ? {} : { default: String(defaultValue) }),
    ...(argChoices === undefined ? {} : { choices: argChoices }),
  };
}

function optionOf({ description, defaultValue, argChoices }: Option, shown: string): OptionNode {
  const value = /([<[])([\w-]+)(\.\.\.)?[>\]]$/.exec(shown);
  const flags = shown
    .split(', ')
    .map((flag) => flag.split(' ')[0]!)
    .filter((flag) => flag.startsWith('-'));
  if (value === null) return { flags, description };
  return {
    flags,
    description,
    value: {
      term: value[0],
      name: value[2]!,
      variadic: value[3] !== undefined,
      description,
      ...(typeof defaultValue === 'string' ? { default: defaultValue } : {}),
      ...(argChoices === undefined ? {} : { choices: argChoices }),
    },
  };
}

/** Commander keeps it as a listener, which writes. */
function afterHelp(command: Command): string {
  let whole = '';
  const kept = command.configureOutput();
  command.configureOutput({ ...kept, writeOut: (text) => (whole += text) });
  command.outputHelp();
  command.configureOutput(kept);
  return whole.slice(command.helpInformation().length).trim();
}
