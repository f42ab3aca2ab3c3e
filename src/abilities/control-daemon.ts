import { z } from 'zod';
import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  either,
  OPTION,
} from '../description/index.ts';
import { TCP_CLIENT, UNIX_CLIENT } from './socket-permissions.ts';

/**
 * For a further domain of a description: a control tool talks to the daemon that is the description's own. `socket`: the type of the daemon's
 * socket files, as `serveUnixSocket` declares it (`socket`). `port`: the type of its TCP ports, as `listenOn` does (`port`). `signals`: it makes the
 * daemon reload or end.
 */
export function controlDaemon(options: {
  socket?: string;
  port?: string;
  signals?: boolean;
}): Ability {
  checkOptions('controlDaemon', options, {
    socket: z.string().optional(),
    port: z.string().optional(),
    signals: OPTION.flag,
  });
  const { socket, port, signals } = options;
  return {
    name: 'controlDaemon',
    title: 'Control the daemon',
    blocks: [
      ...(socket === undefined ? [] : bySocket(`module:${socket}`)),
      ...(port === undefined ? [] : byPort(`module:${port}`)),
      ...(signals
        ? [
            {
              why: 'Signals to the daemon, with which it reloads or ends; none that stops it or kills it unasked.',
              selinux: [allow('module:domain', 'process', ['signal', 'signull'])],
            },
          ]
        : []),
    ],
  };
}

function bySocket(type: string): readonly Block[] {
  return [
    {
      why: 'The socket file of the daemon is written and the daemon connected to: the kernel asks for both. What it is asked is for the daemon to allow.',
      selinux: [
        either([call('files_search_runtime'), call('files_search_pids')]),
        allow('self', 'unix_stream_socket', UNIX_CLIENT),
        allow(type, 'dir', ['getattr', 'open', 'search']),
        allow(type, 'sock_file', ['getattr', 'write']),
        allow('module:domain', 'unix_stream_socket', 'connectto'),
      ],
    },
  ];
}

function byPort(type: string): readonly Block[] {
  return [
    {
      why: 'A TCP socket that connects to the ports of the daemon. Which machine answers is not for the policy to say.',
      selinux: [allow('self', 'tcp_socket', TCP_CLIENT), allow(type, 'tcp_socket', 'name_connect')],
    },
  ];
}
