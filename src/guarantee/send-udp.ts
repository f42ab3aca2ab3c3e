import type { Never } from '../confinement/index.ts';
import { forbidChannel } from './egress.ts';
import { Inquiry } from './inquiry.ts';
import { accepts } from './residuals.ts';
import { secmarkProof } from './secmark.ts';
import type { Subject } from './subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * No datagram leaves over UDP: nothing is written to a UDP socket, its own or one handed down, nor to anything else that can carry a
 * UDP datagram. The kernel looks at no destination, so an exception for the resolver is proved by packet labels or not at all.
 */
export function sendUdp(subject: Subject, never: Never & { kind: 'send-udp' }): Verdict {
  const inquiry = new Inquiry(subject, never);
  const { unless, leaks } = secmarkProof(inquiry, never.except);
  inquiry.forbid('udp-send', { unless });
  if (leaks.length > 0) inquiry.forbid('udp-send', { with: () => leaks });
  if (unless.length > 0) {
    inquiry.noteGrants(
      inquiry.grants('udp-send'),
      'excepted, held to the resolvers by packet labels',
    );
  }
  for (const carrier of CARRIERS) forbidChannel(inquiry, carrier);
  inquiry.forbid('udp-inside');
  if (accepts(subject.confinement, 'capture-socket-frames')) {
    inquiry.noteGrants(
      inquiry.grants('frame-send'),
      'accepted by the residual capture-socket-frames',
    );
  } else inquiry.forbid('frame-send');
  return inquiry.conclude();
}

/** What can put a UDP datagram on the wire besides a UDP socket. */
const CARRIERS = ['raw-ip', 'xdp', 'tun-tap'] as const;
