import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  denied,
  dontaudit,
  either,
  fileRule,
  networkRule,
  nothingToAllow,
  OPTION,
  optional,
  unixRule,
  unmediated,
} from '../description/index.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Asks the configured resolver for names. By default only systemd-resolved over its local socket, with nothing that can send on an
 * internet socket. `direct` opens DNS over UDP and TCP under a tunable; since the kernel checks no port on UDP, the packets are held to
 * the configured resolvers by labels that the companion nftables ruleset puts on them.
 */
export function resolveNames(options: { direct?: { when: string } } = {}): Ability {
  checkOptions('resolveNames', options, { direct: OPTION.under });
  const direct = options.direct && directBlocks(options.direct.when);
  const ability: Ability = {
    name: 'resolveNames',
    title: 'Resolve names',
    blocks: [...WITHOUT_SENDING, ...(direct ? direct : [])],
  };
  if (!options.direct) return ability;
  return {
    ...ability,
    types: [
      {
        name: 'dns_packet',
        nature: 'packet',
        what: 'packets to and from port 53 of the configured resolvers',
      },
      { name: 'other_packet', nature: 'packet', what: 'every other packet' },
    ],
    secmark: { resolver: 'own:dns_packet', other: 'own:other_packet', when: options.direct.when },
  };
}

/** Through systemd-resolved alone. */
const WITHOUT_SENDING: readonly Block[] = [
  {
    why: 'The configuration of the resolver: resolv.conf, hosts, host.conf, nsswitch.conf. Where resolv.conf leads is for whoever writes it to say, so on Fedora the interface also lets a program search, not list, every runtime directory.',
    whyIn: {
      apparmor:
        'The configuration of the resolver, and the names of services, protocols and networks, which a filter can hold.',
    },
    selinux: [
      call('sysnet_read_config'),
      call('files_read_etc_files'),
      // Fedora labels what NetworkManager writes as net_conf_t, Debian as its own.
      either([call('networkmanager_read_runtime_files')], []),
    ],
    apparmor: [
      fileRule(
        [
          '/etc/{hosts,host.conf,nsswitch.conf,gai.conf,resolv.conf,services,protocols,networks,ethers}',
          '@{run}/systemd/resolve/{stub-,}resolv.conf',
          '@{run}/{NetworkManager,resolvconf,connman}/resolv.conf',
        ],
        'r',
      ),
    ],
  },
  {
    why: 'Through systemd-resolved (nss-resolve) over its local socket. While it answers, nothing is sent on an internet socket.',
    selinux: [
      allow('self', 'unix_stream_socket', [
        'connect',
        'create',
        'getattr',
        'getopt',
        'read',
        'setopt',
        'write',
      ]),
      either([call('systemd_stream_connect_resolved'), call('systemd_chat_resolved')]),
      either([call('systemd_resolved_write_pid_sock_files')], []),
    ],
    apparmor: [
      unixRule('stream'),
      fileRule('@{run}/systemd/resolve/io.systemd.Resolve', 'rw'),
      UNIX_PEERS,
    ],
  },
  {
    why: 'Where nss-resolve cannot be loaded, as in a program that has already shut itself off from the libraries, the C library sends to the stub itself. The kernel checks no port on UDP, so that is refused; in silence, since it would be logged for every name, and since Fedora hides most of it for every domain.',
    selinux: [dontaudit('self', 'udp_socket', ['read', 'setopt', 'write'])],
    apparmor: [
      nothingToAllow(
        'Refused by the access permissions of the UDP socket: it can be connected and not sent on. An explicit refusal would be silent, and would hold with the tunable for direct questions on.',
      ),
    ],
  },
  {
    why: 'nss-myhostname compares with the addresses of this machine.',
    selinux: [
      allow('self', 'netlink_route_socket', [
        'bind',
        'create',
        'getattr',
        'getopt',
        'nlmsg_read',
        'read',
        'setopt',
        'write',
      ]),
    ],
    apparmor: [
      networkRule('netlink', 'raw', {
        access: ['create', 'bind', 'getattr', 'setopt', 'getopt', 'send', 'receive'],
        older: 'whole',
      }),
    ],
  },
  {
    why: 'The C library first looks for the sockets of caching daemons (nscd, sssd, userdb): not found is as good as refused.',
    selinux: [
      call('sssd_dontaudit_search_lib'),
      ...['nscd_runtime_t', 'nscd_var_run_t', 'systemd_userdbd_runtime_t'].map((type) =>
        optional({ types: [type] }, [
          dontaudit(type, 'dir', ['getattr', 'open', 'read', 'search']),
        ]),
      ),
    ],
    apparmor: [
      denied(
        fileRule(['@{run}/nscd/{,*}', '@{run}/systemd/userdb/{,*}', '/var/lib/sss/{,**}'], 'rw'),
        'looked for at every name, and done without: that is so in complain mode as well',
      ),
    ],
  },
];

function directBlocks(when: string): Block[] {
  return [
    {
      why: 'Directly, to the stub on 127.0.0.53 or to the name servers of resolv.conf. The kernel asks for a port only when TCP connects, and then for 53 or 853: load the companion ruleset, which labels packets, or this opens UDP to every address and port.',
      whyIn: {
        apparmor:
          'Directly, to the stub on 127.0.0.53 or to the name servers of resolv.conf. No address or port is checked: this opens UDP and TCP to all of them.',
      },
      when,
      selinux: [
        allow('self', 'udp_socket', [
          'bind',
          'connect',
          'create',
          'getattr',
          'getopt',
          'read',
          'setopt',
          'write',
        ]),
        allow('self', 'tcp_socket', [
          'connect',
          'create',
          'getattr',
          'getopt',
          'read',
          'setopt',
          'write',
        ]),
        call('corenet_tcp_connect_dns_port'),
        allow('own:dns_packet', 'packet', ['recv', 'send']),
      ],
      apparmor: [
        networkRule('inet', 'dgram'),
        networkRule('inet6', 'dgram'),
        networkRule('inet', 'stream'),
        networkRule('inet6', 'stream'),
        unmediated(
          'direct-dns-anywhere',
          'with the tunable for direct questions on, UDP and TCP to every address and port',
          'these kernels check the family and type of a socket, and no address or port',
          { never: 'send-udp', notAsked: 'addresses-and-ports' },
          { never: 'connect-tcp', notAsked: 'addresses-and-ports' },
        ),
      ],
    },
    {
      why: 'Every other domain keeps all of its traffic once the ruleset is loaded: labelled by it, or unlabelled where it does not reach, in network namespaces of containers.',
      selinux: [
        {
          kind: 'allow',
          sources: ['domain', '-self'],
          targets: ['own:dns_packet', 'own:other_packet', 'unlabeled_t'],
          classes: ['packet'],
          permissions: ['recv', 'send'],
        },
      ],
      apparmor: [nothingToAllow('AppArmor does not label packets.')],
    },
  ];
}
