import { forbidChannel } from './egress.ts';
import type { Inquiry, Requirement } from './inquiry.ts';
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
    inquiry.noteGrants(
      byBpf(inquiry).every(({ grants }) => grants.length > 0) ? inquiry.grants('bpf-load') : [],
      'with net_admin or sys_admin its programs can send frames too, which the same residual accepts',
    );
  } else {
    inquiry.forbid('frame-send');
    inquiry.forbid('bpf-load', { with: () => byBpf(inquiry) });
  }
}

/** A program for the network's device layer sends frames when it is test-run with BPF_F_TEST_XDP_LIVE_FRAMES. */
function byBpf(inquiry: Inquiry): readonly Requirement[] {
  return [{ grants: inquiry.grants('capability', ['net_admin', 'sys_admin']) }];
}

const CARRIERS = ['raw-ip', 'xdp', 'tun-tap'] as const;
