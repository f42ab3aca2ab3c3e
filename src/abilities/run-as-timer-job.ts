import {
  type Ability,
  allow,
  type Block,
  call,
  capabilityRule,
  checkOptions,
  fileRule,
  ioctls,
  nothingToAllow,
  OPTION,
  signalRule,
  unixRule,
} from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Runs at set times: by a timer unit, which starts a service, and with `cron` also by a line in /etc/cron.d or /etc/crontab. `capabilities`: those that
 * it uses, as `dac_read_search`; what the unit does for it (`User=`) needs none.
 */
export function runAsTimerJob(
  options: { cron?: boolean; capabilities?: readonly string[] } = {},
): Ability {
  checkOptions('runAsTimerJob', options, {
    cron: OPTION.flag,
    capabilities: OPTION.capabilities,
  });
  const { capabilities = [] } = options;
  const byCron: Block = {
    why: 'cron starts it from its own domain, and reads what it prints to send it by mail.',
    selinux: [call('cron_system_entry', 'self', 'own:exec')],
    apparmor: [nothingToAllow('cron is not held by this profile, which attaches to the program.')],
  };
  return {
    name: 'runAsTimerJob',
    title: 'Run at set times',
    entries: [{ from: 'service' }],
    blocks: [
      {
        why: 'What it prints goes to the journal by the socket that it inherits from the service manager.',
        selinux: [
          allow('init_t', 'fd', 'use'),
          allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
          allow('self', 'fifo_file', ['getattr', 'ioctl', 'read', 'write']),
        ],
        apparmor: [
          unixRule('stream'),
          fileRule('@{run}/systemd/journal/stdout', 'rw'),
          signalRule('receive', 'unconfined'),
          UNIX_PEERS,
        ],
      },
      {
        why: 'It has no terminal, and a base policy may let every domain open /dev/tty: of what that can be told, it may ask for its settings alone, so that it types for nobody (TIOCSTI) and drives no console (TIOCLINUX).',
        selinux: [ioctls('devtty_t', 'chr_file', { TCGETS })],
        apparmor: [
          nothingToAllow('The profile names no terminal, and without one /dev/tty is not opened.'),
        ],
      },
      ...(options.cron ? [byCron] : []),
      ...(capabilities.length === 0
        ? []
        : [
            {
              why: 'The capabilities that it uses itself. The unit can take more away with CapabilityBoundingSet=, and give none that stands not here.',
              selinux: [allow('self', 'capability', capabilities)],
              apparmor: [capabilityRule(...capabilities)],
            },
          ]),
    ],
  };
}

const TCGETS = 0x5401;
