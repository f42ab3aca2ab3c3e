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
