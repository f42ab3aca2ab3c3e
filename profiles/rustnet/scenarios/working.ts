import type { Scenario, Step } from '../../../src/description/index.ts';

const BOTH = ['permissive', 'enforcing'] as const;
/** What the session shows permissive on every change, these show in the full form. */
const PERMISSIVE = ['permissive'] as const;

/** rustnet asks twice before it quits, and then gives its threads a second: too little for an emulated machine. */
const QUIT: Step = { do: 'quit', keys: ['q', 'q'], orSays: '[1-9]\\d* worker\\(s\\) timed out' };

const SESSION_SCREEN: Step = {
  do: 'screen',
  shows: ['python3 \\(\\d+\\)', 'Detection: eBPF', 'Sandbox: Fully enforced'],
  picture: 'session',
};

/** What an administrator would look with. A session is shorter than the ten minutes that it calls recent. */
const AUSEARCH: Step = {
  do: 'run',
  as: 'root',
  command: 'ausearch --input-logs -m avc -ts recent',
  exit: 'any',
  sees: ['<no matches>|type=AVC'],
  seesNot: ['rustnet_t'],
};

/**
 * Rows that only a reverse lookup can name: their traffic carries no name by itself, as TLS and HTTP do.
 */
const LOOKED_UP = ['www\\.nl\\.example:1234', 'foreign\\.example:53'];

/** The same rows where no name is found. */
const BY_ADDRESS = ['193\\.0\\.6\\.139:1234', '8\\.8\\.8\\.8:53'];

/**
 * A line is written as a connection ends, and of those that have not ended as rustnet quits: of these none, where one of its threads is late. A
 * connection that is refused has ended at once.
 */
function aLineIn(file: string): Step {
  return {
    do: 'run',
    as: 'root',
    command: `timeout 10 bash -c ': </dev/tcp/193.0.6.139/9'
for try in $(seq 100); do test -s ${file} && exit; sleep 0.5; done; exit 1`,
  };
}

/** Started as it is typed, it sees some traffic and then shows these rows. */
function watched(rows: readonly string[], picture?: string): readonly Step[] {
  return [
    { do: 'start', arguments: '' },
    { do: 'screen', shows: ['Interface: lab0'] },
    { do: 'traffic', seconds: 4 },
    { do: 'screen', shows: rows, ...(picture === undefined ? {} : { picture }) },
    QUIT,
  ];
}

/** Of a container's control group and of its directory in Docker's store. */
const CONTAINER = 'c0ffee'.padEnd(64, '0');

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
      AUSEARCH,
    ],
  },
  {
    id: 'procfs',
    // Its Landlock sandbox refuses what /proc has of other processes: release 1.7.0 finds none with it.
    title:
      'Attribution through /proc alone, where the BPF capabilities are missing and the policy is the only sandbox',
    exercises: ['observeProcesses'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    before: 'setcap cap_net_raw+eip /usr/bin/rustnet',
    after: 'setcap cap_net_raw,cap_bpf,cap_perfmon+eip /usr/bin/rustnet',
    steps: [
      { do: 'start', arguments: '--no-sandbox' },
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
      // A filter that names a host loads nss-resolve before the program shuts itself off from the libraries.
      { do: 'start', arguments: `-f 'host \\_gateway or not host \\_gateway'` },
      { do: 'screen', shows: ['Interface: lab0'] },
      {
        do: 'run',
        as: 'root',
        command: `strace -f -qq -yy -e trace=%network -o /run/confine-lab/strace -p $(pgrep -x rustnet) &
for try in $(seq 50); do grep -q 'TracerPid:.[1-9]' /proc/$(pgrep -x rustnet)/status && break; sleep 0.2; done
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 4
sleep 2
pkill -x strace
echo "system calls on sockets: $(wc -l < /run/confine-lab/strace)"
echo "asked of systemd-resolved: $(grep -c io.systemd.Resolve /run/confine-lab/strace)"
grep -E 'send(to|msg|mmsg)\\([0-9]+<(TCP|UDP|RAW)' /run/confine-lab/strace && exit 1
true`,
        sees: ['system calls on sockets: [1-9]', 'asked of systemd-resolved: [1-9]'],
      },
      { do: 'screen', shows: LOOKED_UP, picture: 'dns-resolved' },
      QUIT,
    ],
  },
  {
    id: 'dns-unaided',
    title: 'As started, with rustnet_direct_dns off: UDP is refused in silence, addresses stay',
    exercises: ['resolveNames'],
    modes: ['enforcing'],
    since: '1.7.0',
    steps: watched(BY_ADDRESS),
  },
  {
    id: 'dns-stub',
    title: 'Reverse DNS from the stub of systemd-resolved, with rustnet_direct_dns on',
    exercises: ['resolveNames'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { direct_dns: true },
    steps: watched(LOOKED_UP, 'dns-stub'),
  },
  {
    id: 'dns-external',
    title: 'Reverse DNS from an external resolver, with rustnet_direct_dns on',
    exercises: ['resolveNames'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { direct_dns: true },
    resolver: 'external',
    steps: watched(LOOKED_UP, 'dns-external'),
  },
  {
    id: 'dns-external-refused',
    title: 'An external resolver with rustnet_direct_dns off: addresses stay addresses',
    exercises: ['resolveNames'],
    modes: ['enforcing'],
    resolver: 'external',
    steps: watched(BY_ADDRESS),
  },
  {
    id: 'dns-labelled',
    title: 'The same with the packet labels loaded, which follow the resolver',
    exercises: ['resolveNames'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { direct_dns: true },
    packetLabels: true,
    resolver: 'external',
    // A confined service in a network namespace, where the ruleset labels nothing, must keep its packets.
    before: `systemd-run --quiet --unit=confine-lab-sshd -p NetworkNamespacePath=/run/netns/confine-lab /usr/sbin/sshd -D -o ListenAddress=198.51.100.1
for try in $(seq 50); do ip netns exec confine-lab ss -Hltn sport = :22 | grep -q . && exit 0; sleep 0.2; done
exit 1`,
    after: 'systemctl stop confine-lab-sshd.service nftables.service',
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `ps -o label= -p $(systemctl show -P MainPID confine-lab-sshd.service)
timeout 10 bash -c 'exec 3<>/dev/tcp/198.51.100.1/22; head -n 1 <&3'
for try in $(seq 50); do nft list set inet rustnet_secmark resolvers4 | grep -q 9.9.9.9 && break; sleep 0.2; done
# A firewall that is loaded again flushes every table.
systemctl start nftables && systemctl restart rustnet-secmark && systemctl reload nftables
for try in $(seq 50); do nft list set inet rustnet_secmark resolvers4 2>/dev/null && exit; sleep 0.2; done`,
        sees: [':sshd_t:', '^SSH-2\\.0', 'elements = \\{ 9\\.9\\.9\\.9 \\}'],
      },
      ...watched(LOOKED_UP),
    ],
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
      aLineIn('/var/log/rustnet/capture.pcap.connections.jsonl'),
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
    id: 'outputs-tmp',
    title: 'Captures and logs in /tmp and /var/tmp, which the policy lets it create by default',
    exercises: ['writeOutput'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    before: 'rm -rf /tmp/cap.pcap* /var/tmp/logs /var/tmp/events.json /var/tmp/cap.pcapng',
    after: 'rm -rf /tmp/cap.pcap* /var/tmp/logs /var/tmp/events.json /var/tmp/cap.pcapng',
    steps: [
      { do: 'start', arguments: '--pcap-export /tmp/cap.pcap' },
      { do: 'screen', shows: ['PCAP Export'] },
      { do: 'traffic', seconds: 3 },
      { do: 'screen', shows: ['Written: [1-9]'] },
      aLineIn('/tmp/cap.pcap.connections.jsonl'),
      QUIT,
      { do: 'file', pattern: '/tmp/cap.pcap', type: 'own:tmp', format: 'pcap' },
      {
        do: 'file',
        pattern: '/tmp/cap.pcap.connections.jsonl',
        type: 'own:tmp',
        format: 'json-lines',
      },
      {
        do: 'start',
        directory: '/var/tmp',
        arguments: '--log-level info --json-log events.json --pcapng-export cap.pcapng',
      },
      { do: 'screen', shows: ['PCAPNG Export'] },
      { do: 'traffic', seconds: 3 },
      QUIT,
      { do: 'file', pattern: '/var/tmp/logs/rustnet_*.log', type: 'own:tmp' },
      { do: 'file', pattern: '/var/tmp/events.json', type: 'own:tmp', format: 'json-lines' },
      { do: 'file', pattern: '/var/tmp/cap.pcapng', type: 'own:tmp', format: 'pcapng' },
    ],
  },
  {
    id: 'outputs-tmp-refused',
    title: 'The same with rustnet_can_write_tmp off: a clear message, and the denial',
    exercises: ['writeOutput'],
    modes: ['enforcing'],
    tunables: { can_write_tmp: false },
    steps: [
      {
        do: 'run',
        as: 'user',
        command: inTerminal('rustnet --pcap-export /tmp/refused.pcap'),
        exit: 1,
        sees: ['[Pp]ermission denied'],
      },
    ],
    denials: [{ tclass: 'dir', permissions: ['search', 'write', 'add_name'], target: 'tmp_t' }],
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
        command: `rm -rf logs refused.json; ${inTerminal('rustnet --json-log refused.json')}`,
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
      // A broken file is complained about, before the screen is drawn: it was read.
      {
        do: 'run',
        as: 'user',
        command: `${inTerminal('timeout 5 rustnet')} | head -c 4000`,
        exit: 'any',
        sees: ['config'],
      },
    ],
  },
  {
    id: 'headless',
    title:
      'Headless, into a pipe; a redirection into a home directory is refused and loses the output',
    exercises: ['useTerminal'],
    modes: ['enforcing'],
    since: '1.7.0',
    after: 'rm -f /home/confine-lab/piped.jsonl /home/confine-lab/redirected.jsonl',
    steps: [
      {
        do: 'run',
        as: 'user',
        command: `rustnet --headless --duration 3 --output jsonl | cat > piped.jsonl
rustnet --headless --duration 1 --output jsonl > redirected.jsonl
wc -c piped.jsonl redirected.jsonl`,
        sees: ['[1-9]\\d* piped\\.jsonl', '^ *0 redirected\\.jsonl'],
      },
    ],
    denials: [{ tclass: 'file', permissions: ['write', 'append'], target: 'user_home_t' }],
  },
  {
    id: 'containers',
    title: 'A process in a container is told by its identifier; the stores with names stay closed',
    exercises: ['refuseContainerNames'],
    modes: ['enforcing'],
    since: '1.7.0',
    tunables: { run_as_root: true },
    before: `install -d -m 700 /var/lib/docker/containers/${CONTAINER}
printf '{"Name":"/secret-name"}' > /var/lib/docker/containers/${CONTAINER}/config.v2.json
restorecon -RF /var/lib/docker`,
    after: 'rm -rf /var/lib/docker',
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `ls -Zd /var/lib/docker/containers
rustnet --headless --duration 12 --output jsonl | cat > /run/confine-lab/containers.jsonl &
sleep 4
systemd-run --quiet --scope --unit=docker-${CONTAINER} runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 5
wait
grep -o '"container":{[^}]*}' /run/confine-lab/containers.jsonl | sort | uniq -c`,
        sees: [`"id":"${CONTAINER}"`],
        seesNot: ['secret-name'],
      },
    ],
  },
  {
    id: 'runcon',
    title: 'Another program put into the domain with runcon dies on the way in: it proves nothing',
    exercises: ['startFromShell'],
    modes: ['enforcing'],
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `runcon -t rustnet_t -- python3 -c 'print("in the domain")'`,
        exit: 'any',
        sees: ['[Pp]ermission denied'],
        seesNot: ['in the domain'],
      },
    ],
    denials: [{ tclass: 'file', permissions: ['entrypoint'], target: 'bin_t' }],
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
timeout 120 script -qec 'stty cols 140 rows 40; rustnet --json-log /var/log/rustnet/root.json' /dev/null < /dev/null > /dev/null &
for try in $(seq 60); do ps -o uid=,label= -C rustnet | grep -v '^ *0 ' && break; sleep 0.5; done
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 3
pkill -x rustnet
wait`,
        exit: 'any',
        sees: ['65534 \\S+:rustnet_t:'],
      },
      { do: 'file', pattern: '/var/log/rustnet/root.json', type: 'own:log', format: 'json-lines' },
    ],
  },
  {
    id: 'as-staff',
    title:
      'Started by a confined administrator with sudo: from staff_t through sudo into the domain',
    exercises: ['startFromShell', 'runAsRoot'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { run_as_root: true },
    before: `useradd --create-home --shell /bin/bash confine-staff
semanage login -a -s staff_u -r s0-s0:c0.c1023 confine-staff
install -d -m 700 -o confine-staff -g confine-staff /home/confine-staff/.ssh
install -m 600 -o confine-staff -g confine-staff /run/confine-lab/key.pub /home/confine-staff/.ssh/authorized_keys
restorecon -RF /home/confine-staff
echo 'confine-staff ALL=(root) NOPASSWD: ALL' > /etc/sudoers.d/confine-lab
chmod 440 /etc/sudoers.d/confine-lab; restorecon /etc/sudoers.d/confine-lab`,
    after: `pkill -u confine-staff || true; sleep 1
rm -f /etc/sudoers.d/confine-lab
semanage login -d confine-staff; userdel -r confine-staff 2>/dev/null`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `rm -f /var/log/rustnet/sudo.json /run/confine-lab/enough
staff="timeout 120 ssh -tt -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -i /run/confine-lab/key confine-staff@127.0.0.1"
$staff 'id -Z; sudo -n rustnet --help'
{ for try in $(seq 200); do [ -e /run/confine-lab/enough ] && break; sleep 0.5; done; printf q; sleep 1; printf q; sleep 5; } | $staff 'stty cols 140 rows 40; sudo -n rustnet --json-log /var/log/rustnet/sudo.json' > /dev/null &
for try in $(seq 60); do ps -o uid=,label= -C rustnet | grep -v '^ *0 ' && break; sleep 0.5; done
runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 3
touch /run/confine-lab/enough
wait`,
        exit: 'any',
        // It has dropped to the user who called sudo.
        sees: ['staff_u:staff_r:staff_t:', '--pcap-export', '[1-9]\\d* staff_u:staff_r:rustnet_t:'],
      },
      { do: 'file', pattern: '/var/log/rustnet/sudo.json', type: 'own:log', format: 'json-lines' },
    ],
  },
  {
    id: 'as-service',
    title: 'Started by the service manager, with rustnet_run_as_service on: it enters its domain',
    exercises: ['runAsService'],
    modes: BOTH,
    longOnly: PERMISSIVE,
    tunables: { run_as_service: true },
    since: '1.7.0',
    steps: [
      {
        do: 'run',
        as: 'root',
        command: `rm -f /var/log/rustnet/service.json
systemd-run --quiet --collect --unit=confine-lab-service /usr/bin/rustnet --headless --output jsonl --json-log /var/log/rustnet/service.json
for try in $(seq 60); do ps -o uid=,label= -C rustnet | grep -v '^ *0 ' && break; sleep 0.5; done
sleep 2; runuser -u confine-lab -- python3 /run/confine-lab/traffic.py "$(cat /run/confine-lab/hosts.json)" 5
sleep 2; systemctl stop confine-lab-service
journalctl --no-pager -o cat -u confine-lab-service | grep -ao '"process":{"pid":[0-9]*,"ppid":[0-9]*,"name":"[^"]*"' | sort | uniq -c`,
        // Attributed, by what went to the journal through the inherited socket, and as another user than root.
        sees: ['65534 \\S+:system_r:rustnet_t:', '"name":"python3"'],
      },
      {
        do: 'file',
        pattern: '/var/log/rustnet/service.json',
        type: 'own:log',
        format: 'json-lines',
      },
    ],
  },
];

/** A command in a terminal of its own, for a program that asks for one. Ends as the command does. */
function inTerminal(command: string): string {
  return `script -qec '${command}' /dev/null < /dev/null`;
}
