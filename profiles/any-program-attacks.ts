import type { Attack } from '../src/description/index.ts';

/** What is tried from inside the domain of any program, in the same way: none of them has a use for it. A suite lists those whose never it has. */
export const anyProgram: Readonly<Record<AnyProgram, Attack>> = {
  tcp: {
    id: 'tcp',
    title: 'Open a TCP connection',
    against: 'connect-tcp',
    as: 'user',
    probe: 'tcp 193.0.6.139 80',
    refusedBy: [{ tclass: 'tcp_socket', permissions: ['create'], target: 'self' }],
  },
  udp: {
    id: 'udp',
    title: 'Send a datagram to port 1234',
    against: 'send-udp',
    as: 'user',
    probe: 'udp 193.0.6.139 1234 stolen-by-udp',
    arrives: 'stolen-by-udp',
    refusedBy: [{ tclass: 'udp_socket', permissions: ['create'], target: 'self' }],
  },
  listen: {
    id: 'listen',
    title: 'Accept connections',
    against: 'listen',
    as: 'user',
    probe: 'tcp-listen 4444',
    refusedBy: [{ tclass: 'tcp_socket', permissions: ['create'], target: 'self' }],
  },
  'raw-ip': {
    id: 'raw-ip',
    title: 'Make a raw IP socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 2 3 1',
    refusedBy: [{ tclass: 'rawip_socket', permissions: ['create'], target: 'self' }],
  },
  vsock: {
    id: 'vsock',
    title: 'Make a socket to the hypervisor',
    against: 'egress',
    as: 'user',
    probe: 'socket 40 1 0',
    refusedBy: [{ tclass: 'vsock_socket', permissions: ['create'], target: 'self' }],
  },
  dbus: {
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
  'read-shadow': {
    id: 'read-shadow',
    title: 'Read /etc/shadow',
    against: 'read',
    as: 'root',
    probe: 'read /etc/shadow',
    refusedBy: [{ tclass: 'file', permissions: ['read', 'open'], target: 'shadow_t' }],
  },
  'exec-shell': {
    id: 'exec-shell',
    title: 'Execute a shell',
    against: 'execute',
    as: 'user',
    // In a directory that the domain may search, so that it is the shell that is refused and not the way to it.
    target:
      'mkdir -p /usr/share/confine-lab && cp /usr/bin/bash /usr/share/confine-lab/shell && chcon -t shell_exec_t /usr/share/confine-lab/shell',
    probe: 'exec /usr/share/confine-lab/shell -c true',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'shell_exec_t' }],
  },
  setexec: {
    id: 'setexec',
    title: 'Choose the context of the next program',
    against: 'transition',
    as: 'user',
    probe: 'setexec unconfined_u:unconfined_r:unconfined_t:s0',
    refusedBy: [{ tclass: 'process', permissions: ['setexec'], target: 'self' }],
  },
  'load-module': {
    id: 'load-module',
    title: 'Load a kernel module',
    against: 'load-kernel-module',
    as: 'root',
    probe: 'unload confine_no_such_module',
    refusedBy: [{ tclass: 'capability', permissions: ['sys_module'], target: 'self' }],
  },
  setenforce: {
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
  ptrace: {
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
  execmem: {
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
  mount: {
    id: 'mount',
    title: 'Mount a file system',
    against: 'mount',
    as: 'root',
    probe: 'mount /mnt',
    refusedBy: [{ tclass: 'dir', permissions: ['mounton'] }],
  },
  'host-name': {
    id: 'host-name',
    title: 'Use a capability that it was not given: set the host’s name',
    against: 'capabilities',
    as: 'root',
    probe: 'hostname',
    refusedBy: [{ tclass: 'capability', permissions: ['sys_admin'], target: 'self' }],
  },
  'write-etc': {
    id: 'write-etc',
    title: 'Create a file in /etc',
    against: 'write',
    as: 'root',
    probe: 'create /etc/confine-lab-$$',
    after: 'rm -f /etc/confine-lab-*',
    refusedBy: [{ tclass: 'dir', permissions: ['write'], target: 'etc_t' }],
  },
  tiocsti: {
    id: 'tiocsti',
    title: 'Type into the user’s terminal',
    against: 'inject-keystrokes',
    as: 'user',
    terminal: true,
    probe: 'tiocsti',
    refusedBy: [{ tclass: 'chr_file', permissions: ['ioctl'], ioctl: '0x5412' }],
  },
};

type AnyProgram =
  | 'tcp'
  | 'udp'
  | 'listen'
  | 'raw-ip'
  | 'vsock'
  | 'dbus'
  | 'read-shadow'
  | 'exec-shell'
  | 'setexec'
  | 'load-module'
  | 'setenforce'
  | 'ptrace'
  | 'execmem'
  | 'mount'
  | 'host-name'
  | 'write-etc'
  | 'tiocsti';
