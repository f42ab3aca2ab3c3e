import type { Kind, Plain } from './kind.ts';
import { checkResolver, type ResolverException, resolverShape } from './resolver-exception.ts';

/** No datagram leaves over UDP, except DNS to the configured resolver where `except` says so. */
export interface SendUdp extends Plain<'send-udp'> {
  readonly except?: ResolverException;
}

export function sendUdp(why: string, options: { except?: ResolverException } = {}): SendUdp {
  return { kind: 'send-udp', why, ...options };
}

export const SEND_UDP: Kind<SendUdp> = {
  title: 'send over UDP',
  fields: { except: resolverShape.optional() },
  check: ({ except }, context) => checkResolver(except, context),
};
