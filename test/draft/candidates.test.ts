import { expect, test } from 'vitest';
import * as abilities from '../../src/abilities/index.ts';
import { candidatesFor, hintsOf, NEVER_DRAFTED } from '../../src/draft/index.ts';

interface Seen {
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly path?: string;
  readonly port?: number;
}

const service = { notify: false, bus: false, sockets: [], timer: false };

function sources(accesses: readonly Seen[], asService = false): string[] {
  const hints = hintsOf('lister', accesses, ['/usr/bin/lister'], asService ? service : undefined);
  return candidatesFor(hints).map(({ source }) => source);
}

function file(target: string, permissions: string, path?: string): Seen {
  return { target, tclass: 'file', permissions: permissions.split(' '), ...(path && { path }) };
}

function own(tclass: string, permission: string, port?: number): Seen {
  return { target: 'self', tclass, permissions: [permission], ...(port && { port }) };
}

const MANY_KINDS = Array.from({ length: 40 }, (_, i) => file(`kind_${i}_t`, 'open read'));

const SOCKET = {
  target: 'var_run_t',
  tclass: 'sock_file',
  permissions: ['create'],
  path: '/run/listerd/s',
};

/** Each ability that something must be seen for: what shows it, and what looks alike and does not. */
const SHOWN: readonly (readonly [
  source: string,
  shows: readonly Seen[],
  not: readonly Seen[],
  asService?: boolean,
])[] = [
  [
    'resolveNames()',
    [file('net_conf_t', 'open read', '/etc/resolv.conf')],
    [
      file('etc_t', 'open read', '/etc/nsswitch.conf'),
      file('etc_t', 'open read', '/etc/passwd'),
      file('net_conf_t', 'open read', '/etc/hosts.allow'),
    ],
  ],
  [
    'lookUpUsers()',
    [file('etc_t', 'open read', '/etc/passwd')],
    [file('etc_t', 'open read', '/etc/nsswitch.conf')],
  ],
  [
    'readSystemFiles()',
    [file('usr_t', 'open read', '/usr/share/perl5/x.pm')],
    [{ target: 'usr_t', tclass: 'dir', permissions: ['open', 'read'], path: '/usr/share' }],
  ],
  ['readAllFiles()', MANY_KINDS, MANY_KINDS.map((one) => ({ ...one, tclass: 'dir' }))],
  [
    "readContent({ own: ['/srv/pages'], published: true })",
    [
      file('var_t', 'open read', '/srv/pages/a.html'),
      file('httpd_sys_content_t', 'read', '/var/www/x'),
    ],
    [file('var_t', 'open read', '/srv/a.html')],
    true,
  ],
  [
    'rotateLogs()',
    [file('wtmp_t', 'rename', '/var/log/wtmp'), file('faillog_t', 'rename', '/var/log/btmp')],
    [
      file('var_log_t', 'rename', '/var/log/lister/a.log'),
      file('var_log_t', 'rename', '/var/log/lister/b.log'),
    ],
  ],
  [
    "serveUnixSocket({ directory: '/run/listerd' })",
    [SOCKET],
    [SOCKET, file('var_run_t', 'create write', '/run/listerd/pid')],
  ],
  [
    "serveUnixSocket({ directory: '/run/listerd', files: true })",
    [SOCKET, file('var_run_t', 'create write', '/run/listerd/pid')],
    [SOCKET, file('var_run_t', 'create write', '/run/other/pid')],
  ],
  [
    "useRuntimeDirectory({ directory: '/run/listerd' })",
    [file('var_run_t', 'create write', '/run/listerd/pid')],
    [SOCKET, file('var_run_t', 'create write', '/run/listerd/pid')],
  ],
  [
    'runSystemPrograms()',
    [file('bin_t', 'execute open read', '/usr/bin/gzip')],
    [file('shell_exec_t', 'execute open read', '/bin/sh'), file('bin_t', 'getattr', '/bin/x')],
  ],
  ['runGeneratedCode()', [own('process', 'execmem')], [own('process', 'setsched')]],
  ['setClock()', [own('capability', 'sys_time')], [own('capability', 'sys_nice')]],
  [
    'setClock({ hardware: true })',
    [
      own('capability', 'sys_time'),
      { target: 'clock_device_t', tclass: 'chr_file', permissions: ['write'] },
    ],
    [own('capability', 'sys_time')],
  ],
  ['useIoUring()', [own('anon_inode', 'create')], [own('io_uring', 'sqpoll')]],
  [
    'shareMemory()',
    [file('tmpfs_t', 'create', '/dev/shm/lister')],
    [file('tmpfs_t', 'read', '/dev/shm/other')],
  ],
  ['shareMemory({ systemV: true })', [own('shm', 'create')], [own('process', 'share')]],
  [
    "sendDatagrams({ to: [123], when: 'send_datagrams' })",
    [own('udp_socket', 'write', 123)],
    [own('udp_socket', 'write', 53), own('udp_socket', 'write')],
  ],
  [
    "writeUserDocuments({ when: 'write_documents', replace: true })",
    [
      file('user_home_t', 'create write', '/home/alice/a.jpg_tmp'),
      file('user_home_t', 'rename', '/home/alice/a.jpg'),
    ],
    [
      file('user_home_t', 'create write', '/home/alice/a.jpg_tmp'),
      file('user_home_t', 'rename', '/home/alice/a.jpg_tmp'),
    ],
  ],
];

test.each(
  SHOWN.map(([source, shows, not, asService = false]) => ({ source, shows, not, asService })),
)('$source is a candidate where it was seen, and only there', (one) => {
  expect(sources(one.shows, one.asService)).toContain(one.source);
  expect(sources(one.not, one.asService)).not.toContain(one.source);
});

test('every ability can be drafted, but for those that are a person’s to decide', () => {
  const everything = [
    ...SHOWN.flatMap(([, shows]) => shows),
    own('tcp_socket', 'name_bind'),
    { target: 'mqtt_port_t', tclass: 'tcp_socket', permissions: ['name_bind'], port: 1883 },
    { target: 'http_port_t', tclass: 'tcp_socket', permissions: ['name_connect'], port: 80 },
    {
      target: 'var_run_t',
      tclass: 'sock_file',
      permissions: ['create'],
      path: '/run/lister-ctl/s',
    },
    { target: 'slapd_t', tclass: 'unix_stream_socket', permissions: ['connectto'] },
    { target: 'slapd_runtime_t', tclass: 'sock_file', permissions: ['write'] },
    { target: 'system_dbusd_t', tclass: 'dbus', permissions: ['send_msg'] },
    file('cert_t', 'read', '/etc/ssl/certs/a.pem'),
    file('etc_t', 'read', '/etc/lister.conf'),
    ...['/var/lib', '/var/cache', '/var/log', '/var/spool', '/run'].map((parent) =>
      file(
        { '/run': 'var_run_t', '/var/cache': 'var_t' }[parent] ??
          `${parent.slice(1).replace('/', '_')}_t`,
        'create write',
        `${parent}/lister/a`,
      ),
    ),
    { target: 'devlog_t', tclass: 'sock_file', permissions: ['write'], path: '/dev/log' },
    file('tmp_t', 'create write', '/tmp/lister.x'),
    file('lib_t', 'execute', '/usr/lib/lister/walk'),
    file('usr_t', 'read', '/usr/share/GeoIP/a.mmdb'),
    file('user_home_t', 'open read', '/home/alice/a.pdf'),
    file('xdg_config_t', 'read', '/home/alice/.config/lister/c'),
  ];
  const timer = { ...service, timer: true };
  const drafted = [undefined, service, timer].flatMap((how) =>
    candidatesFor(hintsOf('lister', everything, ['/usr/bin/lister'], how)).map(({ name }) => name),
  );
  expect([...new Set([...drafted, ...NEVER_DRAFTED])].sort()).toEqual(
    Object.keys(abilities).sort(),
  );
  expect(drafted.filter((name) => NEVER_DRAFTED.has(name))).toEqual([]);
});

test('who becomes another user started as root, which a user of user_u cannot', () => {
  const both = [own('capability', 'setuid'), own('capability', 'setgid')];
  const users = (accesses: readonly Seen[]): string =>
    sources(accesses).find((source) => source.startsWith('startFromShell')) ?? '';
  expect(users(both)).toBe("startFromShell({ users: ['unconfined', 'sysadm', 'staff'] })");
  expect(users([own('capability', 'setuid')])).toContain("'user'");
});
