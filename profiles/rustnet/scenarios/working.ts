import type { Scenario, Step } from '../../../src/confinement/index.ts';

const BOTH = ['permissive', 'enforcing'] as const;
/** What the session shows permissive on every change, these show in the full form. */
const PERMISSIVE = ['permissive'] as const;

/** rustnet asks twice before it quits. */
const QUIT: Step = { do: 'quit', keys: ['q', 'q'] };

const SESSION_SCREEN: Step = {
  do: 'screen',
  shows: ['python3 \\(\\d+\\)', 'Detection: eBPF', 'Sandbox: Fully enforced'],
  picture: 'session',
};

/** The permitted half: rustnet does its work, as shipped and enforcing, and nothing is denied. */
export const working: readonly Scenario[] = [
  {
    id: 'help',
    title: 'rustnet --help',
    exercises: ['startFromShell'],
    modes: BOTH,
    steps: [
      {
        do: 'run',
        as: 'user',
        command: 'rustnet --help',
        sees: ['--pcap-export', '--no-resolve-dns'],
      },
    ],
  },
  {
    id: 'session',
    title: 'A capture session: traffic is seen and attributed to processes through eBPF',
    exercises: [
      'startFromShell',
      'useTerminal',
      'capturePackets',
      'traceWithBpf',
      'observeProcesses',
      'readSystemFiles',
      'refuseClipboard',
    ],
    modes: BOTH,
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Live Connections', 'Interface: lab0'] },
      { do: 'traffic', seconds: 'session' },
      SESSION_SCREEN,
      // Every tab draws, and the clipboard key is refused in silence.
      { do: 'press', keys: ['2'] },
      { do: 'screen', shows: ['Process Tree', 'Local Hostname'], picture: 'details' },
      { do: 'press', keys: ['3'] },
      { do: 'screen', shows: ['3 Activity'] },
      { do: 'press', keys: ['4'] },
      { do: 'screen', shows: ['4 Graph'] },
      { do: 'press', keys: ['1', 'c'] },
      { do: 'screen', shows: ['Live Connections'] },
      QUIT,
    ],
  },
  {
    id: 'procfs',
    title: 'Attribution through /proc alone, where the BPF capabilities are missing',
    exercises: ['observeProcesses'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    before: 'setcap cap_net_raw+eip /usr/bin/rustnet',
    after: 'setcap cap_net_raw,cap_bpf,cap_perfmon+eip /usr/bin/rustnet',
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      { do: 'traffic', seconds: 8 },
      {
        do: 'screen',
        shows: ['python3 \\(\\d+\\)', 'Detection: procfs'],
        picture: 'attribution-procfs',
      },
      QUIT,
    ],
  },
  {
    id: 'geoip',
    title: 'Countries from the GeoIP database in /usr/share/GeoIP',
    exercises: ['readGeoip'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      // Without the system panel there is room for the column of countries.
      { do: 'press', keys: ['i'] },
      { do: 'traffic', seconds: 3 },
      { do: 'screen', shows: ['Loc', '\\bNL\\b', '\\bJP\\b'], picture: 'geoip' },
      QUIT,
    ],
  },
  {
    id: 'dns-resolved',
    title: 'Reverse DNS through systemd-resolved; nothing is sent on an internet socket',
    exercises: ['resolveNames'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      {
        do: 'run',
        as: 'root',
        command: `strace -f -qq -yy -e trace=%network -o /run/confine-lab/strace -p $(pgrep -x rustnet) &
sleep 2
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 4
sleep 2
pkill -x strace
echo "system calls on sockets: $(wc -l < /run/confine-lab/strace)"
grep -c io.systemd.Resolve /run/confine-lab/strace
grep -E 'send(to|msg|mmsg)\\([0-9]+<(TCP|UDP|RAW)' /run/confine-lab/strace && exit 1
true`,
        sees: ['system calls on sockets: [1-9]'],
      },
      {
        do: 'screen',
        shows: ['www\\.netherlands\\.example', 'www\\.japan\\.example'],
        picture: 'dns-resolved',
      },
      QUIT,
    ],
  },
  {
    id: 'dns-external',
    title: 'Reverse DNS from an external resolver, with rustnet_direct_dns on',
    exercises: ['resolveNames'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { direct_dns: true },
    resolver: 'external',
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      { do: 'traffic', seconds: 4 },
      {
        do: 'screen',
        shows: ['www\\.netherlands\\.example', 'www\\.japan\\.example'],
        picture: 'dns-external',
      },
      QUIT,
    ],
  },
  {
    id: 'dns-external-refused',
    title: 'An external resolver with rustnet_direct_dns off: addresses stay addresses',
    exercises: ['resolveNames'],
    modes: ['enforcing'],
    resolver: 'external',
    steps: [
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      { do: 'traffic', seconds: 4 },
      { do: 'screen', shows: ['193\\.0\\.6\\.139', '203\\.178\\.141\\.194'] },
      QUIT,
    ],
    denials: [{ tclass: 'udp_socket', permissions: ['setopt', 'write'], target: 'self' }],
  },
  {
    id: 'outputs',
    title: 'Logs and captures in /var/log/rustnet: present, valid, labelled',
    exercises: ['writeOutput'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    steps: [
      { do: 'run', as: 'root', command: 'rm -rf /var/log/rustnet/*' },
      {
        do: 'start',
        directory: '/var/log/rustnet',
        arguments:
          '--log-level debug --json-log events.json --pcap-export capture.pcap --pcapng-export capture.pcapng',
      },
      { do: 'screen', shows: ['PCAP Export', 'PCAPNG Export'] },
      { do: 'traffic', seconds: 4 },
      { do: 'screen', shows: ['Written: [1-9]'], picture: 'outputs' },
      QUIT,
      { do: 'file', pattern: '/var/log/rustnet/logs/rustnet_*.log', type: 'own:log' },
      {
        do: 'file',
        pattern: '/var/log/rustnet/events.json',
        type: 'own:log',
        format: 'json-lines',
      },
      { do: 'file', pattern: '/var/log/rustnet/capture.pcap', type: 'own:log', format: 'pcap' },
      {
        do: 'file',
        pattern: '/var/log/rustnet/capture.pcap.connections.jsonl',
        type: 'own:log',
        format: 'json-lines',
      },
      { do: 'file', pattern: '/var/log/rustnet/capture.pcapng', type: 'own:log', format: 'pcapng' },
    ],
  },
  {
    id: 'outputs-home',
    title: 'Logs and captures in a home directory, with rustnet_can_write_user_home on',
    exercises: ['writeOutput'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { can_write_user_home: true },
    steps: [
      { do: 'run', as: 'user', command: 'rm -rf ~/logs ~/home.pcap*' },
      { do: 'start', directory: 'HOME', arguments: '--log-level info --pcap-export home.pcap' },
      { do: 'screen', shows: ['PCAP Export'] },
      { do: 'traffic', seconds: 3 },
      QUIT,
      { do: 'file', pattern: 'HOME/logs/rustnet_*.log', type: 'own:log' },
      { do: 'file', pattern: 'HOME/home.pcap', type: 'own:log', format: 'pcap' },
    ],
  },
  {
    id: 'outputs-home-refused',
    title: 'The same with the tunable off: a clear message, and the denial',
    exercises: ['writeOutput'],
    modes: ['enforcing'],
    steps: [
      {
        do: 'run',
        as: 'user',
        command: 'rm -rf logs refused.json; rustnet --json-log refused.json',
        exit: 1,
        sees: ['[Pp]ermission denied'],
      },
    ],
    denials: [{ tclass: 'dir', permissions: ['write', 'add_name'], target: 'user_home_dir_t' }],
  },
  {
    id: 'settings',
    title: 'Settings in ~/.config/rustnet',
    exercises: ['readSettings'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    after: 'rm -rf /home/confine-lab/.config/rustnet',
    steps: [
      {
        do: 'run',
        as: 'user',
        command: `mkdir -p ~/.config && restorecon -F ~/.config && mkdir ~/.config/rustnet && printf '[theme\\n' > ~/.config/rustnet/config.toml && ls -Z ~/.config/rustnet/config.toml`,
        sees: ['rustnet_home_t'],
      },
      // A broken file is complained about: it was read.
      {
        do: 'run',
        as: 'user',
        command: 'timeout 5 rustnet 2>&1 </dev/null | head -c 2000',
        exit: 'any',
        sees: ['config'],
      },
    ],
  },
  {
    id: 'as-root',
    title: 'Started by root, with rustnet_run_as_root on: it captures and drops to another user',
    exercises: ['runAsRoot'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { run_as_root: true },
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `rm -f /var/log/rustnet/root.json
timeout -s INT 14 script -qec 'stty cols 140 rows 40; rustnet --json-log /var/log/rustnet/root.json' /dev/null < /dev/null > /dev/null &
sleep 6
ps -o uid=,label= -C rustnet
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 3
wait`,
        exit: 'any',
        sees: ['65534 \\S+:rustnet_t:'],
      },
      { do: 'file', pattern: '/var/log/rustnet/root.json', type: 'own:log', format: 'json-lines' },
    ],
  },
  {
    id: 'as-service',
    title: 'Started by the service manager, with rustnet_run_as_service on: it enters its domain',
    exercises: ['runAsService'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { run_as_service: true },
    steps: [
      {
        do: 'run',
        as: 'root',
        // The probe carries the program's label and says where it runs; rustnet 1.6.0 itself has no mode without a terminal.
        command: `systemd-run --quiet --wait --unit=confine-lab-context /usr/local/bin/confine-probe-inside read /etc/hosts
systemd-run --quiet --wait --unit=confine-lab-help /usr/bin/rustnet --help
journalctl --no-pager -o cat -u confine-lab-context -u confine-lab-help`,
        sees: ['system_r:rustnet_t:', '--pcap-export'],
      },
    ],
  },
];
