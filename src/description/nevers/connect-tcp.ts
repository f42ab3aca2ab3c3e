import type { Kind, Plain } from './kind.ts';
import { checkResolver, type ResolverException, resolverShape } from './resolver-exception.ts';

/** No TCP connection is opened (tcp_socket and everything that the kernel files under it: MPTCP, fast open). */
export interface ConnectTcp extends Plain<'connect-tcp'> {
  readonly except?: ResolverException;
}

export function connectTcp(why: string, options: { except?: ResolverException } = {}): ConnectTcp {
  return { kind: 'connect-tcp', why, ...options };
}

export const CONNECT_TCP: Kind<ConnectTcp> = {
  title: 'open TCP connections',
  fields: { except: resolverShape.optional() },
  check: ({ except }, context) => checkResolver(except, context),
};
