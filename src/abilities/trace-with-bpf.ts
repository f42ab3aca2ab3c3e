import {
  type Ability,
  allow,
  type Block,
  call,
  capabilityRule,
  checkOptions,
  denied,
  dontaudit,
  either,
  fileRule,
  nothingToAllow,
  OPTION,
  optional,
  unmediated,
} from '../description/index.ts';

/**
 * Loads BPF programs of its own to learn which process owns a connection, by fentry and fexit.
 *
 * `kprobes`: tunable for the fallback through perf events. `oldKernels`: tunable for kernels before 5.8, which know neither
 * CAP_BPF nor CAP_PERFMON and ask for CAP_SYS_ADMIN.
 */
export function traceWithBpf(
  options: { kprobes?: { when: string }; oldKernels?: { when: string } } = {},
): Ability {
  checkOptions('traceWithBpf', options, { kprobes: OPTION.under, oldKernels: OPTION.under });
  const optionalBlocks: Block[] = [];
  if (options.kprobes) {
    optionalBlocks.push({
      why: 'Where the kernel cannot attach fentry programs, kprobes through perf events do the same. They can observe any kernel function, so this is for such kernels only.',
      when: options.kprobes.when,
      selinux: [allow('self', 'perf_event', ['cpu', 'kernel', 'open', 'read', 'write'])],
      apparmor: [
        fileRule('@{sys}/devices/{kprobe,kretprobe}/{type,format/*}', 'r'),
        unmediated(
          'perf-events',
          'perf events of every kind, whatever the tunable says',
          'AppArmor asks for the capability perfmon and no more',
        ),
      ],
    });
  }
  if (options.oldKernels) {
    optionalBlocks.push({
      why: 'Before Linux 5.8 there is neither CAP_BPF nor CAP_PERFMON, and the kernel asks for CAP_SYS_ADMIN instead: far more than this program needs.',
      when: options.oldKernels.when,
      selinux: [allow('self', 'capability', 'sys_admin')],
      apparmor: [capabilityRule('sys_admin')],
    });
  }
  return {
    name: 'traceWithBpf',
    title: 'Attribute connections to processes with BPF',
    blocks: [
      {
        why: 'Maps and programs of its own, attached by fentry: no perf event, no tracefs, nothing pinned, and no objects of other domains. With bpf and perfmon granted the kernel never asks for sys_admin.',
        selinux: [
          allow('self', 'bpf', ['map_create', 'map_read', 'map_write', 'prog_load', 'prog_run']),
          allow('self', 'capability2', ['bpf', 'perfmon']),
        ],
        apparmor: [
          capabilityRule('bpf', 'perfmon'),
          unmediated(
            'bpf-objects',
            'BPF programs and maps of every kind, and those of other programs',
            'AppArmor asks for the capabilities and looks at no command of BPF',
          ),
        ],
      },
      {
        why: 'libbpf maps the type information of the kernel in /sys/kernel/btf. Refused, it would read the 5 MB instead and log a denial on each start.',
        selinux: [
          call('dev_read_sysfs'),
          either(
            [call('dev_map_sysfs')],
            [optional({ types: ['sysfs_t'] }, [allow('sysfs_t', 'file', 'map')])],
          ),
        ],
        apparmor: [fileRule(['@{sys}/kernel/btf/vmlinux', '@{PROC}/version_signature'], 'r')],
      },
      {
        why: 'libbpf reserves descriptors with an anonymous memory file; newer kernels check its creation under a class of its own.',
        selinux: [
          optional({ classes: { memfd_file: ['create'] } }, [
            allow('self', 'memfd_file', 'create'),
          ]),
        ],
        apparmor: [
          nothingToAllow(
            'Memory without a path is not asked about until it is executed, which is refused.',
          ),
        ],
      },
      {
        why: 'As root libbpf looks for a BPF token in /sys/fs/bpf: skipped when refused.',
        selinux: [
          optional({ types: ['bpf_t'] }, [
            dontaudit('bpf_t', 'dir', ['getattr', 'open', 'read', 'search']),
          ]),
        ],
        apparmor: [
          denied(
            fileRule('@{sys}/fs/bpf/', 'r'),
            'looked for at every start as root, and done without: that is so in complain mode as well',
          ),
        ],
      },
      ...optionalBlocks,
    ],
  };
}
