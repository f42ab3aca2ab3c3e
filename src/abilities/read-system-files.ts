import { type Ability, call, dontaudit, optional } from '../description/index.ts';

/** Reads shared data in /usr/share and the time zone: world-readable files that hold no secrets. */
export function readSystemFiles(): Ability {
  return {
    name: 'readSystemFiles',
    title: 'Read shared data and the time zone',
    blocks: [
      {
        why: 'Data files in /usr/share, and /etc/localtime for time stamps.',
        selinux: [call('files_read_usr_files'), call('miscfiles_read_localization')],
      },
      {
        why: 'Refused in silence, since runtime libraries do without: the processor quota of the control group, which Rust looks up before it starts threads, and the overcommit setting, which glibc looks up in a program with file capabilities.',
        selinux: [
          optional({ types: ['cgroup_t'] }, [
            dontaudit('cgroup_t', 'dir', ['getattr', 'search']),
            dontaudit('cgroup_t', 'file', ['getattr', 'open', 'read']),
          ]),
          optional({ types: ['sysctl_vm_t', 'sysctl_vm_overcommit_t'] }, [
            dontaudit('sysctl_vm_t', 'dir', 'search'),
            dontaudit('sysctl_vm_overcommit_t', 'file', ['getattr', 'open', 'read']),
          ]),
        ],
      },
    ],
  };
}
