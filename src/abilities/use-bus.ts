import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  dbusRule,
  dontaudit,
  fileRule,
  nothingToAllow,
  OPTION,
  optional,
  unixRule,
  unmediated,
} from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Uses the system bus. `own`: it owns a name there, which the bus asks for (`acquire_svc`); which name, only the bus's own configuration says.
 * `calls`: the domains of services that it calls, and that answer. `callers`: domains that call it.
 */
export function useBus(
  options: { own?: boolean; calls?: readonly string[]; callers?: readonly string[] } = {},
): Ability {
  checkOptions('useBus', options, {
    own: OPTION.flag,
    calls: OPTION.someNames,
    callers: OPTION.someNames,
  });
  const { calls = [], callers = [] } = options;
  const own: Block = {
    why: 'It owns a name on the system bus.',
    selinux: [call('dbus_connect_system_bus')],
    apparmor: [
      dbusRule('bind', 'system'),
      unmediated(
        'bus-names',
        'it can own every name that the configuration of the bus lets its user own',
        'which name is its own, only that configuration says',
      ),
    ],
  };
  const peers = [...new Set([...calls, ...callers])];
  return {
    name: 'useBus',
    title: 'Use the system bus',
    blocks: [
      {
        why: 'The socket of the system bus, and messages to the bus itself. Both policies grant what the library reads besides.',
        selinux: [call('dbus_system_bus_client')],
        apparmor: [
          unixRule('stream'),
          fileRule('@{run}/dbus/system_bus_socket', 'rw'),
          dbusRule(['send', 'receive'], 'system', { path: '/org/freedesktop/DBus' }),
          UNIX_PEERS,
        ],
      },
      {
        why: 'Harmless when refused, and refused in silence: the library asks how many groups a user can have, and tries to enlarge the buffers of its socket past the limit.',
        whyIn: { apparmor: 'How many groups a user can have, which the library asks.' },
        selinux: [
          dontaudit('self', 'capability', 'net_admin'),
          dontaudit('sysctl_kernel_t', 'dir', 'search'),
          dontaudit('sysctl_kernel_t', 'file', ['getattr', 'open', 'read']),
        ],
        apparmor: [fileRule('@{PROC}/sys/kernel/ngroups_max', 'r')],
      },
      ...(options.own ? [own] : []),
      ...(calls.includes('init_t') ? [ASK_THE_SERVICE_MANAGER] : []),
      ...(peers.length === 0
        ? []
        : [
            {
              why: 'Messages are asked for by the domains of both ends, and an answer is a message of its own.',
              selinux: peers.map((peer) =>
                optional({ types: [peer] }, [
                  allow(peer, 'dbus', 'send_msg'),
                  { ...allow('own:domain', 'dbus', 'send_msg'), sources: [peer] },
                ]),
              ),
              apparmor: [
                dbusRule(['send', 'receive'], 'system'),
                unmediated(
                  'bus-peers',
                  'it can exchange messages with every service of the system bus that the bus lets it',
                  'its peers are known by their SELinux domains, which AppArmor does not have',
                ),
              ],
            },
          ]),
    ],
  };
}

const ASK_THE_SERVICE_MANAGER: Block = {
  why: 'The service manager asks the policy besides, for each thing that it is asked: here for what tells its own state. What a unit is doing, and to start or stop one, is not granted.',
  selinux: [allow('init_t', 'system', 'status')],
  apparmor: [nothingToAllow('Under AppArmor the service manager asks nothing.')],
};
