import type {
  ApparmorHalf,
  ApparmorScenario,
  ExpectedRecord,
  Scenario,
  Step,
} from '../../../src/description/index.ts';
import { working } from './working.ts';

/** A socket of this family and type could not even be made. */
function creation(socket: string): ExpectedRecord[] {
  return [{ operation: 'create', class: 'net', name: socket, denied: 'create' }];
}

function file(operation: string, name: string, denied: string): ExpectedRecord[] {
  return [{ operation, class: 'file', name, denied }];
}

function capability(name: string): ExpectedRecord[] {
  return [{ operation: 'capable', class: 'cap', name }];
}

/** It opens for appending, which the kernel may call writing. */
const APPEND = 'wa';

const SENT: ExpectedRecord[] = [
  // What is written with write() is checked as a file.
  { operation: 'sendmsg|file_perm', class: 'net', name: 'inet dgram', denied: 'send' },
];

/** The resolver in the program asks over UDP, and is refused like everything else that sends: AppArmor has no silence that a tunable ends. */
const ASKED: ExpectedRecord[] = [
  {
    operation: 'sendmsg|recvmsg|setsockopt',
    class: 'net',
    name: 'inet6? dgram',
    denied: 'send receive setopt',
    optional: true,
  },
];

const LABELS = 'packets are labelled for SELinux alone';
const ANY_SOCKET =
  'before rules for unix sockets (network_v9) whoever may connect one may connect it to every listener that the file system lets it';
const ANY_PROTOCOL =
  'a socket is made by family and type, and a protocol is not asked about; what it sends is refused as the rest';
const MEMORY = 'memory without a file is not asked about';

/** What AppArmor's kernels do about rustnet: kernel 6.12, which has network_v8 and no rules for unix sockets. */
export const apparmor: ApparmorHalf = {
  scenarios: {
    help: {},
    session: { ...withoutAusearch('session'), denials: ASKED },
    procfs: { denials: ASKED },
    geoip: { denials: ASKED },
    'dns-resolved': {},
    'dns-unaided': { denials: ASKED },
    'dns-stub': {},
    'dns-external': {},
    'dns-external-refused': { denials: ASKED },
    'dns-labelled': { notHere: LABELS },
    outputs: { denials: ASKED },
    'outputs-tmp': { denials: ASKED },
    'outputs-tmp-refused': { denials: file('mknod', '/tmp/refused\\.pcap', 'c') },
    'outputs-home': { denials: ASKED },
    'outputs-home-refused': {
      denials: file('mknod', '/home/[^/]+/refused\\.json', 'c'),
    },
    settings: {
      ...changed('settings', (step) =>
        /restorecon/.test(step.command)
          ? {
              ...step,
              command: `mkdir -p ~/.config/rustnet && printf '[theme\\n' > ~/.config/rustnet/config.toml`,
              sees: [],
            }
          : step,
      ),
      denials: ASKED,
    },
    headless: {
      title:
        'Headless, into a pipe and into a file of a home directory: nobody asks about what an unconfined shell opened',
      ...changed('headless', (step) => ({
        ...step,
        sees: ['[1-9]\\d* piped\\.jsonl', '[1-9]\\d* redirected\\.jsonl'],
      })),
    },
    // The labels of Docker's store are SELinux's.
    containers: {
      before: scenarioOf('containers').before!.replace(/\nrestorecon .*/, ''),
      denials: ASKED,
    },
    'as-root': { ...changed('as-root', underItsName), denials: ASKED },
    'as-service': { ...changed('as-service', underItsName), denials: ASKED },
    runcon: { notHere: 'no program is put into a profile by a label' },
    'as-staff': { notHere: 'SELinux’s confined administrators are no accounts of AppArmor’s' },
  },
  attacks: {
    'udp-other-port': { refusedBy: SENT },
    'udp-foreign-dns': { refusedBy: SENT },
    tcp: { refusedBy: creation('inet stream') },
    mptcp: { refusedBy: creation('inet stream') },
    'udp-direct-dns': { notHere: LABELS },
    'udp-direct-dns-foreign': { notHere: LABELS },
    'listen-udp': {
      succeeds:
        'a port is not asked about, and the way to the default route begins with a bind; what arrives there cannot be received',
    },
    'raw-ip': { refusedBy: creation('inet raw') },
    icmp: { succeeds: ANY_PROTOCOL },
    sctp: { refusedBy: creation('inet stream') },
    rds: { refusedBy: creation('rds seqpacket') },
    bluetooth: { refusedBy: creation('bluetooth seqpacket') },
    vsock: { refusedBy: creation('vsock stream') },
    'af-alg': { refusedBy: creation('alg seqpacket') },
    key: { refusedBy: creation('key raw') },
    xdp: { refusedBy: creation('xdp raw') },
    can: { refusedBy: creation('can raw') },
    'audit-netlink': { succeeds: 'netlink’s protocols are not told apart' },
    'route-write': { refusedBy: capability('net_admin') },
    tun: { refusedBy: file('open', '/dev/net/tun', APPEND) },
    dbus: { succeeds: ANY_SOCKET },
    x11: { succeeds: ANY_SOCKET },
    docker: { succeeds: ANY_SOCKET },
    'read-ssh-key': { refusedBy: file('open', '/home/[^/]+/\\.ssh/id_ed25519', 'r') },
    'read-document': { refusedBy: file('open', '/home/[^/]+/secret\\.txt', 'r') },
    'read-shadow': { refusedBy: file('open', '/etc/shadow', 'r') },
    'exec-shell': { refusedBy: file('exec', '/usr/share/confine-lab/shell', 'x') },
    'exec-copied': { refusedBy: file('exec', '/var/log/rustnet/tool', 'x') },
    setexec: {
      title: 'Choose the profile of the next program',
      probe: "setexec 'exec unconfined'",
      refusedBy: file('open', '/proc/\\d+/task/\\d+/attr/exec', 'w'),
    },
    'load-module': { refusedBy: capability('sys_module') },
    setenforce: {
      title: 'Replace its own profile',
      probe: 'write /sys/kernel/security/apparmor/.replace',
      refusedBy: file('open', '/sys/kernel/security/apparmor/\\.replace', APPEND),
    },
    ptrace: {
      refusedBy: [
        { operation: 'ptrace', class: 'ptrace', name: 'unconfined', denied: 'trace' },
        ...capability('sys_ptrace').map((one) => ({ ...one, optional: true })),
      ],
    },
    execmem: { succeeds: MEMORY },
    execstack: { succeeds: MEMORY },
    mount: { refusedBy: [{ operation: 'mount', class: 'mount', name: '/mnt/' }] },
    'host-name': { refusedBy: capability('sys_admin') },
    'write-bashrc': { refusedBy: file('open', '/home/[^/]+/\\.bashrc', APPEND) },
    'write-tmp': { refusedBy: file('open', '/tmp/confine-lab-other', APPEND) },
    'write-etc': { refusedBy: file('mknod', '/etc/confine-lab-\\d+', 'c') },
    tiocsti: { succeeds: 'no ioctl is asked about' },
    signal: {
      refusedBy: [{ operation: 'signal', class: 'signal', name: 'unconfined', denied: 'send' }],
    },
    'residual-frame': { succeeds: 'libpcap maps its ring so that it could send' },
    'residual-resolver': { succeeds: 'names are asked of the resolver' },
    'residual-bpf': { succeeds: 'BPF is one capability' },
    // The rules for /proc name files, and this is not among them.
    'residual-environ': { refusedBy: file('open', '/proc/\\d+/environ', 'r') },
  },
};

/** AppArmor's records are of the same type as SELinux's: what an administrator would look with says other things here. The window is what judges. */
function withoutAusearch(id: string): ApparmorScenario {
  return {
    steps: stepsOf(id).filter((step) => step.do !== 'run' || !/^ausearch/.test(step.command)),
  };
}

type Run = Extract<Step, { do: 'run' }>;

/** The steps of a scenario, with its commands changed. */
function changed(id: string, change: (step: Run) => Run): { steps: readonly Step[] } {
  return { steps: stepsOf(id).map((step) => (step.do === 'run' ? change(step) : step)) };
}

/** The label of a process is its profile, with the mode. */
function underItsName(step: Run): Run {
  const sees = step.sees?.map((one) =>
    one.replace(/\\S\+:(system_r:)?rustnet_t:/, 'rustnet \\((enforce|complain)\\)'),
  );
  return { ...step, ...(sees && { sees }) };
}

function stepsOf(id: string): readonly Step[] {
  return scenarioOf(id).steps;
}

function scenarioOf(id: string): Scenario {
  return working.find((one) => one.id === id)!;
}
