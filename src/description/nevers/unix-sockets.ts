import { z } from 'zod';
import { example, names, text } from '../shapes.ts';
import type { Kind, Plain } from './kind.ts';

/** No connection or datagram to another domain's local socket, except these peers (types or attributes). */
export interface UnixSockets extends Plain<'unix-sockets'> {
  readonly except: readonly PeerException[];
}

export interface PeerException {
  /** What is reached, in words: `systemd-resolved`. */
  readonly peer: string;
  /** Domains that may be on the other side, as any of the targets' policies calls them; unknown names are skipped and said. */
  readonly domains: readonly string[];
  /** The paths of its sockets, for a mechanism that goes by names of files. */
  readonly sockets?: readonly string[];
  readonly why: string;
}

export function reachUnixSockets(
  why: string,
  options: { except?: readonly PeerException[] } = {},
): UnixSockets {
  return { kind: 'unix-sockets', except: options.except ?? [], why };
}

export const UNIX_SOCKETS: Kind<UnixSockets> = {
  title: 'use others’ local sockets',
  fields: {
    except: z.array(
      z.strictObject(
        { peer: text, domains: names, sockets: names.optional(), why: text },
        example("{ peer: 'systemd-resolved', domains: ['systemd_resolved_t'], why: '…' }"),
      ),
    ),
  },
};
