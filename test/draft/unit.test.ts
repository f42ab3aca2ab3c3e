import { expect, test } from 'vitest';
import { type Names, readUnit } from '../../src/draft/index.ts';

const names: Names = { type: (path) => `${path.split('/')[2]}_t`, port: () => 'port_t' };

test('directives are accesses, the program, and questions', () => {
  const { starts, sightings, questions } = readUnit(
    'lister.service',
    `[Service]
Type=notify
ExecStart=-/usr/sbin/lister --foreground \\
  --quiet
# StateDirectory=commented
StateDirectory=lister:alias
AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_BPF
CapabilityBoundingSet=~CAP_SYS_ADMIN
NoNewPrivileges=yes
`,
    names,
  );
  expect(starts).toEqual(['/usr/sbin/lister']);
  expect(
    sightings.map(({ target, tclass, permissions, path }) => [
      target,
      tclass,
      permissions.join(' '),
      path,
    ]),
  ).toEqual([
    ['lib_t', 'dir', 'add_name search write', '/var/lib/lister'],
    ['lib_t', 'file', 'create open write', '/var/lib/lister/x'],
    ['self', 'capability', 'net_bind_service', undefined],
    ['self', 'capability2', 'bpf', undefined],
    ['self', 'unix_dgram_socket', 'create write', undefined],
  ]);
  expect(questions).toEqual([
    'lister.service has NoNewPrivileges=yes: the way into the domain takes nnp_transition then',
  ]);
});

test('sockets that are handed over, a name on the bus, and what a timer starts', () => {
  const socket = readUnit(
    'lister.socket',
    '[Socket]\nListenStream=/run/lister/s\nListenStream=127.0.0.1:80\nListenDatagram=514\n',
    names,
  );
  expect(socket.sockets).toEqual(['unix_stream_socket', 'tcp_socket', 'udp_socket']);
  expect(readUnit('a.service', '[Service]\nType=dbus\nBusName=org.a\n', names).bus).toBe(true);
  expect(readUnit('a.service', '[Service]\nType=notify\n', names)).toMatchObject({
    notify: true,
    times: undefined,
  });
  expect(readUnit('a.timer', '[Timer]\nOnCalendar=daily\n', names).times).toBe('a.service');
  expect(readUnit('a.timer', '[Timer]\nUnit=b.service\n', names).times).toBe('b.service');
});
