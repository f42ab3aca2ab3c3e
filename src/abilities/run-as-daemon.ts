import {
  type Ability,
  type ApparmorRule,
  allow,
  type Block,
  capabilityRule,
  checkOptions,
  fileRule,
  ioctls,
  networkRule,
  nothingToAllow,
  OPTION,
  optional,
  ptraceRule,
  signalRule,
  unixRule,
} from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * A service of the system, as its unit starts it: in its domain also under `NoNewPrivileges=` and `DynamicUser=`, since the service manager has the
 * right of transition for both.
 *
 * `notify`: `Type=notify` or `WatchdogSec=`. `sockets`: classes of the sockets that a .socket unit hands over, as `tcp_socket`. `capabilities`:
 * those that it uses, as `setuid`; what the unit does for it (`User=`) needs none.
 */
export function runAsDaemon(
  options: { notify?: boolean; sockets?: readonly string[]; capabilities?: readonly string[] } = {},
): Ability {
  checkOptions('runAsDaemon', options, {
    notify: OPTION.flag,
    sockets: OPTION.someNames,
    capabilities: OPTION.capabilities,
  });
  const { sockets = [], capabilities = [] } = options;
  return {
    name: 'runAsDaemon',
    title: 'Run as a daemon',
    entries: [{ from: 'service' }],
    blocks: [
      {
        why: 'What it prints goes to the journal by the socket that it inherits. It signals and schedules its own threads and processes.',
        selinux: [
          allow('init_t', 'fd', 'use'),
          allow('init_t', 'unix_stream_socket', ['getattr', 'ioctl', 'read', 'write']),
          allow('self', 'fifo_file', ['getattr', 'ioctl', 'read', 'write']),
          allow('self', 'process', ['getcap', 'getsched', 'setsched', 'signal', 'signull']),
        ],
        apparmor: [
          unixRule('stream'),
          fileRule('@{run}/systemd/journal/stdout', 'rw'),
          signalRule(['send', 'receive'], '@{profile_name}'),
          signalRule('receive', 'unconfined'),
          ptraceRule('readby'),
          UNIX_PEERS,
        ],
      },
      {
        why: 'It has no terminal, and Fedora lets every domain open /dev/tty: of what that can be told, it may ask for its settings alone, so that it types for nobody (TIOCSTI) and drives no console (TIOCLINUX).',
        selinux: [ioctls('devtty_t', 'chr_file', { TCGETS })],
        apparmor: [nothingToAllow('No rule opens a terminal.')],
      },
      ...(options.notify ? NOTIFY : []),
      ...(sockets.length === 0
        ? []
        : [
            {
              why: 'Sockets that the service manager makes with the label of the service, binds, and hands over.',
              selinux: [
                {
                  ...allow('own:domain', sockets, [
                    'bind',
                    'create',
                    'getattr',
                    'getopt',
                    'listen',
                    'setattr',
                    'setopt',
                  ]),
                  sources: ['init_t'],
                },
                allow('self', sockets, ['accept', 'getattr', 'getopt', 'read', 'setopt', 'write']),
              ],
              apparmor: handedOver(sockets),
            },
          ]),
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

/** Sockets by their SELinux classes: the service manager, which nothing holds, makes and binds them. */
function handedOver(classes: readonly string[]): ApparmorRule[] {
  const rules = classes.flatMap((tclass): ApparmorRule[] => {
    const type = HANDED_OVER[tclass];
    if (type === undefined) return [];
    if (tclass.startsWith('unix_')) return [unixRule(type)];
    return ['inet', 'inet6'].map((family) =>
      networkRule(family, type, {
        access: ['accept', 'getattr', 'getopt', 'setopt', 'send', 'receive', 'shutdown'],
        older: 'whole',
      }),
    );
  });
  return rules.length > 0
    ? rules
    : [nothingToAllow('AppArmor has no rule for what is handed over.')];
}

const HANDED_OVER: Readonly<Record<string, 'stream' | 'dgram' | 'seqpacket'>> = {
  tcp_socket: 'stream',
  udp_socket: 'dgram',
  unix_stream_socket: 'stream',
  unix_dgram_socket: 'dgram',
};

const NOTIFY: readonly Block[] = [
  {
    why: 'sd_notify sends to /run/systemd/notify that the service is ready or still alive: a datagram to the service manager, by a socket file whose type each policy names otherwise.',
    selinux: [
      allow('self', 'unix_dgram_socket', ['connect', 'create', 'getopt', 'setopt', 'write']),
      allow('init_t', 'unix_dgram_socket', 'sendto'),
      ...['init_runtime_t', 'systemd_runtime_notify_t', 'init_var_run_t'].map((type) =>
        optional({ types: [type] }, [
          allow(type, 'dir', ['getattr', 'open', 'search']),
          allow(type, 'sock_file', 'write'),
        ]),
      ),
    ],
    apparmor: [unixRule('dgram'), fileRule('@{run}/systemd/notify', 'w'), UNIX_PEERS],
  },
];
