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
  observeProcesses,
  ptrace,
  reachUnixSockets,
  readBelow,
  readGeoip,
  readSettings,
  readSystemFiles,
  refuseClipboard,
  refuseContainerNames,
  resolveNames,
  resolver,
  runAsRoot,
  runAsService,
  runWritableMemory,
  sendUdp,
  startFromShell,
  traceWithBpf,
  useCapabilities,
  useTerminal,
  writeFiles,
  writeOutput,
} from '../../src/index.ts';

const configuredResolver = resolver({ when: 'direct_dns', packets: 'dns_packet' });

const rustnet: Confinement = confine({
  name: 'rustnet',
  title: 'per-process network monitor for the terminal',
  version: '1.1.0',
  released: '2026-11-28',
  program: {
    name: 'rustnet',
    version: '1.7.0',
    homepage: 'https://github.com/domcyrus/rustnet',
    executables: ['/usr/bin/rustnet'],
  },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'permissive',

  tunables: [
    {
      name: 'direct_dns',
      default: false,
      can: 'ask name servers directly, without systemd-resolved',
      why: 'The kernel checks no port on UDP: without the rustnet-secmark ruleset this opens UDP to every address.',
      whyIn: {
        apparmor:
          'The kernel checks neither addresses nor ports: this opens UDP and TCP to all of them.',
      },
    },
    {
      name: 'can_write_tmp',
      default: true,
      can: 'create logs and captures in /tmp and /var/tmp',
      why: 'New files get a type of their own; files of others stay out of reach.',
      whyIn: {
        apparmor:
          'By their names (.json, .jsonl, .log, .pcap, .pcapng). Files of the user with such a name can be overwritten and deleted there.',
      },
    },
    {
      name: 'can_write_user_home',
      default: false,
      can: 'create logs and captures in home directories',
      why: 'New files get the type of its outputs; existing files stay out of reach.',
      whyIn: {
        apparmor:
          'By their names (.json, .jsonl, .log, .pcap, .pcapng). Files of the user with such a name can be overwritten and deleted.',
      },
    },
    {
      name: 'can_read_user_home',
      default: false,
      can: 'read GeoIP databases in the current directory',
      why: 'The current directory can be anywhere below a home directory, so this opens every file there that has no label of its own.',
      whyIn: {
        apparmor:
          'The current directory can be anywhere below a home directory, so this opens every database (.mmdb) there.',
      },
      more: [
        {
          on: 'Fedora',
          what: 'the base lets every program append to files of a home directory that it can open, so with this one it can also append to them.',
        },
      ],
    },
    {
      name: 'use_kprobes',
      default: false,
      can: 'attach kprobes where the kernel cannot attach fentry programs',
      why: 'Kernels since 5.5 with type information do not need it.',
    },
    {
      name: 'use_sys_admin',
      default: false,
      can: 'use CAP_SYS_ADMIN to load BPF programs',
      why: 'Only kernels before 5.8, which have neither CAP_BPF nor CAP_PERFMON, ask for it; it permits far more than loading BPF programs.',
    },
    {
      name: 'run_as_root',
      default: false,
      can: 'use the capabilities that it needs under sudo',
      why: 'An ordinary user with file capabilities needs none of them.',
    },
    {
      name: 'run_as_service',
      default: false,
      can: 'use the capabilities that it needs as a system service',
      why: 'For the headless mode; a login user needs none of them.',
    },
  ],

  may: [
    startFromShell({ users: ['unconfined', 'sysadm', 'staff', 'user'] }),
    useTerminal(),
    capturePackets({ chooseByRoute: true }),
    traceWithBpf({ kprobes: { when: 'use_kprobes' }, oldKernels: { when: 'use_sys_admin' } }),
    observeProcesses(),
    refuseContainerNames(),
    resolveNames({ direct: { when: 'direct_dns' } }),
    readSystemFiles(),
    readGeoip(),
    readSettings({
      config: ['rustnet'],
      data: ['rustnet', 'GeoIP'],
      workingDirectory: {
        when: 'can_read_user_home',
        why: 'GeoIP databases in the current directory and in ./resources/geoip2.',
        files: ['*.mmdb'],
      },
    }),
    writeOutput({
      directory: '/var/log/rustnet',
      group: 'rustnet',
      home: { when: 'can_write_user_home' },
      temporary: { when: 'can_write_tmp' },
      names: ['*.json', '*.jsonl', '*.log', '*.pcap', '*.pcapng'],
    }),
    refuseClipboard(),
    runAsRoot({ when: 'run_as_root' }),
    runAsService({ when: 'run_as_service' }),
  ],

  never: [
    sendUdp('a monitor sends nothing; names go through the local resolver', {
      except: configuredResolver,
    }),
    connectTcp('it watches connections and opens none', { except: configuredResolver }),
    listen('nobody talks to it'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('D-Bus, X11, Wayland, container engines and agents would act for it', {
      except: [
        {
          peer: 'systemd-resolved',
          domains: ['systemd_resolved_t'],
          sockets: ['/run/systemd/resolve/io.systemd.Resolve'],
          why: 'resolves names over its local socket',
        },
      ],
    }),
    executeAnything('it starts no other program'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('capturing needs no module of its own'),
    changePolicy('it must not lift its own confinement'),
    ptrace('reading /proc is enough'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it has no business with file systems'),
    useCapabilities('only those of capture and attribution', {
      except: [
        { names: ['net_raw'] },
        { names: ['bpf', 'perfmon'] },
        { names: ['sys_admin'], when: 'use_sys_admin' },
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
        {
          names: ['chown', 'dac_read_search', 'setgid', 'setuid', 'sys_ptrace'],
          when: 'run_as_service',
        },
      ],
    }),
    // Whether root's home is one of the homes is each distribution's choice.
    readBelow(['HOME', '/root'], 'captures must not meet documents and keys', {
      except: [
        { path: 'HOME/.config/rustnet' },
        { path: 'HOME/.local/share/rustnet' },
        { path: 'HOME/.local/share/GeoIP' },
        {
          path: 'HOME',
          when: 'can_read_user_home',
          why: 'unlabelled files of the home directory; keys and secrets have labels of their own',
        },
      ],
    }),
    readBelow(['/etc/shadow', '/etc/gshadow'], 'passwords of the system'),
    writeFiles('nothing but its logs and captures', {
      except: [{ own: 'log' }, { own: 'tmp', when: 'can_write_tmp' }],
    }),
    injectKeystrokes('it must not type into the shell of the user'),
  ],

  residuals: [
    {
      id: 'capture-socket-frames',
      what: 'frames can be sent through the capture socket',
      why: 'libpcap maps its receive ring shared and writable; the kernel checks that with the same permission as sending. Netfilter does not see such frames either.',
      accepts: [
        { never: 'send-udp', sockets: ['packet raw', 'packet dgram'], access: ['send'] },
        { never: 'connect-tcp', sockets: ['packet raw', 'packet dgram'], access: ['send'] },
      ],
    },
    {
      id: 'resolver-names',
      what: 'names asked of the resolver can carry data out',
      why: 'any program that resolves names can encode data in them; only a resolver that filters can tell.',
    },
    {
      id: 'process-environment',
      what: 'environ and cmdline of processes of the same user can be read',
      why: 'the policy has one label for all files of a process below /proc, and attribution needs some of them.',
      mechanism: 'selinux',
    },
    {
      id: 'bpf-reads-kernel-memory',
      what: 'BPF programs that it loads can read the memory of the kernel, cached files and keys among it',
      why: 'that is what CAP_PERFMON grants, and what finding the process behind a connection takes; the policy cannot tell its programs from others.',
    },
    {
      id: 'inherited-descriptors',
      what: 'descriptors that the shell hands down can be used as far as the base of the policy allows every program',
      why: 'redirections such as `rustnet >> file` are an act of the user.',
    },
    {
      id: 'route-socket-port',
      what: 'a UDP port above 1023 can be taken; that something arrives there can be seen, and not what',
      why: 'the interface of the default route is found by a UDP socket that is bound and connected. AppArmor tells ports apart nowhere; receiving is refused, as sending is.',
      mechanism: 'apparmor',
      accepts: [{ never: 'listen', sockets: ['inet dgram'], access: ['bind'] }],
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

  notes: [
    {
      about: 'names',
      text: "rustnet 1.7.0 starts the threads that look up names after it has shut itself off with Landlock. From there the C library cannot load nss-resolve any more and sends to the name server itself, over UDP. While the domain is permissive that works; enforcing it is refused without a record in the log, and addresses stay addresses. A capture filter that names a host makes the C library load nss-resolve before, and names appear with nothing sent over UDP: rustnet -f 'host \\_gateway or not host \\_gateway'. With rustnet_direct_dns on they appear without that.",
    },
    {
      about: 'processes',
      text: 'Without the capabilities bpf and perfmon, rustnet 1.7.0 finds no process: its Landlock sandbox refuses what /proc has of other processes. With --no-sandbox it finds them, and this policy still confines it.',
    },
    {
      about: 'redirection',
      text: 'In `rustnet --headless > FILE` the shell opens the file. Where the policy does not let the domain write there, as in home directories, the kernel puts /dev/null in its place and the output is lost. A pipe is not refused: rustnet --headless | cat > FILE.',
    },
    {
      about: 'sudo and /tmp',
      text: 'Under sudo an output is given to the calling user. Where fs.protected_regular is set, as systemd does, root cannot open that file again in a directory with a sticky bit such as /tmp: name a new file each time, or one in a directory of the user below /var/log/rustnet.',
    },
  ],
});

export default rustnet;
