import type { Attack } from '../src/description/index.ts';

/**
 * What an attacker who controls a service would try, whatever the service is: its domain has no way to any of it. They run where its unit would have
 * started them, as root or as an ordinary user; each needs a never of its kind in the description.
 */
export const serviceAttacks: readonly Attack[] = [
  {
    id: 'raw-ip',
    title: 'Make a raw IP socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 2 3 1',
    refusedBy: [{ tclass: 'rawip_socket', permissions: ['create'], target: 'self' }],
  },
  {
    id: 'vsock',
    title: 'Make a socket to the hypervisor',
    against: 'egress',
    as: 'user',
    probe: 'socket 40 1 0',
    refusedBy: [{ tclass: 'vsock_socket', permissions: ['create'], target: 'self' }],
  },
  {
    id: 'dbus',
    title: 'Connect to the system bus',
    against: 'unix-sockets',
    as: 'user',
    probe: 'unix /run/dbus/system_bus_socket',
    refusedBy: [
      {
        tclass: 'dir|sock_file|unix_stream_socket',
        permissions: ['search', 'write', 'create', 'connect', 'connectto'],
      },
    ],
  },
  {
    id: 'read-document',
    title: 'Read a document of a user',
    against: 'read',
    as: 'user',
    target:
      'echo secret > /home/confine-lab/secret.txt; chown confine-lab: /home/confine-lab/secret.txt; restorecon -F /home/confine-lab/secret.txt',
    probe: 'read HOME/secret.txt',
    refusedBy: [{ tclass: 'dir|file', permissions: ['search', 'read', 'open'] }],
  },
  {
    id: 'read-shadow',
    title: 'Read /etc/shadow',
    against: 'read',
    as: 'root',
    probe: 'read /etc/shadow',
    refusedBy: [{ tclass: 'file', permissions: ['read', 'open'], target: 'shadow_t' }],
  },
  {
    id: 'exec-shell',
    title: 'Execute a shell',
    against: 'execute',
    as: 'user',
    target:
      'mkdir -p /usr/share/confine-lab && cp /usr/bin/bash /usr/share/confine-lab/shell && chcon -t shell_exec_t /usr/share/confine-lab/shell',
    probe: 'exec /usr/share/confine-lab/shell -c true',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'shell_exec_t' }],
  },
  {
    id: 'setexec',
    title: 'Choose the context of the next program',
    against: 'transition',
    as: 'user',
    probe: 'setexec unconfined_u:unconfined_r:unconfined_t:s0',
    refusedBy: [{ tclass: 'process', permissions: ['setexec'], target: 'self' }],
  },
  {
    id: 'load-module',
    title: 'Load a kernel module',
    against: 'load-kernel-module',
    as: 'root',
    probe: 'unload confine_no_such_module',
    refusedBy: [{ tclass: 'capability', permissions: ['sys_module'], target: 'self' }],
  },
  {
    id: 'setenforce',
    title: 'Switch SELinux to permissive',
    against: 'change-policy',
    as: 'root',
    probe: 'setenforce',
    refusedBy: [
      {
        tclass: 'dir|file',
        permissions: ['search', 'read', 'write', 'open'],
        target: 'security_t',
      },
    ],
  },
  {
    id: 'ptrace',
    title: 'Attach to another process',
    against: 'ptrace',
    as: 'root',
    probe: 'ptrace $PID',
    refusedBy: [
      { tclass: 'process', permissions: ['ptrace'] },
      { tclass: 'capability', permissions: ['sys_ptrace'], optional: true },
    ],
  },
  {
    id: 'execmem',
    title: 'Map memory both writable and executable',
    against: 'executable-memory',
    as: 'user',
    probe: 'execmem',
    refusedBy: [{ tclass: 'process', permissions: ['execmem'], target: 'self' }],
    twinNeeds: {
      before: 'setsebool allow_execmem=1 2>/dev/null || setsebool deny_execmem=0',
      after: 'setsebool allow_execmem=0 2>/dev/null || true',
    },
  },
  {
    id: 'mount',
    title: 'Mount a file system',
    against: 'mount',
    as: 'root',
    probe: 'mount /mnt',
    refusedBy: [{ tclass: 'dir', permissions: ['mounton'] }],
  },
  {
    id: 'host-name',
    title: 'Use a capability that it was not given: set the host’s name',
    against: 'capabilities',
    as: 'root',
    probe: 'hostname',
    refusedBy: [{ tclass: 'capability', permissions: ['sys_admin'], target: 'self' }],
  },
  {
    id: 'write-etc',
    title: 'Create a file in /etc',
    against: 'write',
    as: 'root',
    probe: 'create /etc/confine-lab-$$',
    after: 'rm -f /etc/confine-lab-*',
    refusedBy: [{ tclass: 'dir', permissions: ['write'], target: 'etc_t' }],
  },
  {
    id: 'write-document',
    title: 'Write to a file of a user',
    against: 'write',
    as: 'user',
    target:
      'echo secret > /home/confine-lab/secret.txt; chown confine-lab: /home/confine-lab/secret.txt; restorecon -F /home/confine-lab/secret.txt',
    probe: 'write HOME/secret.txt',
    refusedBy: [{ tclass: 'dir|file', permissions: ['search', 'append', 'write', 'open'] }],
  },
];
