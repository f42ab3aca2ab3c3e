import { PERM } from '../compiled/index.ts';

/** The classes of a compiled profile besides files, by their number in it (the kernel's include/apparmor.h, the parser's policydb.h). */
export const CLASSES = {
  capability: 3,
  rlimits: 5,
  domain: 6,
  mount: 7,
  ptrace: 9,
  signal: 10,
  network: 14,
  /** The same, and the addresses of unix sockets. */
  'network-v9': 15,
  label: 16,
  mqueue: 17,
  module: 19,
  userns: 21,
  io_uring: 22,
  dbus: 32,
} as const;
export type ClassName = keyof typeof CLASSES;

/** A permission's name -> its bit. */
export type PermissionNames = Readonly<Record<string, number>>;

export const FILE_PERMISSIONS: PermissionNames = {
  read: PERM.read,
  write: PERM.write,
  append: PERM.append,
  exec: PERM.exec,
  create: PERM.create,
  delete: PERM.delete,
  open: PERM.open,
  setattr: PERM.setattr,
  getattr: PERM.getattr,
  chmod: PERM.chmod,
  chown: PERM.chown,
  lock: PERM.lock,
  mmap_exec: PERM.mmapExec,
  link: PERM.link,
  change_profile: PERM.changeProfile,
};

export const NETWORK_PERMISSIONS: PermissionNames = {
  send: PERM.write,
  receive: PERM.read,
  create: PERM.create,
  shutdown: PERM.delete,
  connect: PERM.open,
  setattr: PERM.setattr,
  getattr: PERM.getattr,
  accept: PERM.accept,
  bind: PERM.bind,
  listen: PERM.listen,
  setopt: PERM.setopt,
  getopt: PERM.getopt,
};

/** What a grant of a class can be. Classes that are missing here are only said to be mediated. */
export const CLASS_PERMISSIONS: Readonly<Partial<Record<ClassName, PermissionNames>>> = {
  mount: { pivot_root: 0x1, mount: 0x2, umount: 0x4 },
  ptrace: { trace: 0x2, read: 0x4, tracedby: 0x8, readby: 0x10 },
  signal: { send: 0x2, receive: 0x4 },
  dbus: { send: 0x2, receive: 0x4, eavesdrop: 0x20, bind: 0x40 },
  mqueue: {
    write: PERM.write,
    read: PERM.read,
    create: PERM.create,
    delete: PERM.delete,
    open: PERM.open,
    setattr: PERM.setattr,
    getattr: PERM.getattr,
  },
  userns: { create: 0x8 },
  io_uring: { override_creds: 0x8, sqpoll: 0x10 },
};

/** The names of the bits, in the table's order. */
export function namesOf(names: PermissionNames, bits: number): string[] {
  return Object.keys(names).filter((name) => (bits & names[name]!) !== 0);
}

/** Address families by number (AF_*); 12 was DECnet. */
export const FAMILIES: readonly string[] =
  'unspec unix inet ax25 ipx appletalk netrom bridge atmpvc x25 inet6 rose decnet netbeui security key netlink packet ash econet atmsvc rds sna irda pppox wanpipe llc ib mpls can tipc bluetooth iucv rxrpc isdn phonet ieee802154 caif alg nfc vsock kcm qipcrtr smc xdp mctp'.split(
    ' ',
  );

/** Types of sockets (SOCK_*). */
export const SOCKET_TYPES: Readonly<Record<string, number>> = {
  stream: 1,
  dgram: 2,
  raw: 3,
  rdm: 4,
  seqpacket: 5,
  dccp: 6,
  packet: 10,
};

/** Capabilities by number (linux/capability.h). */
export const CAPABILITIES: readonly string[] =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );
