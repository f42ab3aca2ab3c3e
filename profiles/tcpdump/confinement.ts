import {
  type Confinement,
  capturePackets,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  injectKeystrokes,
  leaveTheDomain,
  listen,
  loadKernelModules,
  mount,
  ptrace,
  reachUnixSockets,
  readBelow,
  readSystemFiles,
  resolveNames,
  resolver,
  runAsRoot,
  runWritableMemory,
  sendUdp,
  startFromShell,
  useCapabilities,
  useTerminal,
  writeFiles,
  writeOutput,
} from '../../src/index.ts';

/** tcpdump in a domain of its own, with its outputs in one directory. A small profile, made of the abilities that rustnet's is made of. */
const tcpdump: Confinement = confine({
  name: 'tcpdump',
  title: 'packet capture for the terminal',
  version: '1.0.1',
  released: '2026-11-28',
  program: {
    name: 'tcpdump',
    version: '4.99',
    homepage: 'https://www.tcpdump.org/',
    executables: ['/usr/local/bin/tcpdump'],
  },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'permissive',
  tunables: [
    {
      name: 'direct_dns',
      default: false,
      can: 'ask name servers directly, without systemd-resolved',
      why: 'The kernel checks no port on UDP: without the packet labels this opens UDP to every address.',
      whyIn: {
        apparmor:
          'The kernel checks neither addresses nor ports: this opens UDP and TCP to all of them.',
      },
    },
    {
      name: 'run_as_root',
      default: true,
      can: 'use the capabilities that it needs as root',
      why: 'tcpdump has no file capabilities: it starts as root and becomes an ordinary user.',
    },
  ],
  may: [
    startFromShell({ users: ['unconfined', 'sysadm', 'staff'] }),
    useTerminal(),
    capturePackets(),
    resolveNames({ direct: { when: 'direct_dns' } }),
    readSystemFiles(),
    writeOutput({ directory: '/var/log/tcpdump', group: 'tcpdump' }),
    runAsRoot({ when: 'run_as_root' }),
  ],
  never: [
    sendUdp('it listens', { except: resolver({ when: 'direct_dns', packets: 'dns_packet' }) }),
    connectTcp('it listens', { except: resolver({ when: 'direct_dns', packets: 'dns_packet' }) }),
    listen('nobody talks to it'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('what listens there would act for it', {
      except: [
        {
          peer: 'systemd-resolved',
          domains: ['systemd_resolved_t'],
          sockets: ['/run/systemd/resolve/io.systemd.Resolve'],
          why: 'resolves names over its local socket',
        },
      ],
    }),
    executeAnything('not even to compress what it wrote (-z)'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('capturing needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('it watches packets, not processes'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it has no business with file systems'),
    useCapabilities('only those of capture', {
      except: [
        { names: ['net_raw'] },
        {
          names: [
            'chown',
            'dac_override',
            'dac_read_search',
            'fowner',
            'setgid',
            'setuid',
            'sys_ptrace',
          ],
          when: 'run_as_root',
        },
      ],
    }),
    readBelow(['HOME'], 'captures must not meet documents and keys'),
    writeFiles('nothing but its captures', { except: [{ own: 'log' }] }),
    injectKeystrokes('it must not type into the shell of the user'),
  ],
  residuals: [
    {
      id: 'capture-socket-frames',
      what: 'frames can be sent through the capture socket',
      why: 'libpcap maps its receive ring shared and writable; the kernel checks that with the same permission as sending.',
      accepts: [
        { never: 'send-udp', sockets: ['packet raw', 'packet dgram'], access: ['send'] },
        { never: 'connect-tcp', sockets: ['packet raw', 'packet dgram'], access: ['send'] },
      ],
    },
    {
      id: 'resolver-names',
      what: 'names asked of the resolver can carry data out',
      why: 'any program that resolves names can encode data in them.',
    },
    {
      id: 'bluetooth-inquiry',
      what: 'a Bluetooth adapter that is up can be told to look for others, which it does by radio',
      why: 'libpcap makes a raw Bluetooth socket as it lists interfaces, and permission denied ends the list. No ioctl of it is checked; binding, connecting and sending are refused.',
      mechanism: 'apparmor',
      accepts: [{ never: 'egress', sockets: ['bluetooth raw'], access: ['create'] }],
    },
    {
      id: 'modules-on-demand',
      what: 'modules that are installed can be loaded by asking the kernel for what they bring, as a protocol of netlink',
      why: 'AppArmor is not asked when the kernel calls modprobe. Families without a rule are refused before; kernel.modules_disabled ends the rest.',
      mechanism: 'apparmor',
      accepts: [{ never: 'load-kernel-module', notAsked: 'modules-on-demand' }],
    },
  ],
});

export default tcpdump;
