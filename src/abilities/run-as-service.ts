import { type Ability, allow } from '../confinement/index.ts';

/**
 * Started by the service manager without a terminal. The way in from init_t is the tunable's: while it is off, a unit that
 * runs the program stays in the domain that the distribution gives to programs that it does not know.
 */
export function runAsService(options: { when: string }): Ability {
  return {
    name: 'runAsService',
    title: 'Run as a system service',
    entries: [{ from: 'service', when: options.when }],
    blocks: [
      {
        why: 'A service writes to the journal through the socket that it inherits from the service manager.',
        when: options.when,
        statements: [
          allow('init_t', 'fd', 'use'),
          allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
        ],
      },
      {
        why: 'It starts as root, hands its outputs to an unprivileged user and becomes that user.',
        when: options.when,
        statements: [allow('self', 'capability', ['chown', 'setgid', 'setuid'])],
      },
    ],
  };
}
