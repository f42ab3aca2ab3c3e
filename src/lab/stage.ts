import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Confinement, domainsOf, type LabNetwork, type Suite } from '../description/index.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import type { PackageFile } from './run-packages.ts';
import { quoted } from './terminal.ts';

/** What stands ready on a machine for every scenario. */
export interface Stage {
  /** The ordinary login user. */
  readonly user: string;
  /** The ssh command that logs in as that user, on the machine. */
  readonly login: string;
  /** Where the machine keeps the lab's own files. */
  readonly directory: string;
  /** The probe with the program's label, and the one outside the domain. */
  readonly probeInside: string;
  readonly probeOutside: string;
  readonly network: LabNetwork;
}

/** What a mechanism wants a machine to have, besides what every suite does. */
export interface Tools {
  readonly programs: readonly string[];
  /** A file that must be there too. */
  readonly file?: string;
  readonly dnf: readonly string[];
  readonly apt: readonly string[];
}

const USER = 'confine-lab';
const DIRECTORY = '/run/confine-lab';

/** Runs a script that only prepares: any other end than 0 is a broken machine. */
export async function prepare(
  machine: Machine,
  what: string,
  script: string,
  timeout = 300,
): Promise<string> {
  const { code, stdout, stderr } = await machine.run(`set -e\n${script}`, { timeout });
  if (code !== 0) {
    const said = `${stdout.slice(-2000)}${stderr.slice(-2000)}`.trim();
    throw new MachineError(`could not ${what} (exit code ${code}):\n${said}`, {
      reproduce: machine.reproduce,
      console: machine.console(),
    });
  }
  return stdout;
}

/** Installs what is missing, with the machine's own package manager. Nothing is asked of it where all tools are there. */
export async function installTools(machine: Machine, tools: Tools): Promise<void> {
  await prepare(
    machine,
    'install the tools that the scenarios use',
    `
missing=
for tool in tmux strace sudo nft dnsmasq openssl tshark tcpdump auditctl setcap ssh-keygen ip ${tools.programs.join(' ')}; do
  command -v $tool >/dev/null || missing="$missing $tool"
done
${tools.file === undefined ? '' : `[ -f ${tools.file} ] || missing="$missing ${tools.file}"`}
[ -z "$missing" ] && exit 0
if command -v dnf >/dev/null; then
  dnf -y -q install tmux strace sudo nftables dnsmasq openssl wireshark-cli tcpdump audit libcap openssh-clients openssh-server iproute libpcap elfutils-libelf ${tools.dnf.join(' ')}
elif command -v apt-get >/dev/null; then
  apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install tmux strace sudo nftables dnsmasq-base openssl tshark tcpdump auditd libcap2-bin openssh-client openssh-server iproute2 ${tools.apt.join(' ')}
else
  echo "missing:$missing, and neither dnf nor apt-get is here" >&2; exit 1
fi`,
    900,
  );
}

/** Sets up the user, the network and the files. The policy module is not there yet. */
export async function setStage(machine: Machine, suite: Suite, probe: Uint8Array): Promise<Stage> {
  const { network } = suite;
  const hosts = JSON.stringify(network.hosts);
  await machine.put(`${DIRECTORY}/peers.py`, readFileSync(join(import.meta.dirname, 'peers.py')));
  await machine.put(
    `${DIRECTORY}/traffic.py`,
    readFileSync(join(import.meta.dirname, 'traffic.py')),
  );
  await machine.put(`${DIRECTORY}/hosts.json`, hosts);
  await machine.put(`${DIRECTORY}/dnsmasq.conf`, dnsmasqConfig(network));
  await machine.put('/usr/local/bin/confine-probe-outside', probe, 0o755);
  const login = `ssh -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -i ${DIRECTORY}/key ${USER}@127.0.0.1`;
  await prepare(
    machine,
    'set up the user',
    `cp /usr/local/bin/confine-probe-outside /usr/local/bin/confine-probe-inside\n${userScript()}`,
  );
  await prepare(machine, 'set up the network', networkScript(network));
  for (const file of suite.files) {
    const path = file.path.replace(/^HOME(?=\/)/, `/home/${USER}`);
    const content = 'text' in file.content ? file.content.text : geoipCountry();
    await machine.put(path, content, Number.parseInt(file.mode, 8));
    await prepare(
      machine,
      `label ${path}`,
      `${file.owner === 'user' ? `chown ${USER}: ${quoted(path)}` : ''}
restorecon -F ${quoted(path)}`,
    );
  }
  return {
    user: USER,
    login,
    directory: DIRECTORY,
    probeInside: '/usr/local/bin/confine-probe-inside',
    probeOutside: '/usr/local/bin/confine-probe-outside',
    network,
  };
}

/** Which resolver the machine asks, and how: the network's one in both cases. */
export async function useResolver(
  machine: Machine,
  network: LabNetwork,
  through: 'systemd-resolved' | 'external',
): Promise<void> {
  await prepare(
    machine,
    `resolve names through ${through}`,
    through === 'systemd-resolved'
      ? `
${KEEP_RESOLV_CONF}
rm -f /etc/resolv.conf
ln -s ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf; restorecon /etc/resolv.conf
mkdir -p /etc/systemd/resolved.conf.d
printf '[Resolve]\\nDNS=${network.resolver}\\nFallbackDNS=\\nDNSSEC=no\\nLLMNR=no\\nMulticastDNS=no\\nCache=no\\n' > /etc/systemd/resolved.conf.d/confine-lab.conf
restorecon -RF /etc/systemd/resolved.conf.d
systemctl restart systemd-resolved
for try in $(seq 50); do resolvectl query ${network.hosts[0]!.address} >/dev/null 2>&1 && exit 0; sleep 0.2; done
resolvectl query ${network.hosts[0]!.address}`
      : `
systemctl stop systemd-resolved.service systemd-resolved-varlink.socket systemd-resolved-monitor.socket 2>/dev/null || systemctl stop systemd-resolved.service
${KEEP_RESOLV_CONF}
rm -f /etc/resolv.conf
printf 'nameserver ${network.resolver}\\n' > /etc/resolv.conf; restorecon /etc/resolv.conf
getent hosts ${network.hosts[0]!.address} >/dev/null`,
  );
}

/** The machine's own, for the end: a link stays a link. */
const KEEP_RESOLV_CONF = `[ -e ${DIRECTORY}/resolv.conf ] || [ -L ${DIRECTORY}/resolv.conf ] || cp -P /etc/resolv.conf ${DIRECTORY}/resolv.conf`;

/** Takes away what the stage put up, on a machine that goes on living. */
export async function strikeStage(
  machine: Machine,
  suite: Suite,
  confinement: Confinement,
): Promise<void> {
  const directories = domainsOf(confinement)
    .flatMap(({ may }) => may)
    .flatMap((ability) => ability.directories ?? []);
  const { program } = suite;
  const ours = program.from === 'crates.io' || program.copyOf !== undefined;
  await machine.run(`
pkill -F ${DIRECTORY}/peers.pid; pkill -F ${DIRECTORY}/dnsmasq.pid
ip netns del confine-lab; ip link del ${suite.network.interface}
rm -f /etc/systemd/resolved.conf.d/confine-lab.conf; rmdir /etc/systemd/resolved.conf.d 2>/dev/null
rm -f /etc/resolv.conf; cp -P ${DIRECTORY}/resolv.conf /etc/resolv.conf; restorecon /etc/resolv.conf
systemctl restart systemd-resolved
sysctl -q -p ${DIRECTORY}/sysctl
loginctl terminate-user ${USER}; pkill -u ${USER}; sleep 1; userdel -r ${USER}
rm -rf ${[...directories.map(({ path }) => path), ...(ours ? [program.path] : [])].join(' ')}
groupdel ${confinement.name} 2>/dev/null
rm -rf ${DIRECTORY} /run/confine-window /root/confine-lab-module /usr/share/confine-lab /usr/local/bin/confine-probe-inside* /usr/local/bin/confine-probe-outside
${suite.files
  .filter(({ path }) => path.startsWith('/'))
  .map(({ path }) => `rm -f ${quoted(path)}`)
  .join('\n')}`);
}

/** Installs the program as its package does: the file and its capabilities. The policy must be loaded. */
export async function installProgram(
  machine: Machine,
  suite: Suite,
  binary: Uint8Array | undefined,
  packages: readonly PackageFile[] = [],
): Promise<void> {
  const { program } = suite;
  if (binary !== undefined) await machine.put(program.path, binary, 0o755);
  await installDebs(machine, packages);
  if (program.from === 'distribution') {
    await prepare(
      machine,
      `install ${program.package}`,
      `
[ -e ${program.copyOf ?? program.path} ] || dnf -y -q install ${program.package} || apt-get -q -y install ${program.package}
${program.copyOf === undefined ? '' : `cp ${program.copyOf} ${program.path}`}`,
      600,
    );
  }
  if (program.capabilities !== undefined) {
    await prepare(
      machine,
      'give the program its capabilities',
      `setcap ${program.capabilities} ${program.path}`,
    );
  }
}

/**
 * Installs packages that were fetched for a machine without a network. None of their services is started: a scenario does that. Nothing is enforced
 * meanwhile, since Debian's policy refuses what some scripts of packages do (useradd_t may make no home below /var/lib, which caddy's wants).
 */
export async function installDebs(
  machine: Machine,
  packages: readonly PackageFile[],
): Promise<void> {
  if (packages.length === 0) return;
  const directory = '/root/confine-lab-packages';
  for (const { name, bytes } of packages) await machine.put(`${directory}/${name}`, bytes);
  await prepare(
    machine,
    `install ${packages.map(({ name }) => name).join(', ')}`,
    `
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
enforced=$(cat /sys/fs/selinux/enforce 2>/dev/null || echo 0)
trap 'rm -rf /usr/sbin/policy-rc.d ${directory}; [ $enforced = 0 ] || setenforce 1' EXIT
[ $enforced = 0 ] || setenforce 0
DEBIAN_FRONTEND=noninteractive dpkg -i ${directory}/*.deb 2>&1`,
    600,
  );
}

function userScript(): string {
  return `
id ${USER} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ${USER}
rm -f ${DIRECTORY}/key ${DIRECTORY}/key.pub
ssh-keygen -q -t ed25519 -N '' -f ${DIRECTORY}/key
install -d -m 700 -o ${USER} -g ${USER} /home/${USER}/.ssh
install -m 600 -o ${USER} -g ${USER} ${DIRECTORY}/key.pub /home/${USER}/.ssh/authorized_keys
restorecon -RF /home/${USER}
systemctl is-active --quiet ssh || systemctl is-active --quiet sshd || systemctl start sshd
# What distributions set differently and the attacks' permitted twins need.
[ -e ${DIRECTORY}/sysctl ] || sysctl --ignore net.ipv4.ping_group_range dev.tty.legacy_tiocsti > ${DIRECTORY}/sysctl 2>/dev/null
sysctl -qw net.ipv4.ping_group_range='0 2147483647'
[ ! -e /proc/sys/dev/tty/legacy_tiocsti ] || sysctl -qw dev.tty.legacy_tiocsti=1`;
}

function networkScript({ interface: name, address, gateway, hosts, resolver }: LabNetwork): string {
  return `
ip netns del confine-lab 2>/dev/null || true
ip link del ${name} 2>/dev/null || true
ip netns add confine-lab
ip link add ${name} type veth peer name peer0 netns confine-lab
ip addr add ${address}/24 dev ${name}
ip link set ${name} up; ip link set lo up
ip -n confine-lab addr add ${gateway}/24 dev peer0
ip -n confine-lab link set peer0 up
ip -n confine-lab link set lo up
for host in ${[...hosts.map((host) => host.address), resolver].join(' ')}; do
  ip -n confine-lab addr add $host/32 dev lo
  ip route replace $host/32 via ${gateway}
done
# The route that a program without its own choice follows: only where the machine has none.
ip route show default | grep -q . || ip route add default via ${gateway}
mkdir -p ${DIRECTORY}/peers
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=confine-lab' \\
  -keyout ${DIRECTORY}/peers/key -out ${DIRECTORY}/peers/certificate 2>/dev/null
: > ${DIRECTORY}/peers/datagrams
ip netns exec confine-lab dnsmasq -C ${DIRECTORY}/dnsmasq.conf
setsid ip netns exec confine-lab python3 ${DIRECTORY}/peers.py "$(cat ${DIRECTORY}/hosts.json)" ${DIRECTORY}/peers \\
  > ${DIRECTORY}/peers.log 2>&1 < /dev/null &
echo $! > ${DIRECTORY}/peers.pid
for try in $(seq 100); do
  python3 ${DIRECTORY}/traffic.py "$(cat ${DIRECTORY}/hosts.json)" 0 2>/dev/null && break
  [ $try = 100 ] && { cat ${DIRECTORY}/peers.log >&2; exit 1; }
  sleep 0.2
done
# A machine whose resolver is dead would look like one whose program was refused.
python3 - <<'QUERY'
import socket
question = bytes.fromhex("123401000001000000000000") + b"".join(bytes([len(p)]) + p.encode() for p in "${hosts[0]!.name}".split(".")) + bytes.fromhex("0000010001")
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(5)
sock.sendto(question, ("${resolver}", 53))
assert socket.inet_aton("${hosts[0]!.address}") in sock.recv(512)
QUERY`;
}

function dnsmasqConfig({ hosts, resolver }: LabNetwork): string {
  return [
    'no-resolv',
    'no-hosts',
    `listen-address=${resolver}`,
    'bind-interfaces',
    'user=root',
    `pid-file=${DIRECTORY}/dnsmasq.pid`,
    'log-queries',
    `log-facility=${DIRECTORY}/queries`,
    'local=/#/',
    ...hosts.map(({ address, name }) => `host-record=${name},${address}`),
    '',
  ].join('\n');
}

/** The GeoLite2 country database of the npm package that carries it; a development dependency. */
function geoipCountry(): Uint8Array {
  try {
    const require = createRequire(import.meta.url);
    const packed = require.resolve('geolite2-country/GeoLite2-Country.mmdb.gz');
    return gunzipSync(readFileSync(packed));
  } catch (error) {
    throw new MachineError(
      'the GeoIP database is missing: no package `geolite2-country`',
      { hint: 'install the development dependencies: npm ci' },
      { cause: error },
    );
  }
}
