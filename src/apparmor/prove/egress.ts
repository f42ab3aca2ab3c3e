import type { EgressChannel } from '../../description/index.ts';
import { type CompiledProfile, PERM } from '../compiled/index.ts';
import { CAPABILITIES, FAMILIES, grantsCapability } from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { directWays } from './paths.ts';
import { FRAME_DEVICES, type SocketKind, socketWays } from './sockets.ts';
import { emptyFinding, type Finding, saying, sentenceOf } from './verdict.ts';

/** Nothing leaves by these channels: AppArmor knows a socket by its family and type, and not by its protocol. */
export function egress(
  profile: CompiledProfile,
  { channels }: Of<'egress'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  for (const channel of channels) {
    if (channel === 'tun-tap') {
      directWays(profile, PERM.write, 'write to', { within: FRAME_DEVICES }, finding);
      continue;
    }
    if (channel === 'netlink-write') {
      netlink(profile, finding);
      continue;
    }
    const { kinds, bits, what } = SOCKETS[channel];
    const found = emptyFinding();
    socketWays(profile, kinds, bits, what, found);
    finding.ways.push(...found.ways.map((way) => saying(way, (says) => `${says}: ${channel}`)));
    finding.unmediated.push(...found.unmediated);
  }
}

/** What a message to the kernel asks for is the kernel's own question, mostly for net_admin. */
function netlink(profile: CompiledProfile, finding: Finding): void {
  const found = emptyFinding();
  socketWays(profile, [['netlink']], PERM.write, 'send', found);
  finding.unmediated.push(...found.unmediated);
  const power = ['net_admin', 'sys_admin'].find((name) =>
    grantsCapability(profile, CAPABILITIES.indexOf(name)),
  );
  for (const way of found.ways) {
    if (power !== undefined) {
      finding.ways.push(`${sentenceOf(way)}, and has the capability ${power}: netlink-write`);
    } else {
      finding.unmediated.push({
        says: `${sentenceOf(way)}: neither its protocol nor its messages are checked`,
        notAsked: 'netlink-messages',
      });
    }
  }
}

/** Sockets of one channel, and the permission without which nothing leaves by them. */
interface Channel {
  readonly kinds: readonly SocketKind[];
  readonly bits: number;
  readonly what: string;
}

/** Of sockets that are granted for other reasons too, what sends; of families that nothing else needs, their making. */
const sending = (...kinds: SocketKind[]): Channel => ({
  kinds,
  bits: PERM.write | PERM.open,
  what: 'send or connect',
});
const having = (...families: string[]): Channel => ({
  kinds: families.map((family) => [family] as const),
  bits: PERM.create | PERM.write | PERM.open | PERM.bind,
  what: 'make or use',
});
const both = (type: string): SocketKind[] => [
  ['inet', type],
  ['inet6', type],
];

const SOCKETS: Readonly<Record<Exclude<EgressChannel, 'tun-tap' | 'netlink-write'>, Channel>> = {
  'raw-ip': sending(...both('raw')),
  // As echo requests on datagram sockets; to connect one sends nothing.
  icmp: { kinds: [...both('dgram'), ...both('raw')], bits: PERM.write, what: 'send' },
  sctp: sending(...both('stream'), ...both('seqpacket')),
  dccp: sending(...both('dccp')),
  vsock: having('vsock'),
  'af-alg': having('alg'),
  'bluetooth-l2cap': having('bluetooth'),
  xdp: having('xdp'),
  rds: having('rds'),
  key: having('key'),
  can: having('can'),
  'appletalk-and-other-families': having(
    ...FAMILIES.filter(
      (family) =>
        !'unspec unix inet inet6 netlink packet vsock alg bluetooth xdp rds key can'
          .split(' ')
          .includes(family),
    ),
  ),
};
