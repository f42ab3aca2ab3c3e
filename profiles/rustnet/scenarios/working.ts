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
for try in $(seq 50); do grep -q 'TracerPid:.[1-9]' /proc/$(pgrep -x rustnet)/status && break; sleep 0.2; done
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
      { do: 'start', arguments: '' },
      { do: 'screen', shows: ['Interface: lab0'] },
      { do: 'traffic', seconds: 4 },
      { do: 'screen', shows: ['www\\.netherlands\\.example', 'www\\.japan\\.example'] },
      QUIT,
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
