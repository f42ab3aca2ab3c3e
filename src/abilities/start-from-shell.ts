import { type Ability, allow, call } from '../description/index.ts';

/**
 * Started by login users from their shell, each in their own role. `users` are the prefixes of the users' domains and roles:
 * `unconfined` stands for unconfined_t and unconfined_r.
 */
export function startFromShell(options: { users: readonly string[] }): Ability {
  return {
    name: 'startFromShell',
    title: 'Start from a login shell',
    entries: options.users.map((prefix) => ({ from: 'user', prefix })),
    blocks: [
      {
        why: 'Own threads and signals. Giving up capabilities after the start needs setcap; the C library looks at its own scheduling and capabilities.',
        selinux: [allow('self', 'process', ['getcap', 'getsched', 'setcap', 'signal'])],
      },
      {
        why: 'Descriptors that the shell and the terminal emulator handed down.',
        selinux: [call('domain_use_interactive_fds')],
      },
    ],
  };
}
