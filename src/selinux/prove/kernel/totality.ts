import { KERNEL_CHECKS, type KernelCheck } from './kernel-checks.ts';

/** What is known of a permission of a class: the kernel checks that ask it, and why it is harmless where no never uses one of those. */
export interface Known {
  readonly checks: readonly KernelCheck[];
  readonly harmless: readonly Harmless[];
}

/** Permissions that no never asks for. */
export interface Harmless {
  readonly classes: readonly string[];
  /** `all`: whatever a policy puts there, since no kernel asks the class. */
  readonly permissions: readonly string[] | 'all';
  /** Why no never needs it. */
  readonly why: string;
  /** The function that asks, or what shows that none does. */
  readonly source: string;
}

/** Undefined where a policy has a permission that is not known here: then nobody has judged what it lets a domain do. */
export function knownPermission(tclass: string, permission: string): Known | undefined {
  const pair = `${tclass} ${permission}`;
  if (!looked.has(pair)) looked.set(pair, lookUp(tclass, permission));
  return looked.get(pair);
}

/** Every proof asks for every permission of its domain. */
const looked = new Map<string, Known | undefined>();

function lookUp(tclass: string, permission: string): Known | undefined {
  const checks = KERNEL_CHECKS.filter((check) => asks(check, tclass, permission));
  const harmless = (BY_CLASS.get(tclass) ?? []).filter(
    ({ permissions }) => permissions === 'all' || permissions.includes(permission),
  );
  return checks.length + harmless.length === 0 ? undefined : { checks, harmless };
}

/** Whether a never uses it; otherwise it is harmless for a reason. */
export function isUsed({ checks }: Known): boolean {
  return checks.some(({ considered }) => considered === undefined);
}

function asks(check: KernelCheck, tclass: string, permission: string): boolean {
  const { classes, classesWithoutExtended = [], permissions } = check;
  return (
    (classes.includes(tclass) || classesWithoutExtended.includes(tclass)) &&
    (permissions.length === 0 || permissions.includes(permission))
  );
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const FILES = words('file dir lnk_file fifo_file sock_file chr_file blk_file');
const ANONYMOUS = words('anon_inode memfd_file');
const EVERY_FILE = [...FILES, ...ANONYMOUS];
const IPC = words('sem msgq shm ipc');

const LOCAL = words('unix_stream_socket unix_dgram_socket');
const TYPED_NETLINK = words(
  'netlink_route_socket netlink_tcpdiag_socket netlink_xfrm_socket netlink_audit_socket',
);
const NETLINK =
  words(`netlink_socket netlink_generic_socket netlink_netfilter_socket netlink_nflog_socket
  netlink_connector_socket netlink_scsitransport_socket netlink_iscsi_socket netlink_rdma_socket netlink_crypto_socket
  netlink_fib_lookup_socket netlink_dnrt_socket netlink_selinux_socket netlink_kobject_uevent_socket`);
const INTERNET = words('tcp_socket udp_socket rawip_socket icmp_socket sctp_socket dccp_socket');
/** Families that a kernel check lists by what makes them usable: create, connect and write. */
const CHANNELS =
  words(`alg_socket rds_socket key_socket can_socket vsock_socket appletalk_socket ax25_socket ipx_socket
  netrom_socket atmpvc_socket atmsvc_socket x25_socket rose_socket decnet_socket irda_socket pppox_socket llc_socket tipc_socket
  iucv_socket rxrpc_socket isdn_socket phonet_socket ieee802154_socket caif_socket nfc_socket kcm_socket qipcrtr_socket
  smc_socket mctp_socket`);
const SOCKETS = [
  ...LOCAL,
  ...TYPED_NETLINK,
  ...NETLINK,
  ...INTERNET,
  ...CHANNELS,
  ...words('packet_socket xdp_socket bluetooth_socket tun_socket socket'),
];
const FIREWALL =
  words(`netlink_firewall_socket netlink_ip6fw_socket obsolete_netlink_firewall_socket
  obsolete_netlink_ip6fw_socket`);

function without(classes: readonly string[], left: string): readonly string[] {
  const out = words(left);
  return classes.filter((name) => !out.includes(name));
}

const HOOKS = 'hooks.c';
const USER_SPACE = 'asked by no function of security/selinux: classmap.h lacks the class';
const NOBODY = 'asked by no function of security/selinux since';

export const HARMLESS: readonly Harmless[] = [
  // Programs that ask the policy about requests to themselves.
  {
    classes:
      words(`dbus nscd passwd proxy service context db_blob db_column db_database db_datatype db_exception db_language
      db_procedure db_schema db_sequence db_table db_tuple db_view x_application_data x_client x_colormap x_cursor x_device
      x_drawable x_event x_extension x_font x_gc x_keyboard x_pointer x_property x_resource x_screen x_selection x_server
      x_synthetic_event`),
    permissions: 'all',
    why: 'a service asks it about what it is told to do; what another process does on request is not followed, and reaching it is asked of the socket',
    source: USER_SPACE,
  },
  {
    classes: ['system'],
    permissions: words('disable enable halt reboot reload start status stop undefined'),
    why: 'systemd asks it about what it is told to do: what another process does on request is not followed',
    source: 'asked by no function of security/selinux: classmap.h lacks the permissions',
  },

  // What no kernel asks any more.
  {
    classes: [
      ...SOCKETS,
      ...without(FIREWALL, 'obsolete_netlink_firewall_socket obsolete_netlink_ip6fw_socket'),
    ],
    permissions: words('send_msg recv_msg'),
    why: 'replaced by `packet send` and `recv` (SECMARK)',
    source: `${NOBODY} 2.6.30: selinux_sock_rcv_skb_compat is gone`,
  },
  {
    classes: FIREWALL,
    permissions:
      words(`ioctl read write create getattr setattr lock relabelfrom relabelto append map bind connect listen accept
      getopt setopt shutdown recvfrom sendto name_bind nlmsg_read nlmsg_write`),
    why: 'the family is gone',
    source: `${NOBODY} 3.5 (ip_queue): socket_type_to_security_class`,
  },
  {
    classes: ['netif', 'node'],
    permissions: words(
      'dccp_recv dccp_send rawip_recv rawip_send tcp_recv tcp_send udp_recv udp_send',
    ),
    why: 'replaced by `netif egress`, `node sendto` and `packet send`',
    source: `${NOBODY} 2.6.30: selinux_sock_rcv_skb_compat is gone`,
  },
  {
    classes: ['node'],
    permissions: ['enforce_dest'],
    why: 'it never came to be asked',
    source: `${NOBODY} 2.6`,
  },
  {
    classes: ['tcp_socket', 'unix_stream_socket'],
    permissions: words('acceptfrom newconn'),
    why: 'they never came to be asked',
    source: `${NOBODY} 2.6`,
  },
  {
    classes: ['tcp_socket'],
    permissions: ['connectto'],
    why: 'only local sockets have a peer of this machine',
    source: `${HOOKS}: selinux_socket_unix_stream_connect asks unix_stream_socket alone`,
  },
  {
    classes: ['packet'],
    permissions: words('flow_in flow_out'),
    why: 'replaced by `forward_in` and `forward_out`',
    source: `${NOBODY} 2.6.25`,
  },
  {
    classes: [...FILES, 'anon_inode'],
    permissions: ['swapon'],
    why: 'swapon asks the capability sys_admin',
    source: `${NOBODY} 2.6.39`,
  },
  {
    classes: ['chr_file'],
    permissions: words('execute_no_trans entrypoint'),
    why: 'only regular files are executed',
    source: `${HOOKS}: selinux_bprm_creds_for_exec asks the class file`,
  },
  {
    classes: ['filesystem'],
    permissions: ['transition'],
    why: 'it never came to be asked',
    source: `${NOBODY} 2.6`,
  },
  {
    classes: ['lockdown'],
    permissions: words('confidentiality integrity'),
    why: 'lockdown does not ask SELinux',
    source: `${NOBODY} 5.16: selinux_lockdown is gone`,
  },

  // Files.
  {
    classes: EVERY_FILE,
    permissions: words('getattr lock'),
    why: 'size, times, owner and mode, and locks: not content',
    source: `${HOOKS}: selinux_inode_getattr, selinux_file_lock`,
  },
  {
    classes: EVERY_FILE,
    permissions: ['setattr'],
    why: 'mode, owner, times and extended attributes but the label: not content, which `write` is about',
    source: `${HOOKS}: selinux_inode_setattr, selinux_inode_setxattr`,
  },
  {
    classes: EVERY_FILE,
    permissions: ['map'],
    why: 'a mapping asks `read`, `write` and `execute` for what it is to be used for',
    source: `${HOOKS}: selinux_mmap_file, file_map_prot_check`,
  },
  {
    classes: EVERY_FILE,
    permissions: words('watch watch_mount watch_sb watch_with_perm watch_reads watch_mountns'),
    why: 'names of files that others use, and when; a descriptor that fanotify gives is opened, and asks `open` and `read`',
    source: `${HOOKS}: selinux_path_notify`,
  },
  {
    classes: EVERY_FILE,
    permissions: ['quotaon'],
    why: 'turns on the quotas that the file holds; the kernel keeps its format, and the capability sys_admin is asked too',
    source: `${HOOKS}: selinux_quota_on`,
  },
  {
    classes: EVERY_FILE,
    permissions: ['audit_access'],
    why: 'decides whether access(2) is audited, not what it answers',
    source: `${HOOKS}: audit_inode_permission`,
  },
  {
    classes: ['file', 'dir', 'fifo_file', 'lnk_file', 'sock_file', ...ANONYMOUS],
    permissions: ['ioctl'],
    why: 'flags and attributes of files ask `setattr`; what copies content asks `read` and `write` of both. A device is another class',
    source: `${HOOKS}: selinux_file_ioctl`,
  },
  {
    classes: ['sock_file'],
    permissions: words('read append'),
    why: 'a socket is not read or written by its path; to connect asks `write`',
    source: `${HOOKS}: selinux_inode_permission`,
  },
  {
    classes: ['dir'],
    permissions: words('write append'),
    why: 'each change of a directory asks `add_name` or `remove_name` besides',
    source: `${HOOKS}: may_create, may_link, may_rename`,
  },
  {
    classes: ['lnk_file'],
    permissions: words('write append open'),
    why: 'a link is made and removed, never opened or written',
    source: `${HOOKS}: selinux_inode_permission`,
  },
  {
    classes: words('dir lnk_file fifo_file sock_file'),
    permissions: words('execute execmod'),
    why: 'they cannot be mapped or executed; to pass through a directory is `search`',
    source: `${HOOKS}: file_map_prot_check`,
  },
  {
    classes: ['dir'],
    permissions: ['search'],
    why: 'to pass through a directory reads no name that one does not know',
    source: `${HOOKS}: selinux_inode_permission`,
  },
  {
    classes: ['file', 'memfd_file'],
    permissions: ['entrypoint'],
    why: 'lets others come in by this program, with `process transition` of theirs',
    source: `${HOOKS}: selinux_bprm_creds_for_exec`,
  },
  {
    classes: ANONYMOUS,
    permissions: words(
      'read write append create open link unlink rename relabelfrom relabelto mounton',
    ),
    why: 'objects of the kernel and memory without a path (userfaultfd, io_uring, memfd): to run what was written there asks `execute`',
    source: `${HOOKS}: selinux_inode_init_security_anon`,
  },
  {
    classes: ['filesystem'],
    permissions: words('getattr quotaget quotamod watch'),
    why: 'free space and quotas, and which files are used: not content',
    source: `${HOOKS}: selinux_sb_statfs, selinux_quotactl, selinux_path_notify`,
  },

  // Sockets.
  {
    classes: SOCKETS,
    permissions: words('getattr setattr getopt shutdown lock append recvfrom'),
    why: 'name and options of a socket, and its end: nothing is sent or opened. To append is to write, which asks `write` besides',
    source: `${HOOKS}: selinux_socket_getsockname, selinux_socket_getsockopt, selinux_socket_shutdown`,
  },
  {
    classes: without(SOCKETS, 'tun_socket'),
    permissions: words('relabelfrom relabelto'),
    why: 'the label of a socket does not change: it is given to it (setsockcreatecon), and `create` is asked of that label',
    source: `${HOOKS}: selinux_inode_setxattr refuses what is on sockfs`,
  },
  {
    classes: without(SOCKETS, 'udp_socket'),
    permissions: ['read'],
    why: 'what comes in is no never; to be reachable asks `listen`, `accept` or `bind`',
    source: `${HOOKS}: selinux_socket_recvmsg`,
  },
  {
    classes: without(SOCKETS, INTERNET.join(' ')),
    permissions: ['setopt'],
    why: 'options of the one socket; rules of the network are set by internet sockets and netlink',
    source: `${HOOKS}: selinux_socket_setsockopt`,
  },
  {
    classes: without(SOCKETS, `${INTERNET.join(' ')} packet_socket bluetooth_socket socket`),
    permissions: ['ioctl'],
    why: 'reads state; what changes interfaces asks net_admin and leaves addresses and routes of the internet alone',
    source: `${HOOKS}: selinux_file_ioctl; net/socket.c: sock_do_ioctl`,
  },
  {
    classes: without(SOCKETS, 'tcp_socket udp_socket rawip_socket dccp_socket sctp_socket'),
    permissions: ['name_bind'],
    why: 'only families with numbered ports ask it',
    source: `${HOOKS}: selinux_socket_bind`,
  },
  {
    classes: ['icmp_socket'],
    permissions: ['node_bind'],
    why: 'the address alone reaches nobody; what comes in is the answer to its own echo',
    source: `${HOOKS}: selinux_socket_bind`,
  },
  {
    classes: [
      ...LOCAL,
      ...TYPED_NETLINK,
      ...NETLINK,
      ...words('tcp_socket packet_socket bluetooth_socket'),
    ],
    permissions: ['create'],
    why: 'a socket alone reaches nobody: `connect`, `bind`, `listen` and `write` stand before',
    source: `${HOOKS}: selinux_socket_create`,
  },
  {
    classes: without(SOCKETS, 'xdp_socket socket'),
    permissions: ['map'],
    why: 'the ring of a packet socket asks `read` and `write` besides; other families have none that sends',
    source: `${HOOKS}: selinux_mmap_file, file_map_prot_check`,
  },
  {
    classes: without(SOCKETS, 'unix_dgram_socket bluetooth_socket socket'),
    permissions: ['sendto'],
    why: 'only datagrams between local sockets ask it',
    source: `${HOOKS}: selinux_socket_unix_may_send`,
  },
  {
    classes: [
      ...LOCAL,
      ...TYPED_NETLINK,
      ...NETLINK,
      ...words(
        'key_socket udp_socket icmp_socket tun_socket ipx_socket atmpvc_socket pppox_socket can_socket ieee802154_socket',
      ),
      ...words(
        'alg_socket kcm_socket qipcrtr_socket mctp_socket appletalk_socket caif_socket isdn_socket',
      ),
    ],
    permissions: words('listen accept'),
    why: 'the family has no listening (sock_no_listen), or none that another machine reaches',
    source: `${HOOKS}: selinux_socket_listen, selinux_socket_accept`,
  },
  {
    classes: words('packet_socket xdp_socket rds_socket'),
    permissions: ['listen'],
    why: 'the family has no listening (sock_no_listen)',
    source: `${HOOKS}: selinux_socket_listen`,
  },
  {
    classes: words('rds_socket rxrpc_socket'),
    permissions: ['accept'],
    why: 'the family has no accept (sock_no_accept): `bind` and `listen` stand before what comes in',
    source: `${HOOKS}: selinux_socket_accept`,
  },
  {
    classes: [
      ...LOCAL,
      ...TYPED_NETLINK,
      ...NETLINK,
      ...words(
        'packet_socket key_socket tun_socket icmp_socket alg_socket kcm_socket caif_socket pppox_socket',
      ),
    ],
    permissions: ['bind'],
    why: 'local names, groups of netlink and interfaces: no other machine reaches the socket by it',
    source: `${HOOKS}: selinux_socket_bind`,
  },
  {
    classes: words(
      'netrom_socket atmsvc_socket x25_socket rose_socket decnet_socket iucv_socket rxrpc_socket smc_socket',
    ),
    permissions: ['bind'],
    why: 'nothing comes in by it before `listen`, or `connect` of a circuit',
    source: `${HOOKS}: selinux_socket_bind`,
  },
  {
    classes: [...TYPED_NETLINK, ...NETLINK, ...words('packet_socket tun_socket xdp_socket')],
    permissions: ['connect'],
    why: 'sets who a message is for by default: `write` is asked of each',
    source: `${HOOKS}: selinux_socket_connect`,
  },
  {
    classes: ['unix_stream_socket'],
    permissions: ['write'],
    why: 'goes to who is connected already, which asked `connectto`',
    source: `${HOOKS}: selinux_socket_sendmsg`,
  },
  {
    classes: TYPED_NETLINK,
    permissions: ['write'],
    why: 'asked of each message beside its type: `nlmsg_write` or `nlmsg`',
    source: `${HOOKS}: selinux_socket_sendmsg, selinux_netlink_send`,
  },
  {
    classes: TYPED_NETLINK,
    permissions: ['nlmsg_read'],
    why: 'messages that ask and change nothing',
    source: 'nlmsgtab.c: selinux_nlmsg_lookup',
  },
  {
    classes: ['netlink_audit_socket'],
    permissions: ['nlmsg_readpriv'],
    why: 'asks for the rules of the audit system and changes nothing',
    source: 'nlmsgtab.c: selinux_nlmsg_lookup',
  },
  {
    classes: ['tun_socket'],
    permissions: ['write'],
    why: 'what is written to the device asks `chr_file write`',
    source: `${HOOKS}: selinux_tun_dev_create and its like ask create, attach_queue and relabelling alone`,
  },
  {
    classes: ['sctp_socket'],
    permissions: ['association'],
    why: 'asked of the label of the peer, beside `connect` and `name_connect` or `accept`',
    source: `${HOOKS}: selinux_sctp_process_new_assoc`,
  },

  // Packets.
  {
    classes: ['packet'],
    permissions: words('relabelto forward_in forward_out'),
    why: 'to label packets asks for changing the ruleset besides; what is forwarded is the doing of others',
    source: 'xt_SECMARK.c: selinux_secmark_relabel_packet; hooks.c: selinux_ip_forward',
  },
  {
    classes: ['netif', 'node', 'peer'],
    permissions: words('ingress recvfrom recv'),
    why: 'asked of what comes in, with labelled networks alone',
    source: `${HOOKS}: selinux_socket_sock_rcv_skb, selinux_inet_sys_rcv_skb`,
  },
  {
    classes: ['association'],
    permissions: words('sendto recvfrom setcontext polmatch'),
    why: 'labelled IPsec: refuses more, and opens nothing that the socket was not asked for',
    source:
      'xfrm.c: selinux_xfrm_postroute_last, selinux_xfrm_policy_lookup, selinux_xfrm_alloc_user',
  },
  {
    classes: ['infiniband_pkey', 'infiniband_endport'],
    permissions: words('access manage_subnet'),
    why: 'asked beside writing to a device below /dev/infiniband, which the page of egress leaves to `write`',
    source: `${HOOKS}: selinux_ib_pkey_access, selinux_ib_endport_manage_subnet`,
  },

  // Processes.
  {
    classes: ['process'],
    permissions: words(
      'fork sigchld sigkill sigstop signull signal getsched setsched getsession getpgid setpgid getcap getattr getrlimit setrlimit',
    ),
    why: 'signals, priorities and limits: they can stop another process, not read or steer what it does',
    source: `${HOOKS}: selinux_task_alloc, selinux_task_kill, selinux_task_setnice, selinux_task_prlimit`,
  },
  {
    classes: ['process'],
    permissions: ['setcap'],
    why: 'gives up capabilities, or takes those that are permitted already; using one asks `capability`',
    source: `${HOOKS}: selinux_capset`,
  },
  {
    classes: ['process'],
    permissions: words('setexec share noatsecure siginh rlimitinh'),
    why: 'what a new domain keeps of the old one, and which it is: `transition` stands before',
    source: `${HOOKS}: selinux_lsm_setattr, selinux_bprm_creds_for_exec, selinux_bprm_committing_creds`,
  },
  {
    classes: ['process'],
    permissions: ['setcurrent'],
    why: 'asked before `dyntransition`, which says where to',
    source: `${HOOKS}: selinux_lsm_setattr`,
  },
  {
    classes: ['process'],
    permissions: words('setfscreate setkeycreate setsockcreate'),
    why: 'the label of what it creates next: `create` is asked of that label',
    source: `${HOOKS}: selinux_lsm_setattr`,
  },
  {
    classes: ['process2'],
    permissions: words('nnp_transition nosuid_transition'),
    why: 'let a transition through that `process transition` was asked for',
    source: `${HOOKS}: check_nnp_nosuid`,
  },
  {
    classes: ['memprotect'],
    permissions: ['mmap_zero'],
    why: 'maps the first page: of use against a fault of the kernel alone',
    source: `${HOOKS}: selinux_mmap_addr`,
  },
  {
    classes: ['user_namespace'],
    permissions: ['create'],
    why: 'what a process may do in a namespace of its own asks `cap_userns` and `cap2_userns`; a network that it makes there has no way out, a file system that it may mount there is none of a network',
    source: `${HOOKS}: selinux_userns_create`,
  },
  {
    classes: IPC,
    permissions: words('create destroy getattr setattr read write associate unix_read unix_write'),
    why: 'shared memory, queues and semaphores of this machine are no sockets and no files; executable shared memory asks `process execmem`',
    source: `${HOOKS}: ipc_has_perm, file_map_prot_check`,
  },
  {
    classes: words('msg msgq shm'),
    permissions: words('send receive enqueue lock'),
    why: 'the same',
    source: `${HOOKS}: selinux_msg_queue_msgsnd, selinux_msg_queue_msgrcv, selinux_shm_shmctl`,
  },
  {
    classes: ['key'],
    permissions: words('view read write search link setattr create'),
    why: 'keys of the kernel are no files: `read` is about paths. What the helper of request_key does (it may resolve a name) is the doing of another process',
    source: `${HOOKS}: selinux_key_permission`,
  },
  {
    classes: ['binder'],
    permissions: words('impersonate call set_context_mgr transfer'),
    why: 'calls of other processes are no sockets: what they do on request is not followed. A descriptor that is passed asks `fd use` and its file',
    source: `${HOOKS}: selinux_binder_transaction, selinux_binder_transfer_file`,
  },

  // The kernel.
  {
    classes: ['security'],
    permissions: words(
      'compute_av compute_create compute_member compute_relabel compute_user check_context read_policy validate_trans',
    ),
    why: 'questions to the policy change nothing',
    source: 'selinuxfs.c: sel_write_access, sel_write_create, sel_write_context, sel_open_policy',
  },
  {
    classes: ['system'],
    permissions: words('ipc_info syslog_read syslog_mod syslog_console'),
    why: "the kernel's log is no file below a path, and what is printed where changes no policy",
    source: `${HOOKS}: selinux_syslog, selinux_shm_shmctl`,
  },
  {
    classes: ['system'],
    permissions: words('firmware_load policy_load x509_certificate_load'),
    why: "firmware, keys and IMA's policy: neither this policy nor a module of the kernel, which asks `module_load`",
    source: `${HOOKS}: selinux_kernel_read_file, selinux_kernel_load_data`,
  },
  {
    classes: ['system'],
    permissions: words('kexec_image_load kexec_initramfs_load'),
    why: 'asked after the capability sys_boot, which counts by itself',
    source: `${HOOKS}: selinux_kernel_read_file, selinux_kernel_load_data`,
  },
  {
    classes: ['kernel_service'],
    permissions: words('use_as_override create_files_as'),
    why: 'as whom the kernel fills a cache of files: asked of who registers the cache, with sys_admin',
    source: `${HOOKS}: selinux_kernel_act_as, selinux_kernel_create_files_as`,
  },
  {
    classes: ['bpf'],
    permissions: words('map_create map_read map_write map_create_as'),
    why: 'maps are memory: what reads them are programs, which ask `prog_load` and `prog_run`',
    source: `${HOOKS}: selinux_bpf, selinux_bpf_map`,
  },
  {
    classes: ['perf_event'],
    permissions: words('cpu kernel tracepoint read write'),
    why: 'which events, once one may be opened: `open` stands before, and what it may sample is an assumption of ptrace',
    source: `${HOOKS}: selinux_perf_event_open, selinux_perf_event_read`,
  },
  {
    classes: ['io_uring'],
    permissions: words('sqpoll cmd allowed'),
    why: 'each operation of a ring asks what the system call of the same name asks; a command to a device needs it open',
    source: `${HOOKS}: selinux_uring_sqpoll, selinux_uring_cmd, selinux_uring_allowed`,
  },
];

const BY_CLASS: ReadonlyMap<string, readonly Harmless[]> = (() => {
  const map = new Map<string, Harmless[]>();
  for (const group of HARMLESS) {
    for (const tclass of group.classes) {
      const list = map.get(tclass);
      if (list === undefined) map.set(tclass, [group]);
      else list.push(group);
    }
  }
  return map;
})();
