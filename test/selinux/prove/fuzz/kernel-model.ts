import type {
  CapabilityException,
  EgressChannel,
  Never,
} from '../../../../src/description/index.ts';

/**
 * What the kernel lets a domain do, once more and by hand: for each never the ways of breaking it, each as what the hooks ask for on the way
 * (security/selinux of 6.12 and later, the protocol families' own operations below net/). Nothing here is taken from src/selinux/prove: the fuzzer
 * holds the one against the other.
 */
export interface Way {
  /** All must be granted. */
  readonly asks: readonly Ask[];
  /** The policy capabilities under which the kernel asks this. */
  readonly when?: (capabilities: ReadonlySet<string>) => boolean;
  /** The ioctl that the first ask is for. */
  readonly command?: number;
  /** The never excepts it while this tunable is on. */
  readonly unless?: string;
}

export interface Ask {
  readonly classes: readonly string[];
  /** Any of these. */
  readonly permissions: readonly string[];
  readonly on: (target: string) => boolean;
  /** Asked of the same object as the first: one class, one target. */
  readonly same?: boolean;
}

/** The types of the world in which the cases happen, by what is theirs. */
export const WORLD = {
  self: 'demo_t',
  executable: 'demo_exec_t',
  log: 'demo_log_t',
  secret: 'secret_t',
  /** Below /etc/selinux, and what /boot and /var/lib/selinux have. */
  policy: ['config_t', 'base_t'],
  tun: 'tun_t',
  vhost: 'vhost_t',
  input: 'input_t',
  inert: 'null_t',
  terminal: 'tty_t',
  rawDevices: ['raw_t', 'memory_t'],
  kernelMemory: 'kcore_t',
  /** Of port 53, and the label of packets to the resolvers. */
  resolverPort: 'dns_port_t',
  resolverPacket: 'demo_dns_packet_t',
} as const;

export function waysOf(never: Never): readonly Way[] {
  switch (never.kind) {
    case 'send-udp':
      return [
        way(ask('udp_socket', 'write', other)),
        ...labelled(ask('udp_socket', 'write', self), never.except?.when),
        ...carriers(),
        // RxRPC and TIPC put their packets into UDP, L2TP too, SCTP if it is told to.
        ...family('rxrpc tipc pppox', 'socket', 'create connect write'),
        ...family('sctp', 'rawip', 'create connect write'),
      ];
    case 'connect-tcp':
      return [
        way(ask('tcp_socket', 'name_connect', (target) => target !== WORLD.resolverPort)),
        ...labelled(ask('tcp_socket', 'name_connect', one(WORLD.resolverPort)), never.except?.when),
        way(ask('tcp_socket', 'connect', other)),
        ...family('smc', 'socket', 'connect write'),
        ...family('rds', 'socket', 'create connect write'),
        ...carriers(),
      ];
    case 'listen':
      return listening();
    case 'egress':
      return never.channels.flatMap(channel);
    case 'unix-sockets':
      return [
        way(ask('unix_stream_socket', 'connectto connect', other)),
        way(ask('unix_dgram_socket', 'sendto connect write', other)),
      ];
    case 'execute':
      return [...executing(), ...leaving()];
    case 'transition':
      return leaving();
    case 'load-kernel-module':
      return [
        way(ask('system', 'module_load module_request')),
        way(ask('capability', 'sys_module', self)),
      ];
    case 'change-policy':
      return policyChanges();
    case 'ptrace':
      return [way(ask('process', 'ptrace'))];
    case 'executable-memory':
      return writtenAndRun();
    case 'mount':
      return [
        way(ask('filesystem', 'mount remount unmount relabelfrom relabelto')),
        way(ask(FILES, 'mounton')),
      ];
    case 'capabilities':
      return using(never.except);
    case 'read':
      return reading(never.except[0]?.when, never.names === 'may');
    case 'write':
      return writing(never.except[0]?.when);
    case 'inject-keystrokes':
      return typing();
    // Not the domain's own access alone: see flow-model.ts.
    case 'flow-from':
      return [];
  }
}

const any = (): boolean => true;
const self = (target: string): boolean => target === WORLD.self;
const other = (target: string): boolean => target !== WORLD.self;
const one =
  (...names: readonly string[]) =>
  (target: string): boolean =>
    names.includes(target);

function ask(classes: string, permissions: string, on: Ask['on'] = any): Ask {
  return { classes: classes.split(' '), permissions: permissions.split(' '), on };
}

/** Of what the first ask is about. */
function also(permissions: string): Ask {
  return { ...ask('', permissions), same: true };
}

function way(...asks: readonly Ask[]): Way {
  return { asks };
}

const FILES = 'file dir lnk_file fifo_file sock_file chr_file blk_file';
const CONTENT = 'file fifo_file chr_file blk_file';
const EVERY_CAPABILITY =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap';
const EVERY_CAPABILITY_2 =
  'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore epolwakeup';

const extended = (capabilities: ReadonlySet<string>): boolean =>
  capabilities.has('extended_socket_class');

/** Sockets of some families: their own classes, or the old class where the policy is older (socket_type_to_security_class). */
function family(names: string, old: string, permissions: string): Way[] {
  const classes = names
    .split(' ')
    .map((name) => `${name}_socket`)
    .join(' ');
  return [
    { asks: [ask(classes, permissions)], when: extended },
    {
      asks: [ask(old === 'socket' ? 'socket' : `${old}_socket`, permissions)],
      when: (on) => !extended(on),
    },
  ];
}

/** ns_capable(net->user_ns, …): of the first user namespace, or of the one that owns the network. */
const netAdmin = [
  ask('capability', 'net_admin', self),
  ask('cap_userns', 'net_admin', self),
] as const;
const netOrSysAdmin = [
  ask('capability', 'net_admin sys_admin', self),
  ask('cap_userns', 'net_admin sys_admin', self),
] as const;

/** What transmits packets of any kind. */
function carriers(): Way[] {
  return [
    ...channel('raw-ip'),
    ...channel('xdp'),
    ...channel('tun-tap'),
    way(ask('packet_socket', 'write')),
    ...netOrSysAdmin.flatMap((capability): Way[] => [
      way(ask('bpf', 'prog_load', self), capability),
      { asks: [ask('bpf', 'prog_load_as'), capability], when: (on) => on.has('bpf_token_perms') },
    ]),
    way(ask('bpf', 'prog_run', other)),
    ...genericNetlink(),
    // vfs_cmd_create connects to the server before any other hook.
    way(ask('capability', 'sys_admin', self)),
  ];
}

/**
 * What an exception for the resolver lets through: nothing of it without the tunable; with it what packet labels do not hold, since another
 * label may be sent, the rules that set labels be changed, or the way to the resolver.
 */
function labelled(about: Ask, tunable: string | undefined): Way[] {
  if (tunable === undefined) return [way(about)];
  const inet = 'tcp_socket udp_socket rawip_socket dccp_socket';
  const sockets = (permission: string, also: string): Ask[] => [
    ask(`${inet}${also}`, permission),
    ask('icmp_socket sctp_socket', permission),
  ];
  const admin = ask('capability', 'net_admin', self);
  const leak = (asks: readonly Ask[], when?: Way['when']): Way => ({
    asks: [about, ...asks],
    ...(when === undefined ? {} : { when }),
  });
  const [options, newerOptions] = sockets('setopt', '') as [Ask, Ask];
  const [controls, newerControls] = sockets('ioctl', ' packet_socket') as [Ask, Ask];
  return [
    { ...way(about), unless: tunable },
    leak([ask('packet', 'send', (target) => target !== WORLD.resolverPacket)]),
    leak([ask('netlink_netfilter_socket', 'write'), admin]),
    leak([options, admin]),
    leak([newerOptions, admin], extended),
    ...netAdmin.flatMap((anywhere) => [
      leak([controls, anywhere]),
      leak([newerControls, anywhere], extended),
    ]),
  ];
}

/** GENL_ADMIN_PERM. */
function genericNetlink(): Way[] {
  return netAdmin.flatMap((admin): Way[] => [
    way(ask('netlink_generic_socket', 'write'), admin),
    { asks: [ask('netlink_socket', 'write'), admin], when: (on) => !extended(on) },
  ]);
}

/** rtnetlink_rcv_msg: netlink_net_capable(skb, CAP_NET_ADMIN), after the message's own check. */
function routeNetlink(): Way[] {
  const classes = 'netlink_route_socket netlink_xfrm_socket';
  return netAdmin.flatMap((admin): Way[] => [
    { asks: [ask(classes, 'nlmsg_write'), admin], when: (on) => !on.has('netlink_xperm') },
    { asks: [ask(classes, 'nlmsg'), admin], when: (on) => on.has('netlink_xperm') },
  ]);
}

const OTHER_FAMILIES =
  'appletalk ax25 ipx netrom atmpvc atmsvc x25 rose decnet irda pppox llc tipc iucv rxrpc isdn phonet ieee802154 caif nfc kcm qipcrtr smc mctp';
const USE = 'create connect write';

function channel(name: EgressChannel): Way[] {
  switch (name) {
    case 'raw-ip':
      return [way(ask('rawip_socket', USE))];
    case 'icmp':
      return family('icmp', 'rawip', USE);
    case 'sctp':
      return family('sctp', 'rawip', `${USE} name_connect`);
    case 'dccp':
      return [way(ask('dccp_socket', `${USE} name_connect`))];
    case 'vsock':
      return family('vsock', 'socket', USE);
    case 'af-alg':
      return family('alg', 'socket', USE);
    case 'bluetooth-l2cap':
      return [
        ...family('bluetooth', 'socket', 'connect bind listen accept write sendto'),
        ...[0x48f0, 0x48c9].flatMap((command) =>
          family('bluetooth', 'socket', 'ioctl').map((found) => ({ ...found, command })),
        ),
      ];
    case 'tun-tap':
      return [
        way(ask('tun_socket', 'create attach_queue relabelfrom relabelto')),
        way(ask('chr_file', 'write append', one(WORLD.tun))),
        way(ask('chr_file', 'ioctl', one(WORLD.vhost))),
        ...routeNetlink(),
      ];
    case 'xdp':
      return family('xdp', 'socket', 'create bind map write');
    case 'rds':
      return family('rds', 'socket', USE);
    case 'key':
      return [way(ask('key_socket', USE))];
    case 'can':
      return family('can', 'socket', USE);
    case 'netlink-write':
      return [
        {
          asks: [ask(TYPED, 'nlmsg_write nlmsg_relay nlmsg_tty_audit')],
          when: (on) => !on.has('netlink_xperm'),
        },
        { asks: [ask(TYPED, 'nlmsg')], when: (on) => on.has('netlink_xperm') },
        way(ask(UNTYPED, 'write')),
      ];
    case 'appletalk-and-other-families':
      return [
        {
          asks: [
            ask(
              OTHER_FAMILIES.split(' ')
                .map((of) => `${of}_socket`)
                .concat('socket')
                .join(' '),
              USE,
            ),
          ],
          when: extended,
        },
        { asks: [ask('appletalk_socket socket', USE)], when: (on) => !extended(on) },
      ];
  }
}

const TYPED =
  'netlink_route_socket netlink_tcpdiag_socket netlink_xfrm_socket netlink_audit_socket';
const UNTYPED =
  'netlink_socket netlink_generic_socket netlink_netfilter_socket netlink_nflog_socket netlink_connector_socket netlink_scsitransport_socket netlink_iscsi_socket netlink_rdma_socket netlink_crypto_socket netlink_fib_lookup_socket netlink_dnrt_socket netlink_selinux_socket netlink_kobject_uevent_socket';

/** Families whose proto_ops have listen and accept of their own; the others have sock_no_listen, whatever is granted. */
const LISTENS =
  'smc vsock bluetooth tipc phonet iucv atmsvc ax25 netrom rose x25 llc nfc irda decnet';
/** Those that take what is sent to their address once they are bound. */
const BOUND =
  'rds tipc vsock mctp phonet appletalk ax25 can llc qipcrtr ieee802154 nfc bluetooth ipx irda isdn atmpvc';

function listening(): Way[] {
  const inet = 'tcp_socket udp_socket dccp_socket rawip_socket';
  return [
    way(ask(inet, 'name_bind')),
    { asks: [ask('sctp_socket', 'name_bind')], when: extended },
    way(ask(inet, 'bind', other)),
    { asks: [ask('sctp_socket', 'bind', other)], when: extended },
    way(ask('tcp_socket dccp_socket', 'listen accept')),
    ...family('sctp', 'rawip', 'listen accept'),
    ...family(LISTENS, 'socket', 'listen accept'),
    ...family('rxrpc', 'socket', 'listen'),
    // A family without a class of its own may have any of it.
    way(ask('socket', 'listen accept bind')),
    ...family(BOUND, 'socket', 'bind'),
    way(ask('appletalk_socket', 'bind')),
    ...genericNetlink(),
  ];
}

function leaving(): Way[] {
  return [
    way(ask('process', 'transition dyntransition', other)),
    way(ask('io_uring', 'override_creds', other)),
  ];
}

const memfd = (capabilities: ReadonlySet<string>): boolean => capabilities.has('memfd_class');

/** A disk or the machine's memory, written: it holds every file. */
function wholeMachine(...more: readonly Ask[]): Way[] {
  return opened('write append', [
    ['blk_file', any],
    ['chr_file', one(...WORLD.rawDevices)],
    ['file', one(WORLD.kernelMemory)],
  ]).map((found) => ({ ...found, asks: [...found.asks, ...more] }));
}

/** By path: `open` besides, where the policy has it. */
function opened(permissions: string, what: readonly (readonly [string, Ask['on']])[]): Way[] {
  return what.flatMap(([classes, on]): Way[] => [
    { asks: [ask(classes, permissions, on)], when: (set) => !set.has('open_perms') },
    { asks: [ask(classes, permissions, on), also('open')], when: (set) => set.has('open_perms') },
  ]);
}

function executing(): Way[] {
  const again = ask('file', 'execute_no_trans', one(WORLD.executable));
  return [
    way(ask('file', 'execute_no_trans', (target) => target !== WORLD.executable)),
    {
      asks: [ask('memfd_file', 'execute_no_trans', (target) => target !== WORLD.executable)],
      when: memfd,
    },
    ...opened('write append', [['file', one(WORLD.executable)]]).map((found) => ({
      ...found,
      asks: [...found.asks, again],
    })),
    way(ask('file', 'relabelto', one(WORLD.executable)), again),
    ...wholeMachine(again),
  ];
}

function policyChanges(): Way[] {
  return [
    way(ask('security', 'load_policy setenforce setbool setsecparam setcheckreqprot')),
    way(ask('capability2', 'mac_admin mac_override', self)),
    way(ask('capability', 'sys_boot sys_rawio', self)),
    way(ask('system', 'module_load'), ask('capability', 'sys_module', self)),
    way(ask(FILES, 'relabelfrom relabelto')),
    ...opened('write append', [[CONTENT, one(...WORLD.policy)]]),
    way(ask(FILES, 'create unlink rename link rmdir reparent mounton', one(...WORLD.policy))),
    way(ask('dir', 'add_name remove_name', one(...WORLD.policy))),
    ...wholeMachine(),
  ];
}

function writtenAndRun(): Way[] {
  const maps = ask('file chr_file blk_file anon_inode', 'execute');
  return [
    way(ask('process', 'execmem execstack execheap', self)),
    way(ask('file chr_file blk_file anon_inode', 'execmod')),
    { asks: [ask('memfd_file', 'execmod execute')], when: memfd },
    way(ask('anon_inode', 'execute')),
    way(ask('file chr_file blk_file', 'write append'), also('execute')),
    ...wholeMachine(maps),
    ...wholeMachine(ask('memfd_file', 'execute')).map((found) => ({
      ...found,
      when: (on: ReadonlySet<string>) => memfd(on) && (found.when?.(on) ?? true),
    })),
    // In a class of sockets the bit of `execute` is that of `accept`.
    way(ask('packet_socket', 'accept')),
    ...family('xdp', 'socket', 'accept'),
  ];
}

function excepted(unless: string | undefined, ways: readonly Way[]): readonly Way[] {
  return unless === undefined ? ways : ways.map((found) => ({ ...found, unless }));
}

function using(except: readonly CapabilityException[]): Way[] {
  return [
    ['capability', EVERY_CAPABILITY] as const,
    ['capability2', EVERY_CAPABILITY_2] as const,
  ].flatMap(([tclass, names]) =>
    names.split(' ').flatMap((name): Way[] => {
      const exceptions = except.filter((exception) => exception.names.includes(name));
      if (exceptions.some(({ when }) => when === undefined)) return [];
      const [tunable] = exceptions.flatMap(({ when }) => when ?? []);
      const found = way(ask(tclass, name, self));
      return [tunable === undefined ? found : { ...found, unless: tunable }];
    }),
  );
}

function reading(unless: string | undefined, names: boolean): Way[] {
  const there = one(WORLD.secret);
  const everything = (target: string): boolean => WORLD.rawDevices.some((name) => name === target);
  return [
    ...excepted(unless, [
      ...opened('read', [[CONTENT, there]]),
      ...(names ? [] : [...opened('read', [['dir', there]]), way(ask('lnk_file', 'read', there))]),
    ]),
    ...opened('read', [
      ['blk_file', any],
      ['chr_file', everything],
      ['file', one(WORLD.kernelMemory)],
    ]),
    way(ask(FILES, 'relabelfrom', there)),
    ...diskCommands(),
  ];
}

/** SG_IO and NVMe: scsi_cmd_allowed and nvme_cmd_allowed let what reads through. */
function diskCommands(...more: readonly Ask[]): Way[] {
  return [0x2285, 0x4e43].flatMap((command) =>
    opened('ioctl', [
      ['blk_file', any],
      ['chr_file', one(...WORLD.rawDevices)],
    ]).map((found) => ({ ...found, asks: [...found.asks, ...more], command })),
  );
}

function writing(unless: string | undefined): Way[] {
  const kept = (target: string): boolean => target !== WORLD.log && target !== WORLD.self;
  const made = 'create unlink rename link rmdir reparent';
  const noFile = [WORLD.inert, WORLD.terminal] as readonly string[];
  return [
    ...opened('write append', [
      ['file fifo_file blk_file', kept],
      ['chr_file', (target) => kept(target) && !noFile.includes(target)],
    ]),
    way(ask(FILES, made, kept)),
    // Its logs are excepted: always, or under the tunable alone.
    ...(unless === undefined
      ? []
      : excepted(unless, [
          ...opened('write append', [[CONTENT, one(WORLD.log)]]),
          way(ask(FILES, made, one(WORLD.log))),
        ])),
    ...diskCommands(ask('capability', 'sys_rawio sys_admin', self)),
    way(ask(FILES, 'create', self), ask('filesystem', 'associate')),
  ];
}

function typing(): Way[] {
  const devices: readonly string[] = [WORLD.tun, WORLD.vhost, WORLD.inert, ...WORLD.rawDevices];
  const terminal = (target: string): boolean => !devices.includes(target);
  return [
    ...[0x5412, 0x541c].map((command) => ({
      asks: [ask('chr_file', 'ioctl', terminal)],
      command,
    })),
    { asks: [ask('chr_file', 'ioctl', one(WORLD.input))], command: 0x4504 },
    way(ask('capability', 'sys_tty_config', self)),
    ...opened('write append', [['chr_file', one(WORLD.input)]]),
  ];
}
