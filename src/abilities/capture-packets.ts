import {
  type Ability,
  allow,
  type Block,
  call,
  capabilityRule,
  checkOptions,
  dontaudit,
  fileRule,
  ioctls,
  type NetworkRule,
  networkRule,
  nothingToAllow,
  OPTION,
  unixRule,
  unmediated,
} from '../description/index.ts';

const SIOCGIFNAME = 0x8910;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFMTU = 0x8921;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFINDEX = 0x8933;
const SIOCETHTOOL = 0x8946;
const HCIGETDEVLIST = 0x48d2;

/**
 * Captures frames with libpcap from interfaces of this machine.
 *
 * `chooseByRoute`: the program finds the interface of the default route by connecting a UDP socket, without sending.
 * Promiscuous mode is a membership of the socket: it needs no net_admin. What libpcap does, and which denial is fatal to it, was traced with libpcap 1.10.3 to 1.10.6.
 */
export function capturePackets(options: { chooseByRoute?: boolean } = {}): Ability {
  checkOptions('capturePackets', options, { chooseByRoute: OPTION.flag });
  const byRoute: Block = {
    why: 'The interface of the default route is found by connecting a UDP socket to a public address and reading back the local one. Nothing is sent: without write every send is refused, and without setopt no multicast group is joined.',
    whyIn: {
      apparmor:
        'The interface of the default route is found by connecting a UDP socket to a public address and reading back the local one. Nothing is sent: what is not among these permissions is refused, and they hold neither send nor receive, nor setopt, by which multicast groups are joined.',
    },
    selinux: [
      allow('self', 'udp_socket', ['bind', 'connect', 'create', 'getattr']),
      call('corenet_udp_bind_generic_node'),
    ],
    apparmor: [
      networkRule('inet', 'dgram', {
        access: ['create', 'bind', 'connect', 'getattr', 'getopt'],
        older: 'refused',
      }),
    ],
  };
  return {
    name: 'capturePackets',
    title: 'Capture packets',
    blocks: [
      ...OPENING,
      {
        why: 'Device types and statistics of network interfaces.',
        selinux: [call('dev_read_sysfs'), call('kernel_read_network_state')],
        apparmor: [
          fileRule(
            [
              '@{sys}/class/net/',
              '@{sys}/devices/**/net/*/{type,dsa/tagging}',
              '@{sys}/devices/**/net/*/statistics/{,*}',
            ],
            'r',
          ),
          fileRule(['@{PROC}/@{pids}/net/{dev,route,ipv6_route}'], 'r'),
        ],
      },
      ...(options.chooseByRoute ? [byRoute] : []),
    ],
  };
}

/** What asking and listening takes; AppArmor has no word for a protocol. */
const NETLINK: Pick<NetworkRule, 'access' | 'older'> = {
  access: ['create', 'bind', 'getattr', 'setopt', 'getopt', 'send', 'receive'],
  older: 'whole',
};

/** Mapping the ring asks for `send` and `receive`. */
const CAPTURE: Pick<NetworkRule, 'access' | 'older'> = {
  access: ['create', 'bind', 'getattr', 'setopt', 'getopt', 'send', 'receive'],
  older: 'whole',
};

/** What libpcap asks for until it captures. */
const OPENING: readonly Block[] = [
  {
    why: 'The capture socket. libpcap maps its receive ring shared and writable, which the kernel checks as write: frames could be sent through it, a residual that no policy can close.',
    whyIn: {
      apparmor:
        'The capture socket. libpcap maps its receive ring shared and writable, which the kernel checks as sending: frames could be sent through it, a residual that no profile can close.',
    },
    selinux: [
      allow('self', 'capability', 'net_raw'),
      allow('self', 'packet_socket', [
        'bind',
        'create',
        'getattr',
        'getopt',
        'ioctl',
        'map',
        'read',
        'setopt',
        'write',
      ]),
      ioctls('self', 'packet_socket', {
        SIOCGIFFLAGS,
        SIOCGIFMTU,
        SIOCGIFHWADDR,
        SIOCGIFINDEX,
        SIOCETHTOOL,
      }),
    ],
    apparmor: [
      capabilityRule('net_raw'),
      networkRule('packet', 'raw', CAPTURE),
      // The pseudo-device `any`, and links whose headers libpcap does not know.
      networkRule('packet', 'dgram', CAPTURE),
      unmediated(
        'socket-ioctls',
        'any ioctl of its sockets, not only those that ask',
        'AppArmor checks none; those that change an interface take the capability net_admin, which is refused',
      ),
    ],
  },
  {
    why: 'pcap_findalldevs lists interfaces and addresses over route netlink, reading only. A denial ends the enumeration, and with it the capture.',
    selinux: [
      allow('self', 'netlink_route_socket', [
        'bind',
        'create',
        'getattr',
        'nlmsg_read',
        'read',
        'write',
      ]),
    ],
    apparmor: [
      networkRule('netlink', 'raw', NETLINK),
      unmediated(
        'netlink-protocols',
        'netlink sockets of every protocol, and every message on them',
        'AppArmor tells neither protocols nor messages apart; those that change something take the capability net_admin, which is refused',
        { never: 'egress', notAsked: 'netlink-messages' },
      ),
    ],
  },
  {
    why: 'It asks each interface for its link and time stamping through a generic netlink socket, used for ioctls alone; creation without ioctl would be fatal. Where that socket cannot be had, and to turn names into indexes, it uses a datagram socket of the unix family.',
    selinux: [
      allow('self', 'netlink_generic_socket', ['create', 'ioctl']),
      ioctls('self', 'netlink_generic_socket', { SIOCGIFNAME, SIOCETHTOOL }),
      allow('self', 'unix_dgram_socket', ['create', 'ioctl']),
      ioctls('self', 'unix_dgram_socket', { SIOCGIFNAME, SIOCGIFINDEX, SIOCETHTOOL }),
    ],
    apparmor: [networkRule('netlink', 'raw', NETLINK), unixRule('dgram')],
  },
  {
    why: 'It also looks for netfilter and Bluetooth capture devices. These look like probes that could be refused, but libpcap forgives only a missing family: permission denied ends the enumeration. Nothing is ever sent through them.',
    selinux: [
      allow('self', 'netlink_netfilter_socket', 'create'),
      allow('self', 'bluetooth_socket', ['create', 'ioctl']),
      ioctls('self', 'bluetooth_socket', { HCIGETDEVLIST }),
    ],
    apparmor: [
      networkRule('netlink', 'raw', NETLINK),
      networkRule('bluetooth', 'raw', { access: ['create'], older: 'whole' }),
      // Its search for USB monitors ends here where there are none.
      fileRule('/dev/', 'r'),
    ],
  },
  {
    why: 'Harmless when refused, and refused in silence: RDMA devices, and the loading of a protocol family that no module has brought yet.',
    selinux: [
      dontaudit('self', 'netlink_rdma_socket', 'create'),
      call('kernel_dontaudit_request_load_module'),
    ],
    apparmor: [
      nothingToAllow(
        'RDMA devices are asked over netlink, which has one rule for all its protocols; nothing asks AppArmor before the kernel loads a protocol family.',
      ),
    ],
  },
];
