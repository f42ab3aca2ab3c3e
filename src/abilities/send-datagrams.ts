import {
  type Ability,
  allow,
  call,
  checkOptions,
  networkRule,
  nothingToAllow,
  OPTION,
  unmediated,
} from '../description/index.ts';

/**
 * Sends UDP datagrams to named ports of other machines (`to`, as a client of NTP or syslog) and from named ports of its own (`from`, as a server
 * answers), and no others. The kernel asks for no port when a datagram is sent, so the packets are held to these ports by labels that the
 * companion nftables ruleset puts on them; TCP keeps a label of its own, and is held by the ports that `connectTo` and `listenOn` name.
 *
 * `when`: the tunable under which it sends; without the ruleset, which an administrator turns on, it opens UDP to everywhere. A port that it is
 * bound to takes `listenOn` besides. A description has either this or `resolveNames({ direct })`.
 */
export function sendDatagrams(options: {
  to?: readonly number[];
  from?: readonly number[];
  when: string;
}): Ability {
  checkOptions('sendDatagrams', options, {
    to: OPTION.ports,
    from: OPTION.ports,
    when: OPTION.text,
  });
  const { to = [], from = [], when } = options;
  return {
    name: 'sendDatagrams',
    title: 'Send datagrams to named ports',
    types: [
      { name: 'udp_packet', nature: 'packet', what: `UDP packets ${inWords(to, from)}` },
      { name: 'tcp_packet', nature: 'packet', what: 'TCP packets' },
      { name: 'other_packet', nature: 'packet', what: 'every other packet' },
    ],
    secmark: {
      datagrams: 'own:udp_packet',
      tcp: 'own:tcp_packet',
      other: 'own:other_packet',
      ...{ to, from, when },
    },
    blocks: [
      {
        why: 'A UDP socket that sends. The kernel asks for no port and no address: load the companion ruleset, which labels packets, or this opens UDP to every address and port.',
        whyIn: { apparmor: 'A UDP socket that sends. No address or port is checked.' },
        when,
        selinux: [
          allow('self', 'udp_socket', [
            'bind',
            'connect',
            'create',
            'getattr',
            'getopt',
            'ioctl',
            'read',
            'setopt',
            'shutdown',
            'write',
          ]),
          // Asked for the address alone: clients too bind first, to any port or to one of the local range, for which no port is asked.
          call('corenet_udp_bind_generic_node'),
          allow('own:udp_packet', 'packet', ['recv', 'send']),
        ],
        apparmor: [
          networkRule('inet', 'dgram'),
          networkRule('inet6', 'dgram'),
          unmediated(
            'datagrams-anywhere',
            'with the tunable for datagrams on, UDP to every address and port',
            'these kernels check the family and type of a socket, and no address or port',
            { never: 'send-udp', notAsked: 'addresses-and-ports' },
          ),
        ],
      },
      {
        why: 'Once the ruleset is loaded every packet has a label. TCP is asked about by port when it connects and is bound, so its packets are let through.',
        selinux: [allow('own:tcp_packet', 'packet', ['recv', 'send'])],
        apparmor: [nothingToAllow('AppArmor does not label packets.')],
      },
      {
        why: 'Every other domain keeps all of its traffic once the ruleset is loaded: labelled by it, or unlabelled where it does not reach, in network namespaces of containers.',
        selinux: [
          {
            kind: 'allow',
            sources: ['domain', '-self'],
            targets: ['own:udp_packet', 'own:tcp_packet', 'own:other_packet', 'unlabeled_t'],
            classes: ['packet'],
            permissions: ['recv', 'send'],
          },
        ],
        apparmor: [nothingToAllow('AppArmor does not label packets.')],
      },
    ],
  };
}

function inWords(to: readonly number[], from: readonly number[]): string {
  return [
    ...(to.length === 0 ? [] : [`to port ${to.join(', ')} of every machine`]),
    ...(from.length === 0 ? [] : [`from its port ${from.join(', ')}`]),
  ].join(' and ');
}
