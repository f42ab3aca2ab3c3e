/** The kernel's name for an initial security identifier (initial_sid_to_string.h); those it no longer uses keep their old names in tools. */
export function initialSidName(sid: number): string {
  return NAMES[sid - 1] ?? `sid_${sid}`;
}

const NAMES = [
  'kernel',
  'security',
  'unlabeled',
  'fs',
  'file',
  'file_labels',
  'init',
  'any_socket',
  'port',
  'netif',
  'netmsg',
  'node',
  'igmp_packet',
  'icmp_socket',
  'tcp_socket',
  'sysctl_modprobe',
  'sysctl',
  'sysctl_fs',
  'sysctl_kernel',
  'sysctl_net',
  'sysctl_net_unix',
  'sysctl_vm',
  'sysctl_dev',
  'kmod',
  'policy',
  'scmp_packet',
  'devnull',
];
