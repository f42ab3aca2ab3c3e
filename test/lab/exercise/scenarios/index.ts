import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { network } from '../../../../profiles/rustnet/scenarios/network.ts';
import type { Attack, Scenario, Suite } from '../../../../src/description/index.ts';

const PROGRAMS = join(import.meta.dirname, '../programs');
const SCRIPTS = '/usr/local/share/exercise';
const PYTHON = '/usr/bin/python3.13';

/** A unit that runs a copy of the interpreter with a label of its own: what is confined is the program, and not whatever Python runs. */
function unit(
  name: string,
  lines: readonly string[],
  { program = PYTHON, words = '' } = {},
): string {
  const executable = `/usr/local/bin/exercise${name === 'daemon' ? '' : `-${name}`}`;
  const type = `exercise${name === 'daemon' ? '' : `_${name}`}_exec_t`;
  return `cp ${program} ${executable}
restorecon -F ${executable}
ls -Z ${executable} | grep -q ':${type}:'
cat > /run/systemd/system/exercise-${name}.service <<'UNIT'
[Service]
ExecStart=${words === '' ? `${executable} -ISB ${SCRIPTS}/${name}.py` : words}
${lines.join('\n')}
UNIT
systemctl daemon-reload`;
}

const START = 'since=$(date +%s); code=0; systemctl start';

/** What the journal has of it since its start: a unit that has ended is forgotten, with the id of its invocation. */
function saidBy(name: string): string {
  return `journalctl --sync; journalctl -q -o cat -u exercise-${name} --since @$since`;
}

/** A program that its unit starts, and that ends. */
function once(
  name: string,
  ability: string,
  title: string,
  options: {
    readonly service?: readonly string[];
    readonly sees?: readonly string[];
    readonly before?: string;
    readonly words?: string;
    readonly program?: string;
  } & Partial<Scenario> = {},
): Scenario {
  const { service = [], sees = [], before = '', words, program, ...more } = options;
  const made = unit(name, ['Type=oneshot', ...service], {
    ...(words === undefined ? {} : { words }),
    ...(program === undefined ? {} : { program }),
  });
  return {
    id: name,
    title,
    exercises: [ability],
    modes: ['enforcing'],
    before: `${made}\n${before}`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `${START} exercise-${name} || code=$?
${saidBy(name)}; exit $code`,
        // A program outside of its domain would work as well.
        sees: [...sees, `^works \\S+:exercise_${name}_t:`],
      },
    ],
    ...more,
  };
}

const CTL = `/usr/local/bin/exercise-ctl -ISB ${SCRIPTS}/ctl.py`;

const together: Scenario = {
  id: 'together',
  title: 'A daemon, its helper and its control tool, each in its domain',
  exercises: [
    ...['serveUnixSocket', 'keepState', 'useSpool', 'runHelper'],
    ...['controlDaemon', 'shareFiles', 'temporaryFiles'],
  ],
  modes: ['enforcing'],
  before: `${unit('daemon', [
    'Type=exec',
    'RuntimeDirectory=exercise',
    'StateDirectory=exercise',
    'ReadWritePaths=/var/spool/exercise',
    'ProtectSystem=strict',
    'NoNewPrivileges=yes',
    'PrivateTmp=yes',
  ])}
for name in ctl helper; do
  cp ${PYTHON} /usr/local/bin/exercise-$name; restorecon -F /usr/local/bin/exercise-$name
  ls -Z /usr/local/bin/exercise-$name | grep -q :exercise_\${name}_exec_t:
done
mkdir -p /var/spool/exercise; restorecon -RF /var/spool/exercise`,
  steps: [
    {
      do: 'run',
      as: 'root',
      command: `systemctl start exercise-daemon
for try in $(seq 50); do [ -S /run/exercise/socket ] && break; sleep 0.2; done
systemctl is-active exercise-daemon; ps -Z -C exercise; journalctl -q -o cat -u exercise-daemon`,
      sees: ['^active$', ':exercise_t:'],
    },
    { do: 'run', as: 'root', command: `${CTL} socket hello`, sees: ['what is hello\\?'] },
    { do: 'run', as: 'root', command: `${CTL} port hello`, sees: ['what is hello\\?'] },
    {
      do: 'run',
      as: 'root',
      command: `${CTL} reload $(systemctl show -P MainPID exercise-daemon); ${CTL} socket reloaded`,
      sees: ['^asked to reload$', '^reloaded 1$'],
    },
    {
      do: 'run',
      as: 'root',
      command: `${CTL} queue work; ${CTL} socket spool`,
      sees: ["'job'", '^took work$'],
    },
    { do: 'run', as: 'root', command: `${CTL} state`, sees: ["\\['state'\\] kept"] },
    {
      do: 'run',
      as: 'root',
      command: `${CTL} socket helper; ${CTL} socket kill`,
      sees: [':exercise_helper_t:\\S* True$', '^ended by 15$'],
    },
  ],
  after: 'systemctl stop exercise-daemon',
};

const datagrams = (packetLabels: boolean, port: number): Scenario => ({
  id: packetLabels ? `datagrams-${port}` : 'datagrams-off',
  title: packetLabels
    ? `A datagram to port ${port}, with packets labelled`
    : 'No datagram while the tunable is off',
  exercises: ['sendDatagrams'],
  modes: ['enforcing'],
  ...(packetLabels ? { packetLabels, tunables: { datagrams: true } } : {}),
  before: `sed -i 's/^HOST, PORT = .*/HOST, PORT = "193.0.6.139", ${port}/' ${SCRIPTS}/daemon.py
: > /run/confine-lab/peers/datagrams; systemctl start exercise-daemon
for try in $(seq 50); do [ -S /run/exercise/socket ] && break; sleep 0.2; done`,
  steps: [
    {
      do: 'run',
      as: 'root',
      command: `${CTL} socket send; sleep 1; grep -c exercise-datagram /run/confine-lab/peers/datagrams || true`,
      sees:
        packetLabels && port === 1234
          ? ['^sent$', '^[1-9]$']
          : [packetLabels ? 'Connection refused' : 'Permission denied', '^0$'],
    },
  ],
  after: 'systemctl stop exercise-daemon',
});

const scenarios: readonly Scenario[] = [
  together,
  datagrams(true, 1234),
  {
    ...datagrams(true, 1235),
    denials: [{ tclass: 'packet', permissions: ['send'], target: 'own:other_packet' }],
  },
  // Refused in silence, as listenOn has it.
  datagrams(false, 1234),
  {
    id: 'handed',
    title: 'A TCP and a unix socket that the service manager hands over',
    exercises: ['runAsDaemon', 'listenOn'],
    modes: ['enforcing'],
    before: `${unit('handed', [])}
cat > /run/systemd/system/exercise-handed.socket <<'UNIT'
[Socket]
ListenStream=127.0.0.1:4712
ListenStream=/run/exercise-handed.sock
UNIT
systemctl daemon-reload; systemctl start exercise-handed.socket`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `python3 - <<'ASK'
import socket
for address in ('127.0.0.1', 4712), '/run/exercise-handed.sock':
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as sock:
        sock.connect(address)
        sock.sendall(b'over')
        print(sock.recv(100).decode())
ASK
ps -Z -C exercise-handed`,
        sees: ['^handed over\nhanded over$', ':exercise_handed_t:'],
      },
    ],
    after: 'systemctl stop exercise-handed.socket exercise-handed',
  },
  once('client', 'connectTo', 'Connections to a service, and to another', {
    sees: ['HTTP/1', '^connected 0$', '^refused$'],
    denials: [
      {
        domain: 'client',
        tclass: 'tcp_socket',
        permissions: ['name_connect'],
        target: 'unreserved_port_t',
      },
    ],
  }),
  once('talker', 'talkToUnixSocket', 'The socket of another daemon', { sees: ['^OK$'] }),
  {
    ...once('bus', 'useBus', 'A name on the system bus, two calls, and one that is answered', {
      before: `cat > /etc/dbus-1/system.d/exercise.conf <<'CONF'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root"><allow own="org.example.Exercise"/></policy>
  <policy context="default"><allow send_destination="org.example.Exercise"/></policy>
</busconfig>
CONF
restorecon -F /etc/dbus-1/system.d/exercise.conf
sed -i 's/^Type=oneshot/Type=exec/' /run/systemd/system/exercise-bus.service
systemctl daemon-reload; systemctl reload dbus`,
    }),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `${START} exercise-bus
for try in $(seq 100); do ${saidBy('bus')} | grep -q works && break; sleep 0.2; done
${saidBy('bus')}
busctl call org.example.Exercise / org.freedesktop.DBus.Peer Ping && echo answered`,
        sees: [
          '^owns its name$',
          '^GetMachineId$',
          '^Ping$',
          '^works \\S+:exercise_bus_t:',
          '^answered$',
        ],
      },
    ],
    after: 'systemctl stop exercise-bus',
  },
  once('tmp', 'temporaryFiles', 'Temporary files, mapped and without a name'),
  once('cache', 'keepCache', 'A cache, replaced and mapped', {
    service: ['CacheDirectory=exercise'],
    sees: ["'current', 'entries'"],
  }),
  {
    ...once('dynamic', 'keepState', 'The directories of a unit with a user of its own', {
      service: ['DynamicUser=yes'].concat(
        ['State', 'Cache', 'Logs', 'Runtime'].map((kind) => `${kind}Directory=exercise-dynamic`),
      ),
    }),
    exercises: ['keepState', 'keepCache', 'writeLogs', 'useRuntimeDirectory'],
  },
  once('runtime', 'useRuntimeDirectory', 'A PID file and a lock', {
    service: ['RuntimeDirectory=exercise-runtime'],
  }),
  {
    ...once('log', 'logToSystem', 'A line by syslog'),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `${START} exercise-log
${saidBy('log')}; journalctl -q -o cat -t exercise-said`,
        sees: ['^works \\S+:exercise_log_t:', '^heard$'],
      },
    ],
  },
  once('memory', 'shareMemory', 'Memory and semaphores, by POSIX and System V'),
  once('ring', 'useIoUring', 'A read through a ring, polled by a thread of the kernel', {
    sees: ['^read$'],
    before: 'sysctl -qw kernel.io_uring_disabled=0',
  }),
  once('jit', 'runGeneratedCode', 'Code that it has written'),
  once('shell', 'runHelper', 'Command lines, one of them ended', {
    sees: ['^heard$', '^ended by 9$'],
  }),
  once('programs', 'runSystemPrograms', 'Programs of its package and of the system', {
    sees: ['^part$'],
    before: `mkdir -p /usr/local/libexec; cp /bin/echo /usr/local/libexec/exercise-part
restorecon -F /usr/local/libexec/exercise-part`,
  }),
  once('clock', 'setClock', 'The clock, set and disciplined'),
  once('scan', 'readAllFiles', 'Every file, looked at', {
    words: `/usr/local/bin/exercise-scan -ISB ${SCRIPTS}/scan.py /etc /home /root /srv /var /run/systemd /run/udev /dev /tmp`,
    sees: ['^/home/confine-lab/confine-mine mine$', 'opened [1-9].* special [1-9]'],
    // Python looks where links lead, /dev/core to /proc/kcore.
    denials: [
      {
        domain: 'scan',
        tclass: 'file',
        permissions: ['getattr'],
        target: 'proc_kcore_t',
        optional: true,
      },
      // A file system of its own.
      {
        domain: 'scan',
        tclass: 'chr_file',
        permissions: ['getattr'],
        target: 'devpts_t',
        optional: true,
      },
    ],
    before: `echo mine > /home/confine-lab/confine-mine; chmod 600 /home/confine-lab/confine-mine
mkfifo /srv/fifo || true`,
  }),
  {
    ...once('rotate', 'rotateLogs', 'The logs of other programs, by logrotate', {
      program: '/usr/sbin/logrotate',
      words:
        '/usr/local/bin/exercise-rotate -f -s /var/lib/exercise-rotate/status /etc/exercise/rotate.conf',
      service: ['StateDirectory=exercise-rotate'],
      before: `mkdir -p /var/log/exercise-apt; echo line > /var/log/exercise-apt/term.log
restorecon -RF /var/log/exercise-apt; chcon -u unconfined_u -t apt_var_log_t /var/log/exercise-apt/term.log
rm -f /var/log/exercise-apt/*.gz
mkdir -p /etc/exercise
cat > /etc/exercise/rotate.conf <<'CONF'
/var/log/exercise-apt/term.log {
  rotate 2
  create 640 root adm
  compress
}
CONF
restorecon -RF /etc/exercise`,
    }),
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `${START} exercise-rotate || code=$?
${saidBy('rotate')}; ls -Z /var/log/exercise-apt; exit $code`,
        // The directory has another label than what was and is in it.
        sees: [
          'unconfined_u:\\S*:apt_var_log_t:\\S* term.log$',
          'unconfined_u:\\S*:apt_var_log_t:\\S* term.log.1.gz$',
        ],
      },
    ],
  },
];

/** What the daemon keeps, also where it did not run before. */
const KEPT = `mkdir -p /var/lib/exercise; echo kept > /var/lib/exercise/state; restorecon -RF /var/lib/exercise`;

/** In the domain that each names: what no ability of that domain is for. */
const attacks: readonly Attack[] = [
  {
    id: 'own-exec',
    title: 'The daemon: execute a program',
    as: 'root',
    probe: 'exec /bin/true',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'bin_t' }],
  },
  {
    id: 'ctl-writes',
    title: 'The tool: write state that it may only read',
    domain: 'ctl',
    as: 'root',
    target: KEPT,
    probe: 'write /var/lib/exercise/state',
    refusedBy: [
      {
        domain: 'ctl',
        tclass: 'file',
        permissions: ['append', 'open', 'write'],
        target: 'module:state',
      },
    ],
  },
  {
    id: 'helper-reads',
    title: 'The helper, which only the daemon starts: read its state',
    domain: 'helper',
    as: 'root',
    target: KEPT,
    probe: 'read /var/lib/exercise/state',
    refusedBy: [
      {
        domain: 'helper',
        tclass: 'dir|file',
        permissions: ['open', 'read', 'search'],
        target: 'var_lib_t|exercise_state_t',
      },
      // What is refused in silence at each transition, and is not here any more.
      {
        tclass: 'process',
        permissions: ['noatsecure', 'rlimitinh', 'siginh'],
        target: 'module:helper',
        optional: true,
      },
    ],
  },
  {
    id: 'tmp-reads',
    title: 'A daemon with temporary files: read those of others',
    domain: 'tmp',
    as: 'root',
    target: 'echo secret > /tmp/confine-other; chmod 644 /tmp/confine-other',
    probe: 'read /tmp/confine-other',
    refusedBy: [
      {
        domain: 'tmp',
        tclass: 'file',
        permissions: ['open', 'read'],
        target: '(user_|unconfined_)?tmp_t',
      },
    ],
    after: 'rm /tmp/confine-other',
  },
];

const suite: Suite = {
  program: {
    from: 'distribution',
    package: 'python3',
    besides: ['logrotate'],
    path: '/usr/local/bin/exercise',
    copyOf: PYTHON,
  },
  network,
  files: readdirSync(PROGRAMS).map((name) => ({
    path: `${SCRIPTS}/${name}`,
    content: { text: readFileSync(join(PROGRAMS, name), 'utf8') },
    owner: 'root',
    mode: '644',
  })),
  scenarios,
  attacks,
};

export default suite;
