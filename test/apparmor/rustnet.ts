/** A profile for rustnet as an expert would write it, small: what the proofs are tried on until the description emits one. */
export const RUSTNET = `
profile rustnet /usr/bin/rustnet {
  capability net_raw bpf perfmon,

  # Which interface has the default route: a UDP socket that is connected and never sends.
  network (create, connect, getattr) inet dgram,
  network (create, connect, getattr) inet6 dgram,
  network (create, bind, getattr, setopt, getopt, receive) netlink raw,

  /usr/bin/rustnet mr,
  /usr/lib/** mr,
  /etc/{passwd,group,nsswitch.conf,services} r,
  @{PROC}/@{pids}/{comm,stat,status,cmdline} r,
  @{PROC}/@{pids}/fd/ r,
  @{PROC}/net/{tcp,tcp6,udp,udp6} r,
  /sys/class/net/{,**} r,
  owner @{HOME}/.config/rustnet/{,**} r,
  owner @{HOME}/.local/state/rustnet/** rw,
  /dev/pts/[0-9]* rw,
}
`;
export const TUNABLES = '@{PROC}=/proc/\n@{pids}=[0-9]*\n@{HOME}=/home/*/ /root/\n';
