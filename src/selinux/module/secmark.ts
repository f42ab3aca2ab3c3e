import {
  booleanName,
  type Confinement,
  type DatagramSecmark,
  type ResolverSecmark,
  type Secmark,
  typeName,
} from '../../description/index.ts';
import { folderOf, installedPath } from './installed.ts';

/** The script's name, which its service has too. */
export function secmarkName({ name }: Pick<Confinement, 'name'>): string {
  return `${name}-secmark`;
}

export function secmarkOf(confinement: Confinement): Secmark | undefined {
  return confinement.may.find((ability) => ability.secmark !== undefined)?.secmark;
}

/**
 * The companion ruleset's script: reads the resolvers from the running system and loads an nftables table that labels packets.
 *
 * Every packet gets a label, not only the resolvers': all domains may send unlabelled packets, so a ruleset that labelled only DNS would
 * refuse nothing. Answers are labelled on input alone, so that no packet that the program sends from port 53 passes for one.
 */
export function secmarkScript(confinement: Confinement, secmark: Secmark): string {
  return 'resolver' in secmark
    ? resolverScript(confinement, secmark)
    : datagramScript(confinement, secmark);
}

/** Of named ports nothing has to be asked of the system. */
function datagramScript(confinement: Confinement, secmark: DatagramSecmark): string {
  const { name, program } = confinement;
  const context = (ref: string): string => `system_u:object_r:${typeName(confinement, ref)}:s0`;
  // Whoever sends to a port is answered from it.
  const rules = (to: string, from: string): string =>
    [
      'meta secmark set "other"',
      'meta l4proto tcp meta secmark set "connections"',
      ...portRule(to, secmark.to),
      ...portRule(from, secmark.from),
    ]
      .map((line) => `\t\t${line}`)
      .join('\n');
  return `#!/bin/sh
# Labels packets for the SELinux policy of ${program.name}: UDP of its ports gets one label, TCP
# another, everything else a third. With the boolean ${booleanName(confinement, secmark.when)} on,
# ${confinement.domain} may send and receive the first two only.
#
#   ${name}-secmark load     load or replace the table
#   ${name}-secmark unload   remove the table (before the policy module goes)
#   ${name}-secmark print    show the table that load would load
set -eu

table=${name}_secmark

ruleset() {
	cat <<END
table inet $table
delete table inet $table
table inet $table {
	secmark datagrams { "${context(secmark.datagrams)}" }
	secmark connections { "${context(secmark.tcp)}" }
	secmark other { "${context(secmark.other)}" }

	chain output {
		type filter hook output priority mangle; policy accept;
${rules('dport', 'sport')}
	}

	chain input {
		type filter hook input priority mangle; policy accept;
${rules('sport', 'dport')}
	}
}
END
}

case "\${1-}" in
load) ruleset | nft -f - ;;
unload) nft list table inet "$table" >/dev/null 2>&1 && nft delete table inet "$table" || : ;;
print) ruleset ;;
*)
	echo "usage: \${0##*/} load|unload|print" >&2
	exit 2
	;;
esac
`;
}

function portRule(field: string, ports: readonly number[]): string[] {
  if (ports.length === 0) return [];
  const set = [...new Set(ports)].sort((a, b) => a - b).join(', ');
  return [`udp ${field} { ${set} } meta secmark set "datagrams"`];
}

function resolverScript(confinement: Confinement, secmark: ResolverSecmark): string {
  const { name, program } = confinement;
  const context = (ref: string): string => `system_u:object_r:${typeName(confinement, ref)}:s0`;
  return `#!/bin/sh
# Labels packets for the SELinux policy of ${program.name}: port 53 of the configured
# resolvers gets one label, everything else another. With the boolean
# ${booleanName(confinement, secmark.when)} on, ${confinement.domain} may send and receive the first only.
#
#   ${name}-secmark load     read the resolvers, load or replace the table
#   ${name}-secmark unload   remove the table (before the policy module goes)
#   ${name}-secmark print    show the table that load would load
set -eu

table=${name}_secmark
resolv_conf=\${RESOLV_CONF:-/etc/resolv.conf}

# Addresses of one family, comma-separated. A resolver without an address that
# we understand is left out: its packets stay with everything else, refused.
resolvers() {
	awk -v family="$1" '
		!/^nameserver[ \\t]/ { next }
		{ address = $2; sub(/%.*/, "", address) }
		family == 4 && address ~ /^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$/ {
			split(address, octet, ".")
			if (octet[1] < 256 && octet[2] < 256 && octet[3] < 256 && octet[4] < 256) print address
		}
		family == 6 && address ~ /^[0-9A-Fa-f:]+$/ && (address ~ /::/ || gsub(/:/, ":", address) == 7) { print address }
	' "$resolv_conf" 2>/dev/null | sort -u | paste -s -d , -
}

elements() {
	if [ -n "$1" ]; then
		echo "elements = { $1 }"
	fi
}

ruleset() {
	four=$(resolvers 4)
	six=$(resolvers 6)
	# The C library asks this machine when no name server is configured.
	if [ -z "$four$six" ]; then
		four=127.0.0.1
		six=::1
	fi
	cat <<END
table inet $table
delete table inet $table
table inet $table {
	secmark resolver { "${context(secmark.resolver)}" }
	secmark other { "${context(secmark.other)}" }

	set resolvers4 {
		type ipv4_addr
		$(elements "$four")
	}

	set resolvers6 {
		type ipv6_addr
		$(elements "$six")
	}

	chain output {
		type filter hook output priority mangle; policy accept;
		meta secmark set "other"
		meta l4proto { tcp, udp } th dport 53 ip daddr @resolvers4 meta secmark set "resolver"
		meta l4proto { tcp, udp } th dport 53 ip6 daddr @resolvers6 meta secmark set "resolver"
	}

	chain input {
		type filter hook input priority mangle; policy accept;
		meta secmark set "other"
		meta l4proto { tcp, udp } th sport 53 ip saddr @resolvers4 meta secmark set "resolver"
		meta l4proto { tcp, udp } th sport 53 ip6 saddr @resolvers6 meta secmark set "resolver"
	}
}
END
}

case "\${1-}" in
load)
	# A table must stand in any case: without one the boolean opens every port.
	if ! ruleset | nft -f -; then
		resolv_conf=/dev/null
		ruleset | nft -f -
		echo "\${0##*/}: the resolvers were not understood; only this machine is one" >&2
		exit 1
	fi
	;;
unload) nft list table inet "$table" >/dev/null 2>&1 && nft delete table inet "$table" || : ;;
print) ruleset ;;
*)
	echo "usage: \${0##*/} load|unload|print" >&2
	exit 2
	;;
esac
`;
}

/** systemd units: the table, loaded after the firewall's own, and again whenever the resolvers change, where it is about them. */
export function secmarkUnits(
  confinement: Confinement,
  secmark: Secmark,
): readonly { name: string; text: string }[] {
  const { name, program } = confinement;
  const follows = 'resolver' in secmark;
  const script = installedPath(folderOf('program'), secmarkName(confinement));
  const service = {
    name: `${name}-secmark.service`,
    text: `[Unit]
Description=Packet labels for the SELinux policy of ${program.name}
Documentation=man:${name}_selinux(8)
ConditionSecurity=selinux
# A restart or reload of the firewall may flush every table, ours too: follow it.
After=nftables.service firewalld.service${follows ? ' systemd-resolved.service' : ''}
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
# Nobody logs in before the labels are there.
Before=systemd-user-sessions.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${script} load
ExecReload=${script} load
ExecStop=${script} unload

[Install]
WantedBy=multi-user.target
${follows ? `Also=${name}-secmark.path\n` : ''}`,
  };
  if (!follows) return [service];
  return [
    service,
    {
      name: `${name}-secmark-refresh.service`,
      text: `[Unit]
Description=Packet labels for the SELinux policy of ${program.name}, after the resolvers changed
Documentation=man:${name}_selinux(8)
ConditionSecurity=selinux
Requisite=${name}-secmark.service
After=${name}-secmark.service
# A lease that flaps must not end the watching.
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=${script} load
`,
    },
    {
      name: `${name}-secmark.path`,
      text: `[Unit]
Description=Watch the resolvers for the packet labels of ${program.name}
Documentation=man:${name}_selinux(8)
PartOf=${name}-secmark.service

[Path]
PathChanged=/etc/resolv.conf
PathChanged=/run/systemd/resolve/stub-resolv.conf
PathChanged=/run/NetworkManager/resolv.conf
PathChanged=/run/resolvconf/resolv.conf
Unit=${name}-secmark-refresh.service

[Install]
WantedBy=${name}-secmark.service
`,
    },
  ];
}
