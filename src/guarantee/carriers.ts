import { forbidChannel } from './egress.ts';
import type { Inquiry } from './inquiry.ts';
import { accepts } from './residuals.ts';

/**
 * Forbids what puts packets of any protocol on the wire, so that none of UDP or TCP has to be asked. Frames through a packet socket are
 * accepted where the description says so.
 */
export function forbidCarriers(inquiry: Inquiry): void {
  for (const carrier of CARRIERS) forbidChannel(inquiry, carrier);
  if (accepts(inquiry.subject.confinement, 'capture-socket-frames')) {
    inquiry.noteGrants(
      inquiry.grants('frame-send'),
      'accepted by the residual capture-socket-frames',
    );
  } else inquiry.forbid('frame-send');
}

const CARRIERS = ['raw-ip', 'xdp', 'tun-tap'] as const;
