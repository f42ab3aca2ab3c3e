import { z } from 'zod';
import type { Kind, Plain } from './kind.ts';
import { checkPorts, type PortException, portShape } from './port-exception.ts';

/**
 * No port is opened to others: name_bind, listen, accept. An exception is for ports of its type; for TCP also for those of the local range, which the
 * kernel asks nobody about once a socket may listen at all.
 */
export interface Listen extends Plain<'listen'> {
  readonly except?: readonly PortException[];
}

export function listen(why: string, options: { except?: readonly PortException[] } = {}): Listen {
  return { kind: 'listen', why, ...options };
}

export const LISTEN: Kind<Listen> = {
  title: 'accept connections',
  fields: { except: z.array(portShape).optional() },
  check: ({ except }, context) => checkPorts(except, context, 'except'),
};
