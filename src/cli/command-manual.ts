import type { CommandPage, CommandSection } from '../text/index.ts';
import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.ts';
import { EXIT_MEANINGS, ExitCode } from './exit-code.ts';

/** What the page of the manual says: the command line with all that its help says, and what no help says. */
export function commandManual(program: CommandNode, version: string): CommandPage {
  return {
    name: 'confine',
    version,
    date: DATE,
    summary: 'mandatory access control that can be proved, from one typed description',
    description: DESCRIPTION,
    commands: program.commands.flatMap(sectionsOf),
    lists: [
      {
        heading: '"EXIT STATUS"',
        entries: Object.entries(EXIT_MEANINGS).map(([name, text]) => [
          String(ExitCode[name as keyof typeof ExitCode]),
          text,
        ]),
      },
      { heading: 'ENVIRONMENT', entries: ENVIRONMENT },
      { heading: 'FILES', entries: FILES },
    ],
    seeAlso: 'selinux(8), semodule(8), semanage(8), ausearch(8), sesearch(1), seinfo(1)',
  };
}

/** Of the last change to what stands below. */
const DATE = '2026-11-28';

const DESCRIPTION: readonly string[] = [
  'A TypeScript file says what a Linux program may do and what it must never do. confine writes the SELinux module and its packaging, and proves the nevers on the linked policy: on the binary that the kernel loads, with every rule that other modules and attributes bring.',
  'The result goes to the standard output, everything else to the standard error. In a terminal lines are as wide as it is; in a pipe they are left as they are.',
];

const ENVIRONMENT: CommandPage['lists'][number]['entries'] = [
  [
    'XDG_CACHE_HOME',
    'Where the cache is, in a directory confine; it must be an absolute path. By default .cache in the home directory.',
  ],
  ['CONFINE_DEBIAN_MIRROR', 'Where packages of Debian are fetched from.'],
  ['CONFINE_ACCELERATOR', 'kvm or tcg: how a guest of the lab runs, whatever the machine can do.'],
  ['NO_COLOR', 'If it is not empty, there is no colour.'],
  ['FORCE_COLOR', 'If it is neither empty nor 0, there is colour in a pipe too.'],
  ['TERM', 'If it is dumb, there is no colour, and no line is drawn anew.'],
  [
    'LC_ALL, LC_CTYPE, LANG',
    'The first that is not empty says the locale. If it is not one of UTF-8, text is ASCII but for names from outside.',
  ],
];

const FILES: CommandPage['lists'][number]['entries'] = [
  ['PROFILE/confinement.ts', 'The description; confinement.mts where the project is CommonJS.'],
  ['PROFILE/scenarios/', 'What the lab runs: scenarios and attacks.'],
  ['~/.cache/confine', 'Compilers and policies of distributions, linked policies, guests.'],
  ['/sys/fs/selinux/policy', 'The running policy, which questions are about if none is named.'],
];

/** Questions that take the same, as the listings of a policy do, share a section. */
function sectionsOf(node: CommandNode): CommandSection[] {
  const groups = Map.groupBy(node.commands, sharedShape);
  return [
    ownSection(node),
    ...[...groups.values()].flatMap((group) =>
      group.length === 1 ? group.flatMap(sectionsOf) : [groupSection(group)],
    ),
  ];
}

function sharedShape({ path, options, after }: CommandNode): string {
  return paragraphsOf(after).length === 0
    ? options.map(({ flags, description }) => `${flags} ${description}`).join('\n')
    : path.join(' ');
}

function ownSection(node: CommandNode): CommandSection {
  return {
    usage: [usageOf(node)],
    paragraphs: [sentence(node.summary), ...paragraphsOf(node.after)],
    entries: [...node.arguments.map(argumentEntry), ...optionEntries(node)],
    examples: examplesOf(node.after),
  };
}

function groupSection(group: readonly CommandNode[]): CommandSection {
  const [first] = group;
  return {
    usage: [`confine ${first!.path.slice(0, -1).join(' ')} LISTING [options] [name]`],
    paragraphs: ['Lists, all or one of:'],
    entries: [
      ...group.map(({ path, summary }) => [path.at(-1)!, sentence(summary)] as const),
      ...optionEntries(first!),
    ],
    examples: examplesOf(first!.after),
  };
}

function usageOf(node: CommandNode): string {
  const options = node.options.length > 0 && node.commands.length === 0 ? ['[options]'] : [];
  const question = node.commands.length > 0 ? ['QUESTION'] : [];
  const terms = node.arguments.map(({ term }) => term);
  return ['confine', ...node.path, ...question, ...options, ...terms].join(' ');
}

function argumentEntry({ term, description, default: usual }: ArgumentNode): [string, string] {
  return [term, sentence(`${description}${usual === undefined ? '' : ` (default: ${usual})`}`)];
}

/** Help is everywhere and says itself. */
function optionEntries({ options }: CommandNode): [string, string][] {
  return options.filter(({ flags }) => !flags.includes('--help')).map(optionEntry);
}

function optionEntry({ flags, value, description }: OptionNode): [string, string] {
  const choices = value?.choices === undefined ? '' : ` (${value.choices.join(', ')})`;
  const usual = value?.default === undefined ? '' : ` (default: ${value.default})`;
  return [
    `${flags.join(', ')}${value === undefined ? '' : ` ${value.term}`}`,
    sentence(`${description}${choices}${usual}`),
  ];
}

function paragraphsOf(after: string): string[] {
  return partsOf(after)
    .filter((part) => !part.startsWith('Examples:'))
    .map((part) => part.replaceAll('\n', ' '));
}

function examplesOf(after: string): (readonly [string, string])[] {
  const part = partsOf(after).find((one) => one.startsWith('Examples:'));
  return (part ?? '')
    .split('\n')
    .slice(1)
    .map((line) => {
      const [command, what = ''] = line.trim().split(/ {2,}/);
      return [command!, what === '' ? 'As it stands.' : sentence(what)] as const;
    });
}

function partsOf(after: string): string[] {
  return after.split(/\n{2,}/).filter((part) => part !== '');
}

function sentence(text: string): string {
  // A path alone is no sentence.
  const ended = /[.:]$/.test(text) || !text.includes(' ') ? text : `${text}.`;
  return ended.replace(/^[a-z](?![\w-]*[_/])/, (letter) => letter.toUpperCase());
}
