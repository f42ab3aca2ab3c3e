import { type Ability, allow, dontaudit, fileRule, optional } from '../description/index.ts';
import { READ_FILE } from './unit-directory.ts';

/** Looks up users and groups of the system by name, as a program does that starts as root and becomes a user of its own. No name of a host is asked. */
export function lookUpUsers(): Ability {
  return {
    name: 'lookUpUsers',
    title: 'Look up users and groups',
    blocks: [
      {
        whyIn: {
          apparmor:
            'The C library reads /etc/nsswitch.conf, /etc/passwd and /etc/group. Passwords stand in none of them.',
        },
        why: 'The C library reads /etc/nsswitch.conf, /etc/passwd and /etc/group. Debian labels them as all of /etc that has no label of its own; Fedora gives the last two one, and passwords stand in neither.',
        selinux: [
          allow('etc_t', 'dir', ['getattr', 'open', 'search']),
          allow('etc_t', 'file', READ_FILE),
          optional({ types: ['passwd_file_t'] }, [allow('passwd_file_t', 'file', READ_FILE)]),
        ],
        apparmor: [fileRule('/etc/{passwd,group,nsswitch.conf}', 'r')],
      },
      {
        whyIn: {
          apparmor:
            'How many groups a process may have. The socket of a caching daemon stays closed: the C library does without.',
        },
        why: 'Refused in silence: the socket of a caching daemon, which it tries first and does without, and how many groups a process may have, for which the C library knows a number of its own.',
        selinux: [
          optional({ types: ['nscd_runtime_t'] }, [dontaudit('nscd_runtime_t', 'dir', 'search')]),
          optional({ types: ['nscd_var_run_t'] }, [dontaudit('nscd_var_run_t', 'dir', 'search')]),
          dontaudit('sysctl_kernel_t', 'dir', 'search'),
          dontaudit('sysctl_kernel_t', 'file', ['getattr', 'open', 'read']),
        ],
        apparmor: [fileRule('@{PROC}/sys/kernel/ngroups_max', 'r')],
      },
    ],
  };
}
