import type { Command } from 'commander';
import type { CompiledProfile } from '../../../apparmor/compiled/index.ts';
import {
  execModeText,
  executions,
  type NetworkRow,
  networkRows,
  type PathAnswer,
  type PathGrant,
  type ProfileInfo,
  pathAnswer,
  profileInfo,
} from '../../../apparmor/query/index.ts';
import { printable, table } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { chosenProfile, loadCompiled } from '../../load-compiled.ts';
import { type Run, UsageError, type Verb } from '../../verb.ts';

export const apparmor: Verb = {
  name: 'apparmor',
  summary: 'what a compiled AppArmor profile lets through (apparmor_parser -o FILE)',
  define(command, run, io) {
    command.helpCommand(false);
    const info = question(command, 'info', 'the profiles of a file, their modes and classes');
    info.action((options: Options) =>
      run(() => {
        const profiles = loadCompiled(io, options.policy);
        return tell(io, options, profiles.map(profileInfo), infoText, ExitCode.yes);
      }),
    );
    definePath(command, run, io);
    const execute = question(
      command,
      'execute',
      'what it may execute, and what becomes of the profile',
    );
    execute.action((options: Options) =>
      run(() => {
        const found = executions(profileOf(io, options)).map(({ mode, example }) => ({
          mode: execModeText(mode),
          ...mode,
          ...(example !== undefined && { example: example.path, who: example.who }),
        }));
        return tell(io, options, found, executeText, found.length > 0 ? ExitCode.yes : ExitCode.no);
      }),
    );
    const network = question(command, 'network', 'what sockets it may have, and what they may do');
    network.action((options: Options) =>
      run(() => {
        const rows = networkRows(profileOf(io, options));
        return tell(io, options, rows, networkText, rows.length > 0 ? ExitCode.yes : ExitCode.no);
      }),
    );
    command.addHelpText('after', EXAMPLES);
  },
};

const EXAMPLES = `
Every question takes --policy FILE; a file with several profiles is asked about the first, or about --profile NAME.

Examples:
  apparmor_parser -QK -o tcpdump.bin /etc/apparmor.d/usr.bin.tcpdump         compiled for the running kernel
  confine query apparmor path /etc/shadow --policy tcpdump.bin               what it may do with one file`;

interface Options {
  readonly policy: string;
  readonly profile?: string;
  readonly json?: true;
}

function question(command: Command, name: string, summary: string): Command {
  const made = command
    .command(name)
    .description(summary)
    .requiredOption(
      '--policy <file>',
      'a compiled profile, as `apparmor_parser -QK -o FILE` writes it',
    );
  if (name !== 'info') made.option('--profile <name>', 'one of several profiles, by its name');
  return made.option('--json', 'the same as data');
}

function profileOf(io: Io, { policy, profile }: Options): CompiledProfile {
  return chosenProfile(loadCompiled(io, policy), profile);
}

function tell<T>(
  io: Io,
  { json }: Options,
  result: T,
  text: (result: T) => string,
  code: ExitCode,
): ExitCode {
  io.out(json ? `${JSON.stringify(result, null, 2)}\n` : text(result));
  return code;
}

function definePath(command: Command, run: Run, io: Io): void {
  question(command, 'path', 'what it may do with a file')
    .argument('<path>', 'as the process sees it; a directory ends in a slash')
    .addHelpText(
      'after',
      `
Ends with 0 if anything is granted to anybody, 1 if nothing is but to see that the file is there.

Examples:
  confine query apparmor path /etc/shadow --policy tcpdump.bin
  confine query apparmor path /etc/ --policy tcpdump.bin --json     the directory itself`,
    )
    .action((path: string, options: Options) =>
      run(() => {
        if (!path.startsWith('/')) {
          throw new UsageError(`\`${path}\` is not an absolute path`, 'start it with `/`');
        }
        const answer = pathAnswer(profileOf(io, options), path);
        const any = [answer.owner, answer.other].some(({ permissions }) =>
          permissions.some((name) => name !== 'getattr'),
        );
        return tell(io, options, answer, pathText, any ? ExitCode.yes : ExitCode.no);
      }),
    );
}

function infoText(profiles: readonly ProfileInfo[]): string {
  return profiles.map(oneInfo).join('\n');
}

function oneInfo(info: ProfileInfo): string {
  const line = (name: string, value: string): string =>
    `${name.padEnd(14)}${printable(value)}\n`.replace(/ +\n/, '\n');
  return [
    line('profile', info.namespace === undefined ? info.name : `:${info.namespace}:${info.name}`),
    line('mode', `${info.mode}${info.hat ? ', a hat' : ''}`),
    line(
      'attaches',
      typeof info.attaches === 'string'
        ? info.attaches
        : info.attaches
          ? 'by path'
          : 'to nothing by itself',
    ),
    line('capabilities', info.capabilities.join(' ') || 'none'),
    ...info.mediated.map(({ name, grants }) =>
      line(name, grants === undefined ? 'mediated' : grants.join(' ') || 'nothing'),
    ),
    line('unmediated', info.unmediated.join(' ') || 'nothing'),
    line('states', `${info.states.files} for files, ${info.states.classes} for the other classes`),
  ].join('');
}

function pathText(answer: PathAnswer): string {
  const who = answer.byOwner ? (['owner', 'other'] as const) : (['other'] as const);
  const heading = `${printable(answer.profile)}: ${printable(answer.path)}\n`;
  const lines = who.map((half) => {
    const name = answer.byOwner ? { owner: 'its owner', other: 'others' }[half] : 'everybody';
    return `  ${name.padEnd(10)} ${grantText(answer[half])}\n`;
  });
  const notes = answer.notes.map((note) => `note: ${note}\n`);
  return heading + [...lines, ...notes].join('');
}

function grantText({ permissions, denied, audited, exec }: PathGrant): string {
  const parts = [
    permissions.join(' ') || 'nothing',
    ...(exec === undefined ? [] : [`executes as ${execModeText(exec)}`]),
    ...(denied.length === 0 ? [] : [`refused in silence: ${denied.join(' ')}`]),
    ...(audited.length === 0 ? [] : [`logged: ${audited.join(' ')}`]),
  ];
  return printable(parts.join('; '));
}

function executeText(found: readonly { mode: string; example?: string; who?: string }[]): string {
  if (found.length === 0) return 'nothing may be executed\n';
  return table(
    [{ heading: 'mode' }, { heading: 'a shortest path' }, { heading: 'whose' }],
    found.map(({ mode, example, who }) => [printable(mode), printable(example ?? '?'), who ?? '?']),
  );
}

function networkText(rows: readonly NetworkRow[] | 'unmediated'): string {
  if (rows === 'unmediated')
    return 'unmediated: compiled for a kernel that asks nothing about sockets\n';
  if (rows.length === 0) return 'no socket\n';
  return table(
    [
      { heading: 'family' },
      { heading: 'type' },
      { heading: 'permissions' },
      { heading: 'depending on the address' },
    ],
    rows.map(({ family, type, permissions, sometimes }) => [
      family,
      type,
      permissions.join(' '),
      sometimes.join(' '),
    ]),
  );
}
