import {
  type Ability,
  allow,
  call,
  fileRule,
  nothingToAllow,
  ptraceRule,
} from '../description/index.ts';

/** Reads /proc of every process: names, executables, parents, and the sockets behind their descriptors. */
export function observeProcesses(): Ability {
  return {
    name: 'observeProcesses',
    title: 'Observe processes',
    blocks: [
      {
        why: 'comm, exe, fd, stat and status of all processes, and the socket tables of /proc/net. The policy cannot separate these from cmdline, which everyone may read, and environ, which its mode alone protects from other users, and under sudo nothing.',
        whyIn: {
          apparmor:
            'comm, exe, fd, stat and status of all processes, and the socket tables of /proc/net: these files and no others. environ, cmdline, maps and mem stay closed, whoever owns the process.',
        },
        selinux: [
          call('domain_read_all_domains_state'),
          call('kernel_read_system_state'),
          call('kernel_read_network_state'),
        ],
        apparmor: [
          fileRule(
            ['@{PROC}/', '@{PROC}/@{pids}/{comm,stat,status,cgroup}', '@{PROC}/@{pids}/{,fd/}'],
            'r',
          ),
          fileRule(['@{PROC}/stat', '@{PROC}/@{pids}/net/{tcp,tcp6,udp,udp6}'], 'r'),
          // The links exe and fd/N are followed by whoever may look into the process.
          ptraceRule('read'),
        ],
      },
      {
        why: 'Processes of the same user inside a user namespace of their own (browser sandboxes, rootless containers): reading their descriptors asks for this in their namespace. It gives no ptrace attachment.',
        selinux: [allow('self', 'cap_userns', 'sys_ptrace')],
        apparmor: [
          nothingToAllow(
            'A capability is the same in every user namespace for AppArmor: allowed there it would be allowed on the machine. Such processes are found by BPF alone.',
          ),
        ],
      },
    ],
  };
}
