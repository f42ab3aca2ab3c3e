import { type Ability, allow, call, optional } from '../description/index.ts';

/**
 * Accepts connections on TCP ports, or datagrams on UDP ports. A description can have one of each; ports of their own then share one type.
 * Answers over UDP go to whoever the program wants, since the kernel asks for no port there: `sendDatagrams` holds them to these ports.
 *
 * `types`: port types of the policy, as `http_port_t`; one that a policy lacks is left out there. `own`: ports that no type of the policy stands
 * for; the module declares `NAME_port_t`, and the administrator gives it the ports (`semanage port -a -t NAME_port_t -p tcp 1883`).
 * `privileged`: a port below 1024 is among them. `answers: false`: over UDP it sends nothing, or `sendDatagrams` has what it sends.
 */
export function listenOn(options: {
  protocol: 'tcp' | 'udp';
  types?: readonly string[];
  own?: readonly number[];
  privileged?: boolean;
  answers?: boolean;
}): Ability {
  const { protocol, types = [], own = [] } = options;
  const tclass = `${protocol}_socket`;
  const numbers = own.join(', ');
  return {
    name: 'listenOn',
    of: protocol,
    title: protocol === 'tcp' ? 'Accept connections' : 'Accept datagrams',
    types:
      own.length === 0
        ? []
        : [
            {
              name: 'port',
              nature: 'port',
              what: `${protocol.toUpperCase()} port ${numbers}, once semanage port has given it this type`,
            },
          ],
    blocks: [
      {
        why: 'A socket that is bound and answers. The kernel asks for the port when it is bound to one that is below 1024 or outside the local range, and for the address; it asks for no port when a socket that is bound to none listens, so it can also listen on a port of the local range.',
        selinux: [
          allow('self', tclass, socketAccess(protocol, options.answers ?? true)),
          call(`corenet_${protocol}_bind_generic_node`),
        ],
      },
      {
        why: 'The ports, by their types. Where a type stands for several ports, all of them can be bound.',
        selinux: [
          ...(own.length === 0 ? [] : [allow('own:port', tclass, 'name_bind')]),
          ...types.map((type) => optional({ types: [type] }, [allow(type, tclass, 'name_bind')])),
        ],
      },
      ...(options.privileged
        ? [
            {
              why: 'A port below 1024 takes a capability besides.',
              selinux: [allow('self', 'capability', 'net_bind_service')],
            },
          ]
        : []),
    ],
  };
}

function socketAccess(protocol: 'tcp' | 'udp', answers: boolean): readonly string[] {
  if (protocol === 'tcp') return [...SERVE, 'accept', 'listen'];
  return answers ? SERVE : SERVE.filter((one) => one !== 'append' && one !== 'write');
}

const SERVE = [
  'append',
  'bind',
  'create',
  'getattr',
  'getopt',
  'ioctl',
  'read',
  'setopt',
  'shutdown',
  'write',
];
