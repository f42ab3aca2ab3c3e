import {
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  controlDaemon,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  injectKeystrokes,
  keepState,
  leaveTheDomain,
  listen,
  listenOn,
  loadKernelModules,
  mount,
  ptrace,
  readBelow,
  readCertificates,
  readConfiguration,
  readSystemFiles,
  runAsDaemon,
  runWritableMemory,
  shareFiles,
  startFromShell,
  useCapabilities,
  useRuntimeDirectory,
  useTerminal,
  writeFiles,
  writeLogs,
} from '../../../src/index.ts';

/**
 * The MQTT broker of profiles/mosquitto with two tools of its package, each in a domain of its own: `mosquitto_ctrl` tells a running broker
 * who may do what, over its port; `mosquitto_passwd` writes its password file and talks to nobody. A person starts both.
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
  rollout: 'permissive',
  tunables: [],
  may: [
    runAsDaemon({ notify: true, capabilities: ['chown', 'dac_override', 'setgid', 'setuid'] }),
    listenOn({ protocol: 'tcp', own: [1883, 8883] }),
    readConfiguration({ paths: ['/etc/mosquitto'] }),
    readCertificates({ own: ['/etc/mosquitto/certs', '/etc/mosquitto/ca_certificates'] }),
    readSystemFiles(),
    keepState({ directory: '/var/lib/mosquitto' }),
    useRuntimeDirectory({ directory: '/run/mosquitto' }),
    writeLogs({ directory: '/var/log/mosquitto' }),
  ],
  never: [
    listen('it answers on its own ports', { except: [{ protocol: 'tcp', own: 'port' }] }),
    connectTcp('clients come to it, and it has no bridge'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    executeAnything('it runs no helper'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('it needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('other processes are not its business'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it has no business with file systems'),
    injectKeystrokes('it has no terminal'),
    useCapabilities('only those of its start', {
      except: [{ names: ['chown', 'dac_override', 'setgid', 'setuid'] }],
    }),
    readBelow(['HOME', '/root'], 'messages are in its state, and nothing of a user is'),
    writeFiles('only its state, its logs and its PID file', {
      except: [{ own: 'state' }, { own: 'log' }, { own: 'runtime' }],
    }),
  ],
  domains: [
    {
      name: 'ctrl',
      title: 'the control tool of the broker',
      executables: ['/usr/bin/mosquitto_ctrl'],
      may: [
        startFromShell({ users: ['unconfined', 'sysadm'] }),
        useTerminal(),
        readSystemFiles(),
        controlDaemon({ port: 'port' }),
        shareFiles({ read: ['conf', 'cert'] }),
      ],
      never: [
        listen('it asks, and nobody asks it'),
        executeAnything('it starts nothing'),
        leaveTheDomain('no way into a domain with other rights'),
        loadKernelModules('it needs none'),
        changePolicy('it must not lift its own confinement'),
        ptrace('the broker is asked over its port and not by its memory'),
        useCapabilities('none, although root starts it', { except: [] }),
        writeFiles('what it changes, the broker writes', { except: [] }),
      ],
      residuals: [
        {
          id: 'any-broker',
          what: 'connect to a broker on another machine, on the same ports',
          why: 'the policy knows ports, and not which machine answers',
        },
      ],
    },
    {
      name: 'passwd',
      title: 'the tool that writes the password file of the broker',
      executables: ['/usr/bin/mosquitto_passwd'],
      may: [
        startFromShell({ users: ['unconfined', 'sysadm'] }),
        useTerminal(),
        readSystemFiles(),
        shareFiles({ manage: ['conf'] }),
      ],
      never: [
        listen('it has no business with the network'),
        connectTcp('it has no business with the network'),
        egressBy(EGRESS_CHANNELS, 'a password goes into its file and nowhere else'),
        executeAnything('it starts nothing'),
        leaveTheDomain('no way into a domain with other rights'),
        loadKernelModules('it needs none'),
        changePolicy('it must not lift its own confinement'),
        ptrace('other processes are not its business'),
        writeFiles('the password file beside the configuration, and nothing else', {
          except: [{ path: '/etc/mosquitto' }],
        }),
      ],
    },
  ],
  residuals: [
    {
      id: 'clients',
      what: 'send to every client that is connected, and pass on what it is sent',
      why: 'that is what a broker does',
    },
    {
      id: 'local-range',
      what: 'listen on a TCP port of the local range (ip_local_port_range)',
      why: 'the kernel asks nobody when a socket that is bound to no port listens',
    },
    {
      id: 'own-state',
      what: 'change or delete the messages and subscriptions that are stored',
      why: 'the broker writes them',
    },
  ],
  notes: [
    {
      about: 'ports',
      text: 'No type of the policy stands for the ports of MQTT. Give them the type of the module before the domain is enforcing: semanage port -a -t mosquitto_port_t -p tcp 1883, and 8883 for TLS.',
    },
    {
      about: 'start',
      text: 'Its unit makes its directories with mkdir and chown. RuntimeDirectory=mosquitto, StateDirectory=mosquitto and LogsDirectory=mosquitto do the same and give them their labels at once; with the unit as it is, restorecon gives /run/mosquitto its label.',
    },
    {
      about: 'plugins',
      text: 'Authentication plugins run inside the broker with what the broker may do. One that asks a database needs connectTo, and a domain of its own description.',
    },
  ],
});

export default mosquitto;
