import { type Ability, call, denied, dontaudit, fileRule, optional } from '../description/index.ts';

/** Reads shared data in /usr/share and the time zone: world-readable files that hold no secrets. */
export function readSystemFiles(): Ability {
  return {
    name: 'readSystemFiles',
    title: 'Read shared data and the time zone',
    blocks: [
      {
        why: 'Data files in /usr/share, and /etc/localtime for time stamps.',
        whyIn: {
          apparmor: 'The time zone, for time stamps, and how many processors there are.',
        },
        selinux: [call('files_read_usr_files'), call('miscfiles_read_localization')],
        apparmor: [
          fileRule(['/etc/localtime', '/usr/share/zoneinfo/**'], 'r'),
          fileRule('@{sys}/devices/system/cpu/online', 'r'),
        ],
      },
      {
        why: 'Refused in silence, since runtime libraries do without: the processor quota of the control group, which Rust looks up before it starts threads, and the overcommit setting, which glibc looks up in a program with file capabilities.',
        whyIn: {
          apparmor:
            'Refused in silence, since runtime libraries do without: the processor quota of the control group, its own mounts and the map of its own memory, which Rust looks up as it starts, and the overcommit setting, which glibc looks up in a program with file capabilities.',
        },
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
        apparmor: [
          denied(
            fileRule(
              [
                '@{sys}/fs/cgroup/{,**/}cpu.max',
                '@{PROC}/@{pid}/{maps,mountinfo}',
                '@{PROC}/sys/vm/overcommit_memory',
              ],
              'r',
            ),
            'asked at every start, and done without: that is so in complain mode as well',
          ),
        ],
      },
    ],
  };
}
