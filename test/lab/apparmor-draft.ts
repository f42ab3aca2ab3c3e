import type { Confinement } from '../../src/description/index.ts';
import type { ModuleFiles, ProfileFiles } from '../../src/lab/index.ts';

/** A profile for rustnet written by hand, until the description emits one: what the lab itself is tried on. */
export const DRAFT = `abi <abi/4.0>,
include <tunables/global>

profile rustnet /usr/bin/rustnet {
  capability net_raw,
  capability bpf,
  capability perfmon,

  # Capture. libpcap maps its ring so that it could send.
  network packet raw,
  network packet dgram,
  network (create) bluetooth raw,
  network netlink raw,
  # Which interface has the default route: a UDP socket that is connected and never sends.
  network (create, bind, connect, getattr, getopt) inet dgram,
  network (create, bind, connect, getattr, getopt) inet6 dgram,
  # Names are asked of systemd-resolved.
  network unix stream,
  network unix dgram,

  ptrace (read) peer=unconfined,

  /usr/bin/rustnet mr,
  /usr/lib/** mr,
  /etc/ld.so.cache r,
  /etc/{passwd,group,nsswitch.conf,services,hosts,host.conf,gai.conf,resolv.conf,localtime,protocols} r,
  /etc/ssl/openssl.cnf r,
  /run/systemd/resolve/{stub-resolv.conf,resolv.conf} r,
  /run/systemd/resolve/io.systemd.Resolve rw,
  /usr/share/{zoneinfo,terminfo,GeoIP}/** r,
  /etc/terminfo/** r,
  /lib/terminfo/** r,

  @{PROC}/{,[0-9]*/} r,
  @{PROC}/@{pids}/{comm,stat,status,cmdline,cgroup} r,
  @{PROC}/@{pids}/fd/ r,
  @{PROC}/@{pids}/net/* r,
  @{PROC}/@{pids}/{maps,mountinfo} r,
  @{PROC}/@{pids}/task/[0-9]*/{comm,stat,status} r,
  @{PROC}/{stat,meminfo,uptime,version_signature,cpuinfo} r,
  @{PROC}/sys/kernel/{random/boot_id,osrelease,unprivileged_bpf_disabled,bpf_stats_enabled,pid_max} r,
  @{PROC}/sys/net/** r,
  /sys/class/net/{,**} r,
  /sys/devices/** r,
  /sys/bus/** r,
  /sys/fs/cgroup/** r,
  /sys/kernel/btf/vmlinux r,
  /sys/kernel/{tracing,debug/tracing}/** rw,
  /sys/fs/bpf/ r,

  /dev/ r,
  /dev/{tty,null,urandom} rw,
  /dev/pts/[0-9]* rw,

  owner @{HOME}/.config/rustnet/{,**} r,
  /var/log/rustnet/{,**} rw,

  include if exists <local/usr.bin.rustnet>
}
`;

export function draftFiles(
  text: string,
  { name }: Confinement,
  installed: ModuleFiles['installed'],
): ProfileFiles {
  const path = '/etc/apparmor.d/usr.bin.rustnet';
  return {
    name,
    path,
    files: [{ path, text }],
    group: name,
    installed: installed.filter(({ role }) => role === 'tmpfiles' || role === 'sysusers'),
  };
}
