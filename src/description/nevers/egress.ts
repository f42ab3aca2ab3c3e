import { z } from 'zod';
import { suggestion } from '../../selinux/words/index.ts';
import { text } from '../shapes.ts';
import { checkNotEmpty, type Kind, type Plain } from './kind.ts';

/** No other way out of the machine, by channel. */
export interface Egress extends Plain<'egress'> {
  readonly channels: readonly EgressChannel[];
}

/** The ways out that a policy can tell apart by object class. */
export const EGRESS_CHANNELS = [
  'raw-ip',
  'icmp',
  'sctp',
  'dccp',
  'vsock',
  'af-alg',
  'bluetooth-l2cap',
  'tun-tap',
  'xdp',
  'rds',
  'key',
  'can',
  'netlink-write',
  'appletalk-and-other-families',
] as const;
export type EgressChannel = (typeof EGRESS_CHANNELS)[number];

export function egressBy(channels: readonly EgressChannel[], why: string): Egress {
  return { kind: 'egress', channels, why };
}

export const EGRESS: Kind<Egress> = {
  title: 'leave by another channel',
  fields: { channels: z.array(text) },
  check({ channels }, { report }) {
    checkNotEmpty('channels', channels, report);
    channels.forEach((channel, k) => {
      if (EGRESS_CHANNELS.includes(channel)) return;
      report(
        `channels[${k}]`,
        `there is no channel \`${channel}\``,
        suggestion(channel, EGRESS_CHANNELS) ?? `channels are ${EGRESS_CHANNELS.join(', ')}`,
      );
    });
  },
};
