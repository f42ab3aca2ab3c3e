import type { Cursor } from '../cursor.ts';
import { readEbitmap } from './ebitmap.ts';

/** Policy capabilities: what the policy's author knew about, and so what the kernel may check. */
export function readCapabilities(cursor: Cursor): readonly string[] {
  cursor.begin('policy capabilities');
  return readEbitmap(cursor)
    .toArray()
    .map((number) => NAMES[number] ?? `unknown_${number}`);
}

/** The kernel's selinux_policycap_names, by number. */
const NAMES = [
  'network_peer_controls',
  'open_perms',
  'extended_socket_class',
  'always_check_network',
  'cgroup_seclabel',
  'nnp_nosuid_transition',
  'genfs_seclabel_symlinks',
  'ioctl_skip_cloexec',
  'userspace_initial_context',
  'netlink_xperm',
  'netif_wildcard',
  'genfs_seclabel_wildcard',
  'functionfs_seclabel',
  'memfd_class',
  'bpf_token_perms',
];
