import {
  type Ability,
  allow,
  type Block,
  ConfinementProblems,
  call,
  checkOptions,
  fileAt,
  fileRule,
  OPTION,
  signalRule,
} from '../description/index.ts';

/**
 * Runs helper programs. `programs` are executables of the program's package, which carry a type of the module and run in its own domain, with no
 * right beyond its own; nothing else becomes executable. `shell`: also the shell, for scripts and system(3), with which it runs any command line.
 * `domains` are further ones of the description, by their names there: their programs run in those, and it signals them.
 */
export function runHelper(options: {
  programs?: readonly string[];
  shell?: boolean;
  domains?: readonly string[];
}): Ability {
  checkOptions('runHelper', options, {
    programs: OPTION.somePaths,
    shell: OPTION.flag,
    domains: OPTION.someNames,
  });
  const { programs = [], domains = [] } = options;
  if (programs.length === 0 && domains.length === 0 && options.shell !== true) {
    throw new ConfinementProblems(
      'runHelper',
      [
        {
          path: 'runHelper',
          message: 'no helper is named',
          hint: 'give `programs`, `domains` or `shell: true`, or leave the ability out',
        },
      ],
      'what is given to',
    );
  }
  return {
    name: 'runHelper',
    title: 'Run helper programs',
    ...(programs.length === 0
      ? {}
      : {
          types: [{ name: 'helper', nature: 'executable', what: 'helper programs' }],
          fileContexts: programs.map((path) => fileAt(path, 'own:helper')),
        }),
    ...(domains.length === 0 ? {} : { starts: domains }),
    blocks: [
      ...(programs.length === 0 ? [] : [inTheSameDomain(programs)]),
      ...(options.shell
        ? [
            {
              why: 'The shell, in the same domain. It runs what the domain may execute, and no more. What was started is waited for and ended.',
              selinux: [call('corecmd_exec_shell'), SIGNALS],
              apparmor: [
                fileRule('/{,usr/}bin/{,ba,da}sh', 'mrix'),
                signalRule(['send', 'receive'], '@{profile_name}'),
              ],
            },
          ]
        : []),
      ...domains.map(inDomain),
    ],
  };
}

function inTheSameDomain(programs: readonly string[]): Block {
  return {
    why: 'Helper programs of its own package, in the same domain: what they may do is what it may do. It waits for them and ends them.',
    selinux: [
      call('corecmd_search_bin'),
      allow('own:helper', 'file', [
        'execute',
        'execute_no_trans',
        'getattr',
        'ioctl',
        'map',
        'open',
        'read',
      ]),
      SIGNALS,
    ],
    apparmor: [fileRule(programs, 'mrix'), signalRule(['send', 'receive'], '@{profile_name}')],
  };
}

const SIGNALS = allow('self', 'process', ['sigchld', 'sigkill', 'signal', 'sigstop']);

function inDomain(name: string): Block {
  return {
    why: 'A helper program in a domain of its own, which it enters by executing the program, also under no_new_privs. It signals and ends it; of what the helper may do it gets nothing. What the helper of a daemon prints goes to the journal too, by the socket that the service manager made.',
    selinux: [
      call('corecmd_search_bin'),
      call('domtrans_pattern', 'self', `module:${name}_exec`, `module:${name}`),
      allow(`module:${name}`, 'process2', ['nnp_transition', 'nosuid_transition']),
      allow(`module:${name}`, 'process', ['sigkill', 'signal', 'signull', 'sigstop']),
      { ...allow('init_t', 'fd', 'use'), sources: [`module:${name}`] },
      {
        ...allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
        sources: [`module:${name}`],
      },
    ],
  };
}
