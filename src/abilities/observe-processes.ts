import { type Ability, allow, call } from '../description/index.ts';

/** Reads /proc of every process: names, executables, parents, and the sockets behind their descriptors. */
export function observeProcesses(): Ability {
  return {
    name: 'observeProcesses',
    title: 'Observe processes',
    blocks: [
      {
        why: 'comm, exe, fd, stat and status of all processes, and the socket tables of /proc/net. The policy cannot separate these from cmdline, which everyone may read, and environ, which its mode alone protects from other users, and under sudo nothing.',
        selinux: [
          call('domain_read_all_domains_state'),
          call('kernel_read_system_state'),
          call('kernel_read_network_state'),
        ],
      },
      {
        why: 'Processes of the same user inside a user namespace of their own (browser sandboxes, rootless containers): reading their descriptors asks for this in their namespace. It gives no ptrace attachment.',
        selinux: [allow('self', 'cap_userns', 'sys_ptrace')],
      },
    ],
  };
}
