import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';
import { forbidChannel } from './channels.ts';
import { capabilityAnywhere, networkAdministration } from './network-administration.ts';

/**
 * Forbids what puts packets of any protocol on the wire, so that none of UDP or TCP has to be asked. Frames through a packet socket are
 * accepted where the description says so.
 */
export function forbidCarriers(inquiry: Inquiry): void {
  const { own } = inquiry.subject;
  for (const carrier of CARRIERS) forbidChannel(inquiry, carrier);
  forbidKernelTraffic(inquiry);
  if (acceptsFrames(inquiry)) {
    inquiry.noteGrants(
      inquiry.grants('frame-send'),
      'accepted by the residual capture-socket-frames',
    );
    inquiry.noteGrants(
      byBpf(inquiry).every(({ grants }) => grants.length > 0)
        ? LOADS.flatMap((check) => inquiry.grants(check))
        : [],
      'with net_admin or sys_admin its programs can send frames too, which the same residual accepts',
    );
    inquiry.noteGrants(
      inquiry.grants('bpf-run', undefined, (target) => !own.has(target)),
      'such a program can send a frame, which the same residual accepts',
    );
  } else {
    inquiry.forbid('frame-send');
    for (const check of LOADS) inquiry.forbid(check, { with: () => byBpf(inquiry) });
    inquiry.forbid('bpf-run', { on: (target) => !own.has(target), beyondBase: true });
  }
}

function acceptsFrames({ subject }: Inquiry): boolean {
  return subject.confinement.residuals.some(({ id }) => id === 'capture-socket-frames');
}

/** What the kernel sends and connects at the domain's word, with sockets that are asked for nothing. */
function forbidKernelTraffic(inquiry: Inquiry): void {
  inquiry.forbid('tunnel-control', { with: () => networkAdministration(inquiry) });
  inquiry.forbid('file-server');
}

/** A program for the network's device layer sends frames when it is test-run with BPF_F_TEST_XDP_LIVE_FRAMES. */
function byBpf(inquiry: Inquiry): readonly Requirement[] {
  return [{ grants: capabilityAnywhere(inquiry, ['net_admin', 'sys_admin']) }];
}

/** By its own right, or by a token that another domain delegated. */
const LOADS = ['bpf-load', 'bpf-load-by-token'] as const;

const CARRIERS = ['raw-ip', 'xdp', 'tun-tap'] as const;
