import { type Automaton, wholeMatch } from '../../patterns/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import { PERM } from '../compiled/index.ts';
import {
  CAPABILITIES,
  FAMILIES,
  grantsCapability,
  SOCKET_TYPES,
  socketGrant,
} from '../query/index.ts';
import { directWays } from './paths.ts';
import type { Finding } from './verdict.ts';

/** `inet dgram`: every type where none is named. */
type Kind = readonly [family: string, type?: string];

/** Sockets that a UDP datagram can leave by, and what the kernel asks then. */
const DATAGRAM_WAYS: readonly Kind[] = [
  ['inet', 'dgram'],
  ['inet6', 'dgram'],
  ['inet', 'raw'],
  ['inet6', 'raw'],
  ['packet'],
  ['rxrpc'],
  ['tipc'],
];

/** No datagram leaves over UDP: nothing is sent on what can carry one. */
export function sendUdp(profile: CompiledProfile, finding: Finding): void {
  granted(profile, DATAGRAM_WAYS, PERM.write, 'send', finding);
  // Its rings are filled in memory, and nothing is asked for a frame.
  granted(profile, [['xdp']], PERM.create | PERM.bind, 'make', finding);
  directWays(profile, PERM.write, 'write to', { within: FRAME_DEVICES }, finding);
  for (const name of ['net_admin', 'sys_admin']) {
    if (!grantsCapability(profile, CAPABILITIES.indexOf(name))) continue;
    finding.ways.push(
      `profile ${profile.name} has the capability ${name}: the kernel carries traffic at its word`,
    );
  }
  finding.assumes.push('net.sctp.udp_port is 0, as it is from the start: SCTP is not put into UDP');
}

/** No TCP connection is opened. */
export function connectTcp(profile: CompiledProfile, finding: Finding): void {
  granted(profile, STREAMS, PERM.open, 'connect', finding);
  if (finding.ways.length > 0) return;
  const unsure: Finding = { ways: [], reasons: [], unmediated: [], assumes: [] };
  granted(profile, STREAMS, PERM.write, 'send', unsure);
  for (const way of unsure.ways) {
    finding.reasons.push(`${way}: kernels without the feature tcp-fast-open connect by that`);
  }
}

const STREAMS: readonly Kind[] = [
  ['inet', 'stream'],
  ['inet6', 'stream'],
  ['smc', 'stream'],
];

const FRAME_DEVICES: Automaton = wholeMatch(
  '(/dev/net/tun|/dev/vhost-net|/dev/tap[0-9]*|/dev/macvtap[0-9]*)',
);

function granted(
  profile: CompiledProfile,
  kinds: readonly Kind[],
  bits: number,
  what: string,
  finding: Finding,
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
      finding.ways.push(`profile ${profile.name} may ${what} on a ${family} ${type} socket`);
    }
  }
}
