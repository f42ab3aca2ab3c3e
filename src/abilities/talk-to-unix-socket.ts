import { z } from 'zod';
import {
  type Ability,
  allow,
  call,
  checkOptions,
  either,
  fileRule,
  nothingToAllow,
  OPTION,
  optional,
  unixRule,
} from '../description/index.ts';
import { UNIX_CLIENT } from './socket-permissions.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Connects to the socket of another daemon of this machine. `to`: the daemon's domain and the types of its socket file, of which each
 * distribution has one; `paths`: where the sockets are, which AppArmor goes by.
 */
export function talkToUnixSocket(options: {
  to: readonly { domain: string; sockets: readonly string[]; paths?: readonly string[] }[];
}): Ability {
  checkOptions('talkToUnixSocket', options, {
    to: z
      .array(
        z.strictObject({
          domain: OPTION.text,
          sockets: OPTION.names,
          paths: z.array(OPTION.path).exactOptional(),
        }),
      )
      .min(1),
  });
  const paths = options.to.flatMap((peer) => peer.paths ?? []);
  return {
    name: 'talkToUnixSocket',
    title: 'Talk to daemons of this machine',
    blocks: [
      {
        why: 'A socket of the unix family that connects; on the way to the socket file nothing is listed.',
        selinux: [
          either([call('files_search_runtime'), call('files_search_pids')]),
          allow('self', 'unix_stream_socket', UNIX_CLIENT),
        ],
        apparmor: [unixRule('stream'), UNIX_PEERS],
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
        apparmor:
          paths.length === 0
            ? [nothingToAllow('No path of a socket is given: kernels that ask for it refuse.')]
            : [fileRule(paths, 'rw')],
      },
    ],
  };
}
