import {
  type Ability,
  allow,
  capabilityRule,
  checkOptions,
  fileRule,
  OPTION,
  unixRule,
} from '../description/index.ts';

/**
 * Started by the service manager without a terminal. The way in is always open: without it a unit would run the program as init_t, with all that
 * the service manager may do. The tunable gives what a service needs beyond a user's program.
 */
export function runAsService(options: { when: string }): Ability {
  checkOptions('runAsService', options, { when: OPTION.text });
  return {
    name: 'runAsService',
    title: 'Run as a system service',
    entries: [{ from: 'service' }],
    blocks: [
      {
        why: 'A service writes to the journal through the socket that it inherits from the service manager.',
        selinux: [
          allow('init_t', 'fd', 'use'),
          allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
        ],
        apparmor: [unixRule('stream')],
      },
      {
        why: 'It starts as root, looks at the processes of all users (dac_read_search, sys_ptrace), hands its outputs to an unprivileged user (chown) and becomes that user (setgid, setuid).',
        when: options.when,
        selinux: [
          allow('self', 'capability', [
            'chown',
            'dac_read_search',
            'setgid',
            'setuid',
            'sys_ptrace',
          ]),
        ],
        apparmor: [
          capabilityRule('chown', 'dac_read_search', 'setgid', 'setuid', 'sys_ptrace'),
          // Where unix sockets go by their paths, who may write to this one may connect to it as well.
          fileRule('@{run}/systemd/journal/stdout', 'rw'),
        ],
      },
    ],
  };
}
