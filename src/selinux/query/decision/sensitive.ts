/** An access that gives whoever has it the machine, or its secrets, whatever else its policy says. */
export interface SensitiveAccess {
  readonly id: string;
  /** In words, to follow `may`. */
  readonly what: string;
  /** Any of these does. All permissions of one of them are needed. */
  readonly accesses: readonly {
    /** A type of the reference policy, or `self`. Where a policy lacks it, nothing is asked. */
    readonly target: string;
    readonly tclass: string;
    readonly permissions: readonly string[];
  }[];
}

/**
 * What no profile of a program should be granted without a reason of its own: by the reference policy's types, which Fedora's and Debian's
 * policies share (kernel/files.te, kernel/devices.te, kernel/storage.te, system/authlogin.te, kernel/selinux.te).
 */
export const SENSITIVE: readonly SensitiveAccess[] = [
  file('read-shadow', 'read the password hashes', ['shadow_t'], ['read', 'open']),
  file('write-shadow', 'write the password hashes', ['shadow_t'], ['write', 'open']),
  file(
    'write-programs',
    'write programs and libraries that every domain runs',
    ['bin_t', 'lib_t', 'shell_exec_t', 'ld_so_t'],
    ['write', 'open'],
  ),
  file('write-boot', 'write the kernel or its initial file system', ['boot_t'], ['write', 'open']),
  file(
    'write-policy',
    'write the policy that the next boot loads',
    ['policy_config_t', 'selinux_config_t', 'semanage_store_t'],
    ['write', 'open'],
  ),
  {
    id: 'load-policy',
    what: 'load a policy',
    accesses: [{ target: 'security_t', tclass: 'security', permissions: ['load_policy'] }],
  },
  {
    id: 'set-enforce',
    what: 'switch SELinux to permissive',
    accesses: [{ target: 'security_t', tclass: 'security', permissions: ['setenforce'] }],
  },
  {
    id: 'load-module',
    what: 'load a kernel module',
    accesses: [{ target: 'self', tclass: 'capability', permissions: ['sys_module'] }],
  },
  {
    id: 'raw-io',
    what: 'use the machine’s ports and memory as root does (sys_rawio)',
    accesses: [{ target: 'self', tclass: 'capability', permissions: ['sys_rawio'] }],
  },
  device('read-disks', 'read whole disks', 'blk_file', ['fixed_disk_device_t'], ['read', 'open']),
  device(
    'write-disks',
    'write whole disks',
    'blk_file',
    ['fixed_disk_device_t'],
    ['write', 'open'],
  ),
  device('read-memory', 'read the memory', 'chr_file', ['memory_device_t'], ['read', 'open']),
  device('write-memory', 'write the memory', 'chr_file', ['memory_device_t'], ['write', 'open']),
];

function file(
  id: string,
  what: string,
  types: readonly string[],
  permissions: readonly string[],
): SensitiveAccess {
  return device(id, what, 'file', types, permissions);
}

function device(
  id: string,
  what: string,
  tclass: string,
  types: readonly string[],
  permissions: readonly string[],
): SensitiveAccess {
  return { id, what, accesses: types.map((target) => ({ target, tclass, permissions })) };
}
