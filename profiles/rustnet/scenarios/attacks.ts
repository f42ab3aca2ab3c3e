import type { Attack, ExpectedDenial } from '../../../src/description/index.ts';
import { anyProgram } from '../../any-program-attacks.ts';

/** Its own class and no other: the socket could not even be made. */
function creation(tclass: string): ExpectedDenial[] {
  return [{ tclass, permissions: ['create'], target: 'self' }];
}

/** A local socket: refused on the way to it, or at the socket file, as the distribution labels its directory. */
const LOCAL_SOCKET: readonly ExpectedDenial[] = [
  { tclass: 'dir|sock_file', permissions: ['search', 'write'] },
];

/** A socket that somebody listens on, labelled by the policy. */
function listener(path: string): string {
  return `mkdir -p $(dirname ${path}) && rm -f ${path}
setsid python3 -c "import os,socket,time; s=socket.socket(socket.AF_UNIX); s.bind('${path}'); s.listen(); time.sleep(60); os.unlink('${path}')" >/dev/null 2>&1 </dev/null &
for try in $(seq 50); do [ -S ${path} ] && break; sleep 0.1; done
chmod 777 ${path}; restorecon -F $(dirname ${path}) ${path}`;
}

/** The refused half: what an attacker who controls rustnet would try, from inside the domain. */
export const attacks: readonly Attack[] = [
  {
    id: 'udp-other-port',
    title: 'Send a datagram to port 1234',
    against: 'send-udp',
    as: 'user',
    probe: 'udp 193.0.6.139 1234 stolen-by-udp',
    arrives: 'stolen-by-udp',
    refusedBy: [{ tclass: 'udp_socket', permissions: ['write'], target: 'self' }],
  },
  {
    id: 'udp-foreign-dns',
    title: 'Send a datagram to port 53 of a host that is not the resolver',
    against: 'send-udp',
    as: 'user',
    probe: 'udp-connected 8.8.8.8 53 stolen-by-dns',
    arrives: 'stolen-by-dns',
    refusedBy: [{ tclass: 'udp_socket', permissions: ['write'], target: 'self' }],
  },
  anyProgram.tcp,
  {
    id: 'mptcp',
    title: 'Open a multipath TCP socket',
    against: 'connect-tcp',
    as: 'user',
    probe: 'socket 2 1 262',
    refusedBy: creation('tcp_socket'),
  },
  {
    id: 'udp-direct-dns',
    title: 'Send a datagram to port 1234 where direct DNS is on and packets are labelled',
    against: 'send-udp',
    as: 'user',
    tunables: { direct_dns: true },
    packetLabels: true,
    probe: 'udp 193.0.6.139 1234 stolen-past-labels',
    arrives: 'stolen-past-labels',
    refusedBy: [{ tclass: 'packet', permissions: ['send'], target: 'rustnet_other_packet_t' }],
  },
  {
    id: 'udp-direct-dns-foreign',
    title: 'The same, to port 53 of a host that is not the resolver',
    against: 'send-udp',
    as: 'user',
    tunables: { direct_dns: true },
    packetLabels: true,
    probe: 'udp 8.8.8.8 53 stolen-past-resolver',
    arrives: 'stolen-past-resolver',
    refusedBy: [{ tclass: 'packet', permissions: ['send'], target: 'rustnet_other_packet_t' }],
  },
  {
    id: 'listen-udp',
    title: 'Receive datagrams on a port of its choice',
    against: 'listen',
    as: 'user',
    probe: 'udp-bind 5000',
    refusedBy: [{ tclass: 'udp_socket', permissions: ['name_bind'] }],
  },
  anyProgram['raw-ip'],
  {
    id: 'icmp',
    title: 'Make an ICMP socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 2 2 1',
    refusedBy: creation('icmp_socket'),
  },
  {
    id: 'sctp',
    title: 'Make an SCTP socket',
    against: 'egress',
    as: 'user',
    probe: 'socket 2 1 132',
    refusedBy: creation('sctp_socket'),
  },
  {
    id: 'rds',
    title: 'Make an RDS socket',
    against: 'egress',
    as: 'root',
    kernelModule: 'rds',
    probe: 'socket 21 5 0',
    refusedBy: creation('rds_socket'),
  },
  {
    id: 'bluetooth',
    title: 'Let Bluetooth devices call',
    against: 'egress',
    as: 'user',
    kernelModule: 'bluetooth',
    probe: 'l2cap-bind',
    // Its creation is granted, since libpcap dies without: with neither bind nor connect it reaches nobody.
    refusedBy: [{ tclass: 'bluetooth_socket', permissions: ['bind'], target: 'self' }],
  },
  anyProgram.vsock,
  {
    id: 'af-alg',
    title: 'Make a socket to the kernel’s ciphers',
    against: 'egress',
    as: 'user',
    probe: 'socket 38 5 0',
    refusedBy: creation('alg_socket'),
  },
  {
    id: 'key',
    title: 'Make a key management socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 15 3 2',
    refusedBy: creation('key_socket'),
  },
  {
    id: 'xdp',
    title: 'Make an XDP socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 44 3 0',
    refusedBy: creation('xdp_socket'),
  },
  {
    id: 'can',
    title: 'Make a CAN bus socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 29 3 1',
    refusedBy: creation('can_socket'),
  },
  {
    id: 'audit-netlink',
    title: 'Make an audit netlink socket',
    against: 'egress',
    as: 'root',
    probe: 'socket 16 3 9',
    refusedBy: creation('netlink_audit_socket'),
  },
  {
    id: 'route-write',
    title: 'Change an address over route netlink',
    against: 'egress',
    as: 'root',
    probe: 'route-write',
    after: 'ip addr del 127.0.0.77/32 dev lo',
    refusedBy: [{ tclass: 'netlink_route_socket', permissions: ['nlmsg_write'], target: 'self' }],
  },
  {
    id: 'tun',
    title: 'Open the tunnel device',
    against: 'egress',
    as: 'root',
    probe: 'write /dev/net/tun',
    refusedBy: [
      { tclass: 'chr_file', permissions: ['write', 'append', 'open', 'read', 'getattr'] },
    ],
  },
  {
    id: 'dbus',
    title: 'Connect to the system bus',
    against: 'unix-sockets',
    as: 'user',
    probe: 'unix /run/dbus/system_bus_socket',
    refusedBy: LOCAL_SOCKET,
  },
  {
    id: 'x11',
    title: 'Connect to an X server',
    against: 'unix-sockets',
    as: 'user',
    target: listener('/tmp/.X11-unix/X7'),
    probe: 'unix /tmp/.X11-unix/X7',
    refusedBy: [{ tclass: 'dir', permissions: ['search'] }],
  },
  {
    id: 'docker',
    title: 'Connect to a container engine',
    against: 'unix-sockets',
    as: 'root',
    target: listener('/run/docker.sock'),
    probe: 'unix /run/docker.sock',
    refusedBy: LOCAL_SOCKET,
  },
  {
    id: 'read-ssh-key',
    title: 'Read a private SSH key of the user',
    against: 'read',
    as: 'user',
    probe: 'read HOME/.ssh/id_ed25519',
    refusedBy: [{ tclass: 'dir', permissions: ['search'] }],
  },
  {
    id: 'read-document',
    title: 'Read a document of the user',
    against: 'read',
    as: 'user',
    probe: 'read HOME/secret.txt',
    refusedBy: [{ tclass: 'file', permissions: ['read', 'open'], target: 'user_home_t' }],
  },
  {
    id: 'read-shadow',
    title: 'Read /etc/shadow',
    against: 'read',
    as: 'root',
    probe: 'read /etc/shadow',
    refusedBy: [
      { tclass: 'file', permissions: ['read', 'open'], target: 'shadow_t' },
      // The file's mode is 0640: root without dac_read_search may still own it.
      { tclass: 'capability', permissions: ['dac_override', 'dac_read_search'], optional: true },
    ],
  },
  anyProgram['exec-shell'],
  {
    id: 'exec-copied',
    title: 'Execute a binary that it could have written itself',
    against: 'execute',
    as: 'user',
    target:
      'cp /bin/true /var/log/rustnet/tool && chmod 755 /var/log/rustnet/tool && chcon -t rustnet_log_t /var/log/rustnet/tool',
    probe: 'exec /var/log/rustnet/tool',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'own:log' }],
  },
  anyProgram.setexec,
  anyProgram['load-module'],
  anyProgram.setenforce,
  anyProgram.ptrace,
  anyProgram.execmem,
  {
    id: 'execstack',
    title: 'Make the stack executable',
    against: 'executable-memory',
    as: 'user',
    probe: 'execstack',
    refusedBy: [
      { tclass: 'process', permissions: ['execstack'], target: 'self' },
      { tclass: 'process', permissions: ['execmem'], target: 'self', optional: true },
    ],
    twinNeeds: {
      before:
        'setsebool allow_execmem=1 allow_execstack=1 2>/dev/null || setsebool deny_execmem=0 selinuxuser_execstack=1',
      after:
        'setsebool allow_execmem=0 allow_execstack=0 2>/dev/null || setsebool selinuxuser_execstack=0',
    },
  },
  anyProgram.mount,
  anyProgram['host-name'],
  {
    id: 'write-bashrc',
    title: 'Write to the user’s .bashrc',
    against: 'write',
    as: 'user',
    probe: 'write HOME/.bashrc',
    refusedBy: [
      { tclass: 'file', permissions: ['append', 'write', 'open'], target: 'user_home_t' },
    ],
  },
  {
    id: 'write-tmp',
    title: 'Write to a file of another program in /tmp',
    against: 'write',
    as: 'user',
    target: `rm -f /tmp/confine-lab-other; runuser -u confine-lab -- sh -c 'echo other > /tmp/confine-lab-other'`,
    probe: 'write /tmp/confine-lab-other',
    after: 'rm -f /tmp/confine-lab-other',
    refusedBy: [{ tclass: 'file', permissions: ['append', 'write', 'open'] }],
  },
  anyProgram['write-etc'],
  anyProgram.tiocsti,
  {
    id: 'signal',
    title: 'Signal another process',
    against: 'ptrace',
    as: 'root',
    probe: 'signal $PID',
    refusedBy: [{ tclass: 'process', permissions: ['signull'] }],
  },

  // What no policy can refuse without breaking rustnet: tried, and shown to succeed.
  {
    id: 'residual-frame',
    title: 'Send a frame of its own through a capture socket',
    residual: 'capture-socket-frames',
    as: 'root',
    probe:
      'frame lab0 $(ip -n confine-lab -o link show peer0 | grep -o "link/ether [0-9a-f:]*" | cut -d" " -f2) 193.0.6.139 1234 stolen-by-frame',
    arrives: 'stolen-by-frame',
  },
  {
    id: 'residual-resolver',
    title: 'Carry data out in a name that it asks of the resolver',
    residual: 'resolver-names',
    as: 'user',
    probe: 'resolve stolen-by-name.example',
    arrives: 'stolen-by-name',
  },
  {
    id: 'residual-bpf',
    title: 'Read the memory of the kernel with a BPF program',
    residual: 'bpf-reads-kernel-memory',
    as: 'root',
    probe: 'bpf-read-kernel',
  },
  {
    id: 'residual-environ',
    title: 'Read the environment of another process of the user',
    residual: 'process-environment',
    as: 'user',
    probe: 'read /proc/$PID/environ',
  },
];
