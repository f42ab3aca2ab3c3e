import { z } from 'zod';
import { checkDatagrams, type DatagramException, datagramShape } from './datagram-exception.ts';
import type { Kind, Plain } from './kind.ts';
import { checkResolver, type ResolverException, resolverShape } from './resolver-exception.ts';

/** No datagram leaves over UDP, except DNS to the configured resolver or what goes to and from named ports, where `except` says so. */
export interface SendUdp extends Plain<'send-udp'> {
  readonly except?: ResolverException | DatagramException;
}

export function sendUdp(
  why: string,
  options: { except?: ResolverException | DatagramException } = {},
): SendUdp {
  return { kind: 'send-udp', why, ...options };
}

export const SEND_UDP: Kind<SendUdp> = {
  title: 'send over UDP',
  // Of a union whose members are objects the last is taken for what was meant.
  fields: { except: z.union([resolverShape, datagramShape]).optional() },
  check: ({ except }, context) => {
    if (except !== undefined && 'from' in except) checkDatagrams(except, context);
    else checkResolver(except, context);
  },
};
