import type { FlowDirection, PermissionFlow, PermissionMap } from './permission-map.ts';

/**
 * confine's own permission map, written from what the kernel (or the object manager: the X server, D-Bus, PostgreSQL, systemd) lets a
 * caller do once the permission is granted.
 *
 * Weights: 10 the object's content or a message; 7 its attributes; 5 and 3 a small or coarse signal; 1 existence, timing, a changed
 * state that somebody may notice. `none` is for checks that gate something else (map, open, capabilities): the flow is in that other
 * permission. Connections whose data is never checked again against the peer count in both directions where they are made.
 */
export function defaultPermissionMap(): PermissionMap {
  const map = new Map<string, ReadonlyMap<string, PermissionFlow>>();
  for (const [classes, ...parts] of CLASSES) {
    const permissions = new Map(parts.flatMap((part) => flowsOf(part)));
    for (const name of classes.split(' ')) map.set(name, permissions);
  }
  return map;
}

/** `r10`, `w5`, `both10`, `none1` -> the permissions of that direction and weight. */
type Flows = Readonly<Record<string, string>>;

function flowsOf(flows: Flows): [string, PermissionFlow][] {
  return Object.entries(flows).flatMap(([key, permissions]) => {
    const [, direction, weight] = /^(r|w|both|none)(\d+)$/.exec(key)!;
    const flow = { direction: DIRECTION[direction!]!, weight: Number(weight) };
    return permissions.split(' ').map((name): [string, PermissionFlow] => [name, flow]);
  });
}

const DIRECTION: Readonly<Record<string, FlowDirection>> = {
  r: 'read',
  w: 'write',
  both: 'both',
  none: 'none',
};

/** Executing a file takes its content into the process. Relabelling moves content out of the old type and into the new one. */
const FILE: Flows = {
  r10: 'read execute relabelfrom',
  w10: 'write append relabelto',
  r7: 'getattr',
  w7: 'setattr',
  r5: 'watch watch_mount watch_sb watch_with_perm watch_reads',
  w1: 'create unlink link rename mounton',
  both1: 'ioctl lock quotaon',
  none1: 'map open execmod audit_access',
};

/** `name_bind` and `name_connect` are the only checks between a socket and a port: what is sent there reaches who listens. */
const SOCKET: Flows = {
  r10: 'read recvfrom relabelfrom',
  w10: 'write append sendto relabelto',
  r7: 'getattr',
  w7: 'setattr',
  both5: 'name_bind name_connect',
  r3: 'getopt',
  w3: 'setopt',
  both1: 'ioctl lock',
  w1: 'create bind connect listen accept shutdown',
  none1: 'map node_bind',
};

const NETLINK_MESSAGES: Flows = {
  r10: 'nlmsg_read nlmsg_readpriv',
  w10: 'nlmsg_write nlmsg_relay',
};

const IPC: Flows = {
  r10: 'read unix_read',
  w10: 'write unix_write',
  r7: 'getattr',
  w7: 'setattr',
  w1: 'create destroy',
  none1: 'associate',
};

/** A capability is the process's own; what it may then reach is checked, or not, by other permissions. */
const CAPABILITY: Flows = {
  none1:
    'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast ' +
    'net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice ' +
    'sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap',
};

const CAPABILITY2: Flows = {
  none1:
    'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore',
};

/** How systemd answers for a unit, and for itself under the class `system`. */
const SERVICE: Flows = { r7: 'status', w5: 'start stop enable disable reload' };

const X_DEVICE: Flows = {
  r10: 'read get_property',
  w10: 'write set_property manage',
  both10: 'grab',
  r5: 'getattr list_property',
  w5: 'setattr',
  r3: 'getfocus',
  w3: 'setfocus freeze add remove',
  r1: 'use',
  w1: 'bell force_cursor create destroy',
};

const DATABASE: Flows = {
  r10: 'relabelfrom',
  w10: 'relabelto',
  r5: 'getattr',
  w5: 'setattr',
  w1: 'create drop',
};

const CLASSES: readonly (readonly [classes: string, ...parts: Flows[]])[] = [
  ['lnk_file chr_file blk_file sock_file fifo_file anon_inode memfd_file', FILE],
  ['file', FILE, { r10: 'execute_no_trans entrypoint' }],
  ['dir', FILE, { w5: 'add_name', r3: 'search', w1: 'remove_name reparent rmdir' }],
  // The offset and the flags of an open file are shared with whoever passed it; its content is checked by the file's own class.
  ['fd', { both1: 'use' }],
  [
    'filesystem',
    {
      r10: 'relabelfrom',
      w10: 'relabelto',
      r5: 'watch',
      r3: 'getattr quotaget',
      w1: 'mount remount unmount quotamod',
      none1: 'associate',
    },
  ],

  [
    'socket packet_socket key_socket unix_dgram_socket netlink_socket netlink_nflog_socket netlink_selinux_socket ' +
      'netlink_dnrt_socket netlink_kobject_uevent_socket netlink_iscsi_socket netlink_fib_lookup_socket netlink_connector_socket ' +
      'netlink_netfilter_socket netlink_generic_socket netlink_scsitransport_socket netlink_rdma_socket netlink_crypto_socket ' +
      'appletalk_socket ax25_socket ipx_socket netrom_socket atmpvc_socket x25_socket rose_socket decnet_socket atmsvc_socket ' +
      'rds_socket irda_socket pppox_socket llc_socket can_socket tipc_socket bluetooth_socket iucv_socket rxrpc_socket isdn_socket ' +
      'phonet_socket ieee802154_socket caif_socket alg_socket nfc_socket vsock_socket kcm_socket qipcrtr_socket smc_socket ' +
      'xdp_socket mctp_socket tcp_socket udp_socket rawip_socket icmp_socket dccp_socket',
    SOCKET,
  ],
  ['sctp_socket', SOCKET, { both10: 'association' }],
  // The server's domain is checked once, at connect; what is then said on the connection is not.
  ['unix_stream_socket', SOCKET, { both10: 'connectto' }],
  ['tun_socket', SOCKET, { both10: 'attach_queue' }],
  [
    'netlink_route_socket netlink_firewall_socket obsolete_netlink_firewall_socket netlink_tcpdiag_socket netlink_xfrm_socket ' +
      'netlink_ip6fw_socket obsolete_netlink_ip6fw_socket',
    SOCKET,
    NETLINK_MESSAGES,
    { both10: 'nlmsg' },
  ],
  ['netlink_audit_socket', SOCKET, NETLINK_MESSAGES, { both10: 'nlmsg', w5: 'nlmsg_tty_audit' }],
  ['node', { r10: 'recvfrom', w10: 'sendto' }],
  ['netif', { r10: 'ingress', w10: 'egress' }],
  ['packet', { r10: 'recv forward_in', w10: 'send forward_out', w1: 'relabelto' }],
  ['peer', { r10: 'recv' }],
  ['association', { r10: 'recvfrom', w10: 'sendto', w3: 'setcontext', none1: 'polmatch' }],
  ['infiniband_pkey', { both10: 'access' }],
  ['infiniband_endport', { w10: 'manage_subnet' }],

  // A new program gets arguments, environment and open files from the one that starts it; dyntransition keeps all memory.
  [
    'process',
    {
      both10: 'ptrace share',
      w10: 'transition dyntransition',
      r7: 'getattr',
      w5: 'signal noatsecure setsched setcap setpgid setrlimit',
      r5: 'getsched getcap getrlimit getpgid getsession',
      w3: 'sigchld',
      w1: 'sigkill sigstop siginh rlimitinh',
      r1: 'signull',
      none1:
        'fork setexec setfscreate setkeycreate setsockcreate setcurrent execmem execstack execheap',
    },
  ],
  ['process2', { none1: 'nnp_transition nosuid_transition' }],
  ['sem ipc', IPC],
  ['msgq', IPC, { w10: 'enqueue' }],
  ['shm', IPC, { w1: 'lock' }],
  ['msg', { r10: 'receive', w10: 'send' }],
  ['capability cap_userns', CAPABILITY],
  ['capability2 cap2_userns', CAPABILITY2],
  [
    'key',
    { r10: 'read', w10: 'write', r5: 'view', r3: 'search', w3: 'setattr', w1: 'link create' },
  ],
  ['memprotect', { none1: 'mmap_zero' }],
  ['user_namespace', { none1: 'create' }],
  [
    'bpf',
    { r10: 'map_read', w10: 'map_write', r5: 'prog_run', w1: 'map_create', none1: 'prog_load' },
  ],
  ['perf_event', { r10: 'kernel tracepoint read', w5: 'write', r5: 'cpu', none1: 'open' }],
  ['lockdown', { none1: 'integrity confidentiality' }],
  ['io_uring', { both10: 'override_creds cmd', none1: 'sqpoll allowed' }],
  ['binder', { both10: 'call', w10: 'transfer', w5: 'impersonate', none1: 'set_context_mgr' }],

  [
    'security',
    {
      r10: 'read_policy',
      w10: 'load_policy setenforce setbool setsecparam setcheckreqprot',
      r5: 'compute_av compute_create compute_member compute_relabel compute_user validate_trans',
      r3: 'check_context',
    },
  ],
  // A module's file becomes part of the kernel in the caller's name; so do the other files that the kernel reads for it.
  [
    'system',
    SERVICE,
    {
      r10: 'syslog_read module_load firmware_load kexec_image_load kexec_initramfs_load policy_load x509_certificate_load',
      r7: 'ipc_info',
      w5: 'syslog_mod syslog_console module_request',
      w1: 'halt reboot',
    },
  ],
  ['service', SERVICE],
  ['kernel_service', { w1: 'use_as_override create_files_as' }],
  ['passwd', { w10: 'passwd chfn chsh', w5: 'crontab', none1: 'rootok' }],
  ['dbus', { w10: 'send_msg', w1: 'acquire_svc' }],
  [
    'nscd',
    {
      both10: 'getpwd getgrp gethost getserv getnetgrp',
      r10: 'shmempwd shmemgrp shmemhost shmemserv shmemnetgrp',
      r5: 'getstat',
      w5: 'admin',
    },
  ],
  ['context', { r3: 'translate', none1: 'contains unused_perm' }],
  ['proxy', { r10: 'read' }],

  ['x_device x_pointer x_keyboard', X_DEVICE],
  [
    'x_drawable',
    {
      r10: 'read get_property receive',
      w10: 'write blend set_property send manage',
      r5: 'getattr list_property',
      w5: 'setattr override show hide',
      r3: 'list_child',
      w3: 'add_child remove_child',
      w1: 'create destroy',
    },
  ],
  [
    'x_screen',
    {
      r5: 'getattr',
      w5: 'setattr',
      r3: 'saver_getattr',
      w3: 'saver_setattr',
      w1: 'hide_cursor show_cursor saver_hide saver_show',
    },
  ],
  ['x_gc', { r5: 'getattr', w5: 'setattr', r1: 'use', w1: 'create destroy' }],
  ['x_font', { r5: 'getattr use', w5: 'add_glyph', w1: 'create destroy remove_glyph' }],
  [
    'x_colormap',
    {
      r5: 'read getattr',
      w5: 'write',
      w3: 'add_color remove_color',
      r1: 'use',
      w1: 'create destroy install uninstall',
    },
  ],
  [
    'x_property',
    { r10: 'read', w10: 'write append', r5: 'getattr', w5: 'setattr', w1: 'create destroy' },
  ],
  ['x_selection', { r10: 'read', w10: 'write', r5: 'getattr', w5: 'setattr' }],
  ['x_cursor', { r5: 'read getattr', w5: 'write setattr', r1: 'use', w1: 'create destroy' }],
  ['x_client', { w10: 'manage', r5: 'getattr', w5: 'setattr', w1: 'destroy' }],
  [
    'x_server',
    { r10: 'record', w10: 'manage', both10: 'debug', r5: 'getattr', w5: 'setattr grab' },
  ],
  ['x_extension', { both1: 'use', r1: 'query' }],
  ['x_resource', { r10: 'read', w10: 'write' }],
  ['x_event x_synthetic_event', { r10: 'receive', w10: 'send' }],
  // Asked by a selection manager of the two applications between which it carries the data.
  ['x_application_data', { both10: 'paste paste_after_confirm copy' }],

  [
    'db_database',
    DATABASE,
    {
      r10: 'install_module load_module',
      both5: 'access',
      r5: 'get_param',
      w5: 'set_param',
    },
  ],
  ['db_schema', DATABASE, { w5: 'add_name', r3: 'search', w1: 'remove_name' }],
  ['db_table', DATABASE, { r10: 'select', w10: 'update insert', w1: 'delete lock' }],
  ['db_column', DATABASE, { r10: 'select', w10: 'update insert' }],
  [
    'db_tuple',
    { r10: 'relabelfrom select', w10: 'relabelto update insert', r5: 'use', w1: 'delete' },
  ],
  ['db_procedure', DATABASE, { r10: 'execute entrypoint', w10: 'install' }],
  ['db_language', DATABASE, { r10: 'execute', w10: 'implement' }],
  ['db_view', DATABASE, { r10: 'expand' }],
  ['db_sequence', DATABASE, { r10: 'get_value', w10: 'set_value', both5: 'next_value' }],
  ['db_blob', DATABASE, { r10: 'read export', w10: 'write import' }],
  ['db_exception db_datatype', DATABASE, { r5: 'use' }],
];
