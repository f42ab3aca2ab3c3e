import { z } from 'zod';
import type { Kind, Plain } from './kind.ts';
import { checkPorts, type PortException, portShape } from './port-exception.ts';
import { checkResolver, type ResolverException, resolverShape } from './resolver-exception.ts';

/** No TCP connection is opened (tcp_socket and everything that the kernel files under it: MPTCP, fast open). `ports` excepts ports by their types, on every machine. */
export interface ConnectTcp extends Plain<'connect-tcp'> {
  readonly except?: ResolverException;
  readonly ports?: readonly PortException[];
}

export function connectTcp(
  why: string,
  options: { except?: ResolverException; ports?: readonly PortException[] } = {},
): ConnectTcp {
  return { kind: 'connect-tcp', why, ...options };
}

export const CONNECT_TCP: Kind<ConnectTcp> = {
  title: 'open TCP connections',
  fields: { except: resolverShape.optional(), ports: z.array(portShape).optional() },
  check: ({ except, ports }, context) => {
    checkResolver(except, context);
    checkPorts(ports, context, 'ports');
  },
};
