import {
  type Ability,
  allow,
  call,
  checkOptions,
  fileAt,
  fileRule,
  OPTION,
  signalRule,
} from '../description/index.ts';

/**
 * Runs helper programs in its own domain, with no right beyond its own. `programs` are executables of the program's package, which carry a
 * type of the module; nothing else becomes executable. `shell`: also the shell, for scripts and system(3), with which it runs any command line.
 */
export function runHelper(options: { programs: readonly string[]; shell?: boolean }): Ability {
  checkOptions('runHelper', options, { programs: OPTION.paths, shell: OPTION.flag });
  return {
    name: 'runHelper',
    title: 'Run helper programs',
    types: [{ name: 'helper', nature: 'executable', what: 'helper programs' }],
    fileContexts: options.programs.map((path) => fileAt(path, 'own:helper')),
    blocks: [
      {
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
          allow('self', 'process', ['sigchld', 'sigkill', 'signal', 'sigstop']),
        ],
        apparmor: [
          fileRule(options.programs, 'mrix'),
          signalRule(['send', 'receive'], '@{profile_name}'),
        ],
      },
      ...(options.shell
        ? [
            {
              why: 'The shell, in the same domain. It can run what the domain may execute, and no more.',
              selinux: [call('corecmd_exec_shell')],
              apparmor: [fileRule('/{,usr/}bin/{,ba,da}sh', 'mrix')],
            },
          ]
        : []),
    ],
  };
}
