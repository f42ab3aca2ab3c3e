import { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';
import { text } from '../shapes.ts';
import type { Context } from './kind.ts';

/**
 * UDP to ports of other machines, and from ports of its own, while `when` is on, held to them by the SECMARK companion: the kernel itself asks
 * for no port when a datagram is sent.
 */
export interface DatagramException {
  /** Ports that it may be sent to, on every machine, 1 to 65535. */
  readonly to: readonly number[];
  /** Ports of this machine that it may be sent from, to every machine: a server's answers. */
  readonly from: readonly number[];
  /** The tunable that opens it, without the module's prefix. */
  readonly when: string;
  /** The packet type that the companion ruleset puts on these packets, as an own type's name. */
  readonly packets: string;
}

/** UDP to these ports and from those, while the tunable is on and the companion ruleset of `sendDatagrams` is loaded. */
export function datagrams(options: {
  to?: readonly number[];
  from?: readonly number[];
  when: string;
  packets?: string;
}): DatagramException {
  const { to = [], from = [], when, packets = 'udp_packet' } = options;
  return { to, from, when, packets };
}

const port = z.number().int().min(1).max(65_535);

export const datagramShape: z.ZodObject = z.strictObject({
  to: z.array(port),
  from: z.array(port),
  when: text,
  packets: text,
});

export function checkDatagrams(except: DatagramException, { own, report }: Context): void {
  if (except.to.length + except.from.length === 0) {
    report('except', 'an exception for datagrams names no port', 'give `to`, `from` or both');
  }
  if (own.has(except.packets)) return;
  report(
    'except.packets',
    `the module declares no packet type \`${except.packets}\``,
    suggestion(except.packets, [...own]) ??
      'without SECMARK the kernel checks no port on UDP: give `sendDatagrams`, or no exception',
  );
}
