import {
  type Ability,
  allow,
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  fileRule,
  injectKeystrokes,
  keepState,
  leaveTheDomain,
  listen,
  listenOn,
  loadKernelModules,
  lookUpUsers,
  mount,
  ptrace,
  reachUnixSockets,
  readBelow,
  readCertificates,
  readConfiguration,
  readSystemFiles,
  runAsDaemon,
  runWritableMemory,
  sendUdp,
  useCapabilities,
  writeFiles,
  writeLogs,
} from '../../src/index.ts';

/** Debian builds it with libwrap. */
function askTcpWrappers(): Ability {
  return {
    name: 'askTcpWrappers',
    title: 'Ask TCP wrappers',
    blocks: [
      {
        why: 'Debian builds it with libwrap, which reads /etc/hosts.allow and /etc/hosts.deny at each connection. They share a label with resolv.conf.',
        selinux: [allow('net_conf_t', 'file', ['getattr', 'ioctl', 'lock', 'open', 'read'])],
        apparmor: [fileRule('/etc/hosts.{allow,deny}', 'r')],
      },
    ],
  };
}

/**
 * The MQTT broker as Debian packages it: its unit (Type=notify, started as root), its configuration, its state, its log file. No bridge to another
 * broker: that would be a connection of its own.
 */
const mosquitto: Confinement = confine({
  name: 'mosquitto',
  title: 'a message broker for MQTT',
  version: '1.0.0',
  released: '2026-11-28',
  program: {
    name: 'mosquitto',
    version: '2.0',
    homepage: 'https://mosquitto.org/',
    executables: ['/usr/sbin/mosquitto'],
  },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'permissive',
  tunables: [],
  may: [
    runAsDaemon({ notify: true, capabilities: ['setgid', 'setuid'] }),
    lookUpUsers(),
    listenOn({ protocol: 'tcp', own: [1883, 8883] }),
    askTcpWrappers(),
    readConfiguration({ paths: ['/etc/mosquitto'] }),
    readCertificates({ own: ['/etc/mosquitto/certs', '/etc/mosquitto/ca_certificates'] }),
    readSystemFiles(),
    keepState({ directory: '/var/lib/mosquitto' }),
    writeLogs({ directory: '/var/log/mosquitto' }),
  ],
  never: [
    listen('it answers on its own ports', { except: [{ protocol: 'tcp', own: 'port' }] }),
    connectTcp('clients come to it, and it has no bridge'),
    sendUdp('MQTT is TCP'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('it talks to no other service', {
      except: [
        {
          peer: 'the service manager',
          domains: ['init_t'],
          sockets: ['/run/systemd/notify', '/run/systemd/journal/stdout'],
          why: 'is told that the broker is ready, and gives it the socket of the journal for what it prints',
        },
      ],
    }),
    executeAnything('it runs no helper'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('it needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('other processes are not its business'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it has no business with file systems'),
    injectKeystrokes('it has no terminal'),
    useCapabilities('only to become the user mosquitto', {
      except: [{ names: ['setgid', 'setuid'] }],
    }),
    readBelow(['HOME', '/root', '/etc/shadow'], 'messages are in its state, nothing of a user is'),
    writeFiles('only its state and its log', { except: [{ own: 'state' }, { own: 'log' }] }),
  ],
  residuals: [
    {
      id: 'clients',
      what: 'send to every client that is connected, and pass on what it is sent',
      why: 'that is what a broker does.',
    },
    {
      id: 'local-range',
      what: 'listen on a TCP port of the local range (ip_local_port_range)',
      why: 'the kernel asks nobody when a socket that is bound to no port listens.',
    },
    {
      id: 'own-state',
      what: 'change or delete the messages and subscriptions that are stored',
      why: 'the broker writes them.',
    },
    {
      id: 'sctp',
      what: 'send by SCTP, where the kernel has the module of that protocol',
      why: 'AppArmor tells sockets apart by family and type, and SCTP has the type of TCP.',
      mechanism: 'apparmor',
      accepts: [{ never: 'egress', sockets: ['inet stream', 'inet6 stream'], access: ['send'] }],
    },
    {
      id: 'fast-open',
      what: 'open a TCP connection by its first send (fast open), where net.ipv4.tcp_fastopen lets clients do so',
      why: 'a broker answers its clients, which AppArmor asks as send; connecting is refused.',
      mechanism: 'apparmor',
      accepts: [
        { never: 'connect-tcp', sockets: ['inet stream', 'inet6 stream'], access: ['send'] },
      ],
    },
    {
      id: 'anonymous-memory',
      what: 'make memory of its own writable and executable at once',
      why: 'AppArmor asks where a file is mapped, and not about memory without one.',
      mechanism: 'apparmor',
      accepts: [{ never: 'executable-memory', notAsked: 'anonymous-memory' }],
    },
    {
      id: 'modules-on-demand',
      what: 'have the kernel load a module that it asks modprobe for by itself',
      why: 'the kernel asks nobody then; it loads what its configuration names.',
      mechanism: 'apparmor',
      accepts: [{ never: 'load-kernel-module', notAsked: 'modules-on-demand' }],
    },
    {
      id: 'terminal-ioctls',
      what: 'put keystrokes into a terminal that is handed to it, where dev.tty.legacy_tiocsti is 1',
      why: 'AppArmor checks no ioctl, and no rule opens a terminal; set the sysctl to 0.',
      mechanism: 'apparmor',
      accepts: [{ never: 'inject-keystrokes', notAsked: 'terminal-ioctls' }],
    },
  ],
  notes: [
    {
      about: 'ports',
      text: 'No type of the policy stands for the ports of MQTT. Give them the type of the module before the domain is enforcing: semanage port -a -t mosquitto_port_t -p tcp 1883, and 8883 for TLS.',
    },
    {
      about: 'PID file',
      text: 'Debian comments pid_file out, and systemd needs none: nothing is written below /run. Whoever sets it wants useRuntimeDirectory, and RuntimeDirectory=mosquitto in the unit in place of its mkdir.',
    },
    {
      about: 'plugins',
      text: 'Authentication plugins run inside the broker with what the broker may do. One that asks a database needs connectTo, and a bridge too.',
    },
  ],
});

export default mosquitto;
