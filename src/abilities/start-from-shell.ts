import {
  type Ability,
  allow,
  call,
  checkOptions,
  nothingToAllow,
  OPTION,
  ptraceRule,
  signalRule,
  unmediated,
} from '../description/index.ts';

/**
 * Started by login users from their shell, each in their own role. `users` are the prefixes of the users' domains and roles:
 * `unconfined` stands for unconfined_t and unconfined_r.
 */
export function startFromShell(options: { users: readonly string[] }): Ability {
  checkOptions('startFromShell', options, { users: OPTION.users });
  return {
    name: 'startFromShell',
    title: 'Start from a login shell',
    entries: options.users.map((prefix) => ({ from: 'user', prefix })),
    blocks: [
      {
        why: 'Own threads and signals. Giving up capabilities after the start needs setcap; the C library looks at its own scheduling and capabilities.',
        whyIn: {
          apparmor:
            'Signals to itself, from the C library and from whoever is not confined; and what others read of it in /proc.',
        },
        selinux: [allow('self', 'process', ['getcap', 'getsched', 'setcap', 'signal'])],
        apparmor: [
          signalRule(['send', 'receive'], '@{profile_name}'),
          signalRule('receive', 'unconfined'),
          // For ps and ss: what they may see is for their own confinement to say.
          ptraceRule('readby'),
          unmediated(
            'writable-memory',
            'memory of its own that is writable and executable at once',
            'AppArmor asks where a file is mapped, and not about memory without one',
            { never: 'executable-memory', notAsked: 'anonymous-memory' },
          ),
        ],
      },
      {
        why: 'Descriptors that the shell and the terminal emulator handed down.',
        selinux: [call('domain_use_interactive_fds')],
        apparmor: [
          nothingToAllow(
            'What is handed down is held against the file rules as the program starts: what none of them allows becomes /dev/null. Pipes have no path and stay.',
          ),
        ],
      },
    ],
  };
}
