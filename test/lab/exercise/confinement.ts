import {
  type Ability,
  type Confinement,
  call,
  confine,
  connectTo,
  controlDaemon,
  keepCache,
  keepState,
  listenOn,
  logToSystem,
  lookUpUsers,
  readAllFiles,
  readConfiguration,
  readSystemFiles,
  rotateLogs,
  runAsDaemon,
  runAsTimerJob,
  runGeneratedCode,
  runHelper,
  runSystemPrograms,
  sendDatagrams,
  serveUnixSocket,
  setClock,
  shareFiles,
  shareMemory,
  startFromShell,
  talkToUnixSocket,
  temporaryFiles,
  useBus,
  useIoUring,
  useRuntimeDirectory,
  useSpool,
  useTerminal,
  writeLogs,
} from '../../../src/index.ts';

/**
 * What the profiles have no use for, mostly each ability in a domain that has little else, so that what one lacks no other grants: programs do with it
 * what programs do, and anything that the kernel refuses them is a rule that is missing.
 */
const exercise: Confinement = confine({
  name: 'exercise',
  title: 'programs that use the abilities that no profile does',
  version: '1.0.0',
  released: '2026-11-29',
  program: {
    name: 'exercise',
    version: '3.13',
    homepage: 'https://www.python.org/',
    executables: ['/usr/local/bin/exercise'],
  },
  rollout: 'permissive',
  tunables: [
    {
      name: 'datagrams',
      default: false,
      can: 'send UDP datagrams',
      why: 'the kernel asks for no port: what is sent is held by labels of packets',
    },
  ],
  may: [
    runAsDaemon(),
    readSystemFiles(),
    beInterpreted(),
    sendDatagrams({ to: [1234], when: 'datagrams' }),
    listenOn({ protocol: 'tcp', own: [4711] }),
    serveUnixSocket({ directory: '/run/exercise', files: true }),
    keepState({ directory: '/var/lib/exercise' }),
    useSpool({ directory: '/var/spool/exercise' }),
    runHelper({ domains: ['helper'] }),
  ],
  never: [],
  residuals: [],
  domains: [
    {
      name: 'ctl',
      title: 'a tool that talks to the daemon and shares its files',
      executables: ['/usr/local/bin/exercise-ctl'],
      may: [
        startFromShell({ users: ['unconfined'] }),
        useTerminal(),
        readSystemFiles(),
        beInterpreted(),
        controlDaemon({ socket: 'socket', port: 'port', signals: true }),
        shareFiles({ read: ['state'], manage: ['spool'] }),
      ],
      never: [],
    },
    {
      name: 'helper',
      title: 'a helper of the daemon',
      executables: ['/usr/local/bin/exercise-helper'],
      may: [readSystemFiles(), beInterpreted(), temporaryFiles()],
      never: [],
    },
    {
      name: 'handed',
      title: 'a daemon whose sockets the service manager binds',
      executables: ['/usr/local/bin/exercise-handed'],
      may: [
        runAsDaemon({ sockets: ['tcp_socket', 'unix_stream_socket'] }),
        readSystemFiles(),
        beInterpreted(),
        listenOn({ protocol: 'tcp', own: [4712] }),
      ],
      never: [],
    },
    daemon('client', [connectTo({ services: ['http'] })]),
    daemon('talker', [
      talkToUnixSocket({
        to: [
          {
            domain: 'system_dbusd_t',
            sockets: ['system_dbusd_runtime_t', 'system_dbusd_var_run_t'],
          },
        ],
      }),
    ]),
    daemon('bus', [
      useBus({ own: true, calls: ['init_t', 'systemd_hostnamed_t'], callers: ['unconfined_t'] }),
    ]),
    daemon('tmp', [temporaryFiles({ mapped: true })]),
    daemon('cache', [keepCache({ directory: '/var/cache/exercise' })]),
    daemon('runtime', [useRuntimeDirectory({ directory: '/run/exercise-runtime' })]),
    daemon('dynamic', [
      keepState({ directory: '/var/lib/exercise-dynamic' }),
      keepCache({ directory: '/var/cache/exercise-dynamic' }),
      writeLogs({ directory: '/var/log/exercise-dynamic' }),
      useRuntimeDirectory({ directory: '/run/exercise-dynamic' }),
    ]),
    daemon('log', [logToSystem()]),
    daemon('memory', [shareMemory({ systemV: true })]),
    daemon('ring', [useIoUring({ kernelThread: true })]),
    daemon('jit', [runGeneratedCode()]),
    daemon('shell', [runHelper({ shell: true })]),
    daemon('programs', [
      runHelper({ programs: ['/usr/local/libexec/exercise-part'] }),
      runSystemPrograms(),
    ]),
    {
      name: 'clock',
      title: 'a job that sets the clock',
      executables: ['/usr/local/bin/exercise-clock'],
      may: [runAsTimerJob(), readSystemFiles(), beInterpreted(), setClock({ hardware: true })],
      never: [],
    },
    {
      name: 'scan',
      title: 'a job that reads all files',
      executables: ['/usr/local/bin/exercise-scan'],
      may: [runAsTimerJob(), readSystemFiles(), beInterpreted(), readAllFiles()],
      never: [],
    },
    {
      name: 'rotate',
      title: 'a job that rotates logs: the real logrotate',
      executables: ['/usr/local/bin/exercise-rotate'],
      may: [
        runAsTimerJob(),
        readSystemFiles(),
        lookUpUsers(),
        readConfiguration({ paths: ['/etc/exercise'], mapped: true }),
        keepState({ directory: '/var/lib/exercise-rotate' }),
        rotateLogs(),
        runSystemPrograms(),
      ],
      never: [],
    },
  ],
});

export default exercise;

/** Python looks for its library from where its executable stands. */
function beInterpreted(): Ability {
  return {
    name: 'beInterpreted',
    title: 'Be an interpreter',
    blocks: [
      {
        why: 'Python looks for its library from where its executable stands.',
        selinux: [call('corecmd_search_bin')],
      },
    ],
  };
}

/** A daemon with one ability beyond what every daemon has. */
function daemon(name: string, may: readonly Ability[]) {
  return {
    name,
    title: `a daemon: ${may.map((ability) => ability.title).join(', ')}`,
    executables: [`/usr/local/bin/exercise-${name}`],
    may: [runAsDaemon(), readSystemFiles(), beInterpreted(), ...may],
    never: [],
  };
}
