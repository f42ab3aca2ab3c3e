import { z } from 'zod';
import {
  type Ability,
  allow,
  call,
  checkOptions,
  either,
  OPTION,
  optional,
} from '../description/index.ts';

/**
 * Connects to the socket of another daemon of this machine. `to`: the daemon's domain and the types of its socket file, of which each
 * distribution has one.
 */
export function talkToUnixSocket(options: {
  to: readonly { domain: string; sockets: readonly string[] }[];
}): Ability {
  checkOptions('talkToUnixSocket', options, {
    to: z.array(z.strictObject({ domain: OPTION.text, sockets: OPTION.names })).min(1),
  });
  return {
    name: 'talkToUnixSocket',
    title: 'Talk to daemons of this machine',
    blocks: [
      {
        why: 'A socket of the unix family that connects; on the way to the socket file nothing is listed.',
        selinux: [
          either([call('files_search_runtime'), call('files_search_pids')]),
          allow('self', 'unix_stream_socket', [
            'connect',
            'create',
            'getattr',
            'getopt',
            'read',
            'setopt',
            'shutdown',
            'write',
          ]),
        ],
      },
      {
        why: 'The kernel asks twice: to write to the socket file, and to connect to the daemon that listens. Where a policy lacks the daemon, nothing is granted.',
        selinux: options.to.flatMap(({ domain, sockets }) =>
          sockets.map((socket) =>
            optional({ types: [...new Set([domain, socket])] }, [
              allow(socket, 'dir', ['getattr', 'open', 'search']),
              allow(socket, 'sock_file', ['getattr', 'write']),
              allow(domain, 'unix_stream_socket', 'connectto'),
            ]),
          ),
        ),
      },
    ],
  };
}
