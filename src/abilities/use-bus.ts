import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  OPTION,
  optional,
} from '../description/index.ts';

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
  };
  const peers = [...new Set([...calls, ...callers])];
  return {
    name: 'useBus',
    title: 'Use the system bus',
    blocks: [
      {
        why: 'The socket of the system bus, and messages to the bus itself. Both policies grant what the library reads besides.',
        selinux: [call('dbus_system_bus_client')],
      },
      ...(options.own ? [own] : []),
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
            },
          ]),
    ],
  };
}
