import type { Attack } from '../src/description/index.ts';
import { anyProgram } from './any-program-attacks.ts';

/**
 * What an attacker who controls a service would try, whatever the service is: its domain has no way to any of it. They run where its unit would have
 * started them, as root or as an ordinary user; each needs a never of its kind in the description.
 */
export const serviceAttacks: readonly Attack[] = [
  anyProgram['raw-ip'],
  anyProgram.vsock,
  anyProgram.dbus,
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
  anyProgram['read-shadow'],
  anyProgram['exec-shell'],
  anyProgram.setexec,
  anyProgram['load-module'],
  anyProgram.setenforce,
  anyProgram.ptrace,
  anyProgram.execmem,
  anyProgram.mount,
  anyProgram['host-name'],
  anyProgram['write-etc'],
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

/** What it would try of a service that answers on TCP ports of its own: the sockets are there, and go nowhere else. */
export const listenerAttacks: readonly Attack[] = [
  {
    id: 'tcp',
    title: 'Open a TCP connection',
    against: 'connect-tcp',
    as: 'user',
    probe: 'tcp 193.0.6.139 80',
    refusedBy: [{ tclass: 'tcp_socket', permissions: ['connect'], target: 'self' }],
  },
  anyProgram.udp,
  {
    id: 'listen',
    title: 'Accept connections on a port of its choice',
    against: 'listen',
    as: 'user',
    probe: 'tcp-listen 4444',
    refusedBy: [{ tclass: 'tcp_socket', permissions: ['name_bind'] }],
  },
];

/** The residual `local-range` of such a service, shown. */
export const localRange: Attack = {
  id: 'residual-local-range',
  title: 'Accept connections on a port that the kernel picks',
  residual: 'local-range',
  as: 'user',
  probe: 'tcp-listen',
};
