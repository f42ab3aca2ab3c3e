import { relative, resolve } from 'node:path';
import { isTypeName } from '../../selinux/words/index.ts';
import { printable } from '../../text/index.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { descriptionIn, newDescription } from '../load-profile.ts';
import { UsageError, type Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

interface Options {
  readonly executable?: string;
}

export const init: Verb = {
  name: 'init',
  summary: 'write a first description of a program, to go on from',
  define(command, run, io) {
    command
      .argument('<name>', 'the program, and the module: letters, digits and underscores')
      .argument('[directory]', 'where the profile will stand (default: a directory of that name)')
      .option('--executable <path>', 'the program’s file (default: /usr/bin/NAME)')
      .addHelpText(
        'after',
        `
Examples:
  confine init lister                                  lister/confinement.ts, for /usr/bin/lister
  confine init mtr profiles/mtr --executable /usr/sbin/mtr   another place, another file`,
      )
      .action((name: string, directory: string | undefined, options: Options) =>
        run(() => writeFirst(name, directory ?? name, options, io)),
      );
  },
};

function writeFirst(name: string, named: string, options: Options, io: Io): ExitCode {
  if (!isProgramName(name)) {
    const other = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
    throw new UsageError(
      `\`${printable(name)}\` makes no module name`,
      `a small letter, then small letters, digits and underscores${other === name || !isProgramName(other) ? '' : `: \`${other}\``}`,
    );
  }
  const executable = options.executable ?? `/usr/bin/${name}`;
  if (!/^(\/[\w.+-]+)+$/.test(executable)) {
    throw new UsageError(`\`${printable(executable)}\` is not an absolute path of a program`);
  }
  const directory = resolve(io.cwd, named);
  const there = descriptionIn(directory);
  if (there !== undefined) {
    throw new UsageError(
      `\`${relative(io.cwd, there)}\` is there already`,
      'name another directory',
    );
  }
  const file = newDescription(directory);
  writeWhole(file, description(name, executable));
  io.out(`written  ${relative(io.cwd, file)}

It lets ${name} start from a shell and use the terminal, and forbids it nearly all else.
Say in it what the program does. Next:
  confine build ${named}   write the module
  confine check ${named}   compile it, link it, prove the nevers
`);
  return ExitCode.yes;
}

function isProgramName(name: string): boolean {
  return /^[a-z][a-z0-9_]*$/.test(name) && isTypeName(`${name}_exec_t`);
}

/** It must check as it stands: what a person then changes is the content, never the form. */
function description(name: string, executable: string): string {
  return `import {
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  injectKeystrokes,
  leaveTheDomain,
  listen,
  loadKernelModules,
  mount,
  ptrace,
  reachUnixSockets,
  readBelow,
  readSystemFiles,
  runWritableMemory,
  sendUdp,
  startFromShell,
  useCapabilities,
  useTerminal,
  writeFiles,
} from 'confine-mac';

const confinement: Confinement = confine({
  name: '${name}',
  title: 'what ${name} is, in a few words',
  version: '0.1.0',
  released: '2026-01-01',
  program: {
    name: '${name}',
    version: '1.0',
    homepage: 'https://example.org/${name}',
    executables: ['${executable}'],
  },
  // What would be refused is logged and granted, until \`semanage permissive -d ${name}_t\`.
  rollout: 'permissive',
  tunables: [],

  // What it does. Each ability knows what the kernel asks for that, on each distribution.
  may: [
    startFromShell({ users: ['unconfined', 'sysadm', 'staff', 'user'] }),
    useTerminal(),
    readSystemFiles(),
  ],

  // What must not be possible, proved on the linked policy. Leave out what does not fit, and say why for the rest.
  never: [
    sendUdp('it has no business on the network'),
    connectTcp('it has no business on the network'),
    listen('nobody talks to it'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('services and agents would act for it'),
    executeAnything('it starts no other program'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('it needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('it has no business with other processes'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it has no business with file systems'),
    useCapabilities('it needs none', { except: [] }),
    readBelow(['HOME', '/etc/shadow'], 'documents, keys and passwords are not for it'),
    writeFiles('it writes nothing'),
    injectKeystrokes('it must not type into the shell of the user'),
  ],

  // What stays possible all the same, in plain words.
  residuals: [],
});

export default confinement;
`;
}
