import { z } from 'zod';
import {
  type Ability,
  allow,
  type Block,
  call,
  capabilityRule,
  checkOptions,
  dontaudit,
  type NetworkAccess,
  networkRule,
  nothingToAllow,
  OPTION,
  optional,
  unmediated,
} from '../description/index.ts';

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
  checkOptions('listenOn', options, {
    protocol: z.enum(['tcp', 'udp']),
    types: OPTION.someNames,
    own: OPTION.ports,
    privileged: OPTION.flag,
    answers: OPTION.flag,
  });
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
              ports: { protocol, numbers: own },
            },
          ],
    blocks: [
      {
        why: 'A socket that is bound and answers. The kernel asks for the port when it is bound to one that is below 1024 or outside the local range, and for the address; it asks for no port when a socket that is bound to none listens, so it can also listen on a port of the local range.',
        selinux: [
          allow('self', tclass, socketAccess(protocol, options.answers ?? true)),
          call(`corenet_${protocol}_bind_generic_node`),
        ],
        apparmor: [
          ...['inet', 'inet6'].map((family) =>
            networkRule(family, protocol === 'tcp' ? 'stream' : 'dgram', {
              access: apparmorAccess(protocol, options.answers ?? true),
              older: 'whole',
            }),
          ),
          unmediated(
            'listening-ports',
            'it can listen on every port that is free',
            'AppArmor asks for the family and the type of a socket, and for no port; below 1024 a capability is asked for',
            { never: 'listen', notAsked: 'addresses-and-ports' },
          ),
        ],
      },
      {
        why: 'The ports, by their types. Where a type stands for several ports, all of them can be bound.',
        selinux: [
          ...(own.length === 0 ? [] : [allow('own:port', tclass, 'name_bind')]),
          ...types.map((type) => optional({ types: [type] }, [allow(type, tclass, 'name_bind')])),
        ],
        apparmor: [nothingToAllow('No port is asked for.')],
      },
      ...(protocol === 'tcp' ? [FINDING_ADDRESSES] : []),
      ...(options.privileged
        ? [
            {
              why: 'A port below 1024 takes a capability besides.',
              selinux: [allow('self', 'capability', 'net_bind_service')],
              apparmor: [capabilityRule('net_bind_service')],
            },
          ]
        : []),
    ],
  };
}

const ANSWER: readonly NetworkAccess[] = [
  'create',
  'bind',
  'getattr',
  'getopt',
  'setopt',
  'send',
  'receive',
  'shutdown',
];
const ACCEPT: readonly NetworkAccess[] = [...ANSWER, 'listen', 'accept'];

function socketAccess(protocol: 'tcp' | 'udp', answers: boolean): readonly string[] {
  if (protocol === 'tcp') return [...SERVE, 'accept', 'listen'];
  return answers ? SERVE : SERVE.filter((one) => one !== 'append' && one !== 'write');
}

function apparmorAccess(protocol: 'tcp' | 'udp', answers: boolean): readonly NetworkAccess[] {
  if (protocol === 'tcp') return ACCEPT;
  return answers ? ANSWER : ANSWER.filter((one) => one !== 'send');
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

const FINDING_ADDRESSES: Block = {
  why: 'Refused in silence: where a name or nothing is given to bind to, the C library asks the kernel which addresses the machine has, and sorts them by trying a route to each with a socket that sends nothing. It does without.',
  selinux: [
    dontaudit('self', 'netlink_route_socket', [
      'bind',
      'create',
      'getattr',
      'nlmsg_read',
      'read',
      'write',
    ]),
    dontaudit('self', 'udp_socket', ['connect', 'create', 'getattr']),
  ],
  apparmor: [
    nothingToAllow(
      'AppArmor has no refusal in silence that is not one in complain mode too; what is asked here is refused and logged.',
    ),
  ],
};
