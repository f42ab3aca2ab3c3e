import { type Automaton, wholeMatch } from '../../patterns/index.ts';
import { type CompiledProfile, PERM } from '../compiled/index.ts';
import {
  CAPABILITIES,
  FAMILIES,
  grantsCapability,
  NETWORK_PERMISSIONS,
  namesOf,
  SOCKET_TYPES,
  socketGrant,
} from '../query/index.ts';
import { applies, type Of, type ProfileSubject } from './judge.ts';
import { directWays } from './paths.ts';
import { emptyFinding, type Finding, saying, sentenceOf } from './verdict.ts';

/** `inet dgram`: every type where none is named. */
export type SocketKind = readonly [family: string, type?: string];

const DATAGRAMS: readonly SocketKind[] = [
  ['inet', 'dgram'],
  ['inet6', 'dgram'],
];

/** No datagram leaves over UDP: nothing is sent on what can carry one. */
export function sendUdp(
  profile: CompiledProfile,
  { except }: Of<'send-udp'>,
  subject: ProfileSubject,
  finding: Finding,
): void {
  const datagrams = emptyFinding();
  socketWays(profile, DATAGRAMS, PERM.write, 'send', datagrams);
  toResolversOnly(datagrams, except, subject, finding);
  // The kernel puts their packets into UDP itself: of L2TP those of a session (pppox).
  socketWays(profile, [['rxrpc'], ['tipc'], ['pppox']], PERM.write, 'send', finding);
  carrierWays(profile, finding);
  finding.assumes.push('net.sctp.udp_port is 0, as it is from the start: SCTP is not put into UDP');
}

/** No TCP connection is opened, by the kernel or by segments that the program makes itself. */
export function connectTcp(
  profile: CompiledProfile,
  { except }: Of<'connect-tcp'>,
  subject: ProfileSubject,
  finding: Finding,
): void {
  const connections = emptyFinding();
  socketWays(profile, STREAMS, PERM.open, 'connect', connections);
  if (connections.ways.length === 0) {
    const unsure = emptyFinding();
    socketWays(profile, STREAMS, PERM.write, 'send', unsure);
    finding.reasons.push(
      ...unsure.ways.map((way) =>
        saying(way, (says) => `${says}: kernels without the feature tcp-fast-open connect by that`),
      ),
    );
  }
  toResolversOnly(connections, except, subject, finding);
  // Its connections are made of TCP inside the kernel.
  socketWays(profile, [['rds']], PERM.write | PERM.open, 'send or connect', finding);
  carrierWays(profile, finding);
}

/** What puts packets of any protocol on the wire: none of UDP or TCP has to be asked then. */
function carrierWays(profile: CompiledProfile, finding: Finding): void {
  socketWays(profile, [['inet', 'raw'], ['inet6', 'raw'], ['packet']], PERM.write, 'send', finding);
  // Its rings are filled in memory, and nothing is asked for a frame.
  socketWays(profile, [['xdp']], PERM.create | PERM.bind, 'make', finding);
  directWays(profile, PERM.write, 'write to', { within: FRAME_DEVICES }, finding);
  for (const name of ['net_admin', 'sys_admin']) {
    if (!grantsCapability(profile, CAPABILITIES.indexOf(name))) continue;
    finding.ways.push(
      `profile ${profile.name} has the capability ${name}: the kernel carries traffic at its word`,
    );
  }
}

const STREAMS: readonly SocketKind[] = [
  ['inet', 'stream'],
  ['inet6', 'stream'],
  ['smc', 'stream'],
];

/** Where the description lets it reach the resolvers, whom else it reaches is a question that the kernel does not ask. */
function toResolversOnly(
  found: Finding,
  except: Of<'send-udp'>['except'],
  subject: ProfileSubject,
  finding: Finding,
): void {
  finding.unmediated.push(...found.unmediated);
  if (except === undefined || !applies(except, subject)) {
    finding.ways.push(...found.ways);
    return;
  }
  finding.unmediated.push(
    ...found.ways.map((way) => ({
      says: `${sentenceOf(way)}, and no address or port is checked`,
      notAsked: 'addresses-and-ports' as const,
    })),
  );
}

/**
 * No port is opened: nothing is bound to an address that other machines reach, nothing listens or accepts. Where ports of a protocol are excepted, which
 * ones it opens is a question that the kernel does not ask.
 */
export function listen(
  profile: CompiledProfile,
  { except = [] }: Of<'listen'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  const excepted = except.flatMap(({ protocol }) => PROTOCOL_SOCKETS[protocol]);
  const isExcepted = ([family, type]: SocketKind): boolean =>
    excepted.some(([of, like]) => of === family && like === type);
  const kinds = FAMILIES.filter((family) => !LOCAL.has(family)).flatMap((family) =>
    Object.keys(SOCKET_TYPES).map((type): SocketKind => [family, type]),
  );
  const asked = kinds.filter((kind) => !isExcepted(kind));
  const onPorts = emptyFinding();
  for (const [bits, what, worse] of [
    // A socket that is bound and receives nothing lets nobody in.
    [PERM.bind, 'bind', PERM.read],
    [PERM.listen, 'listen', 0],
    [PERM.accept, 'accept', 0],
  ] as const) {
    socketWays(profile, asked, bits, what, finding, worse);
    socketWays(profile, excepted, bits, what, onPorts, worse);
  }
  finding.unmediated.push(
    ...onPorts.unmediated,
    ...onPorts.ways.map((way) => ({
      says: `${sentenceOf(way)}, and no port is checked`,
      notAsked: 'addresses-and-ports' as const,
    })),
  );
  directWays(profile, PERM.write, 'write to', { within: FRAME_DEVICES }, finding);
  if (grantsCapability(profile, CAPABILITIES.indexOf('net_admin'))) {
    finding.reasons.push(
      `profile ${profile.name} has the capability net_admin: it may redirect what arrives for others`,
    );
  }
}

const PROTOCOL_SOCKETS: Readonly<Record<'tcp' | 'udp', readonly SocketKind[]>> = {
  tcp: [
    ['inet', 'stream'],
    ['inet6', 'stream'],
  ],
  udp: [
    ['inet', 'dgram'],
    ['inet6', 'dgram'],
  ],
};

/** Families whose binding opens nothing to another machine; packet sockets are bound to capture. */
const LOCAL: ReadonlySet<string> = new Set([
  'unspec',
  'unix',
  'netlink',
  'packet',
  'alg',
  'key',
  'kcm',
  'xdp',
]);

export const FRAME_DEVICES: Automaton = wholeMatch(
  '(/dev/net/tun|/dev/vhost-net|/dev/tap[0-9]*|/dev/macvtap[0-9]*)',
);

/**
 * A way for each kind of socket that is granted one of `bits`, for whatever address. What else of `worse` is granted with it makes it another way: a
 * residual has to name that too.
 */
export function socketWays(
  profile: CompiledProfile,
  kinds: readonly SocketKind[],
  bits: number,
  what: string,
  finding: Finding,
  worse = 0,
): void {
  for (const [family, only] of kinds) {
    for (const type of only === undefined ? Object.keys(SOCKET_TYPES) : [only]) {
      const grant = socketGrant(profile, FAMILIES.indexOf(family), SOCKET_TYPES[type]!);
      if (grant === 'unmediated') {
        finding.unmediated.push(
          `sockets: the profile ${profile.name} was compiled without a network class`,
        );
        return;
      }
      if ((grant.sometimes & bits) === 0) continue;
      const access = namesOf(NETWORK_PERMISSIONS, grant.sometimes & (bits | worse));
      finding.ways.push({
        says: `profile ${profile.name} may ${what} on a ${family} ${type} socket`,
        socket: { kind: `${family} ${type}`, access },
      });
    }
  }
}
