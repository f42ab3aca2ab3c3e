import {
  type Ability,
  allow,
  call,
  checkOptions,
  either,
  fileRule,
  nothingToAllow,
  OPTION,
  treeAt,
  unixRule,
} from '../description/index.ts';
import { MANAGE_DIRECTORY, madeByServiceManager, NOT_IN_THE_PROFILE } from './unit-directory.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Accepts local clients on a socket of its own below /run. `clients` are the domains that may connect; unconfined users may anyway.
 */
export function serveUnixSocket(options: {
  directory: string;
  clients?: readonly string[];
}): Ability {
  checkOptions('serveUnixSocket', options, { directory: OPTION.path, clients: OPTION.someNames });
  const { directory, clients = [] } = options;
  return {
    name: 'serveUnixSocket',
    title: 'Accept local clients',
    types: [
      {
        name: 'socket',
        nature: 'runtime',
        what: 'the socket for local clients',
        below: [directory],
      },
    ],
    fileContexts: [treeAt(directory, 'own:socket')],
    blocks: [
      {
        why: 'A listening socket of the unix family, and its file in a directory of its own. It reaches this machine alone.',
        selinux: [
          either([call('files_search_runtime'), call('files_search_pids')]),
          allow('self', 'unix_stream_socket', [
            'accept',
            'bind',
            'create',
            'getattr',
            'getopt',
            'listen',
            'read',
            'setopt',
            'shutdown',
            'write',
          ]),
          allow('own:socket', 'dir', MANAGE_DIRECTORY),
          allow('own:socket', 'sock_file', ['create', 'getattr', 'setattr', 'unlink', 'write']),
        ],
        apparmor: [
          unixRule('stream'),
          fileRule([`${directory}/`, `${directory}/**`], 'rw'),
          UNIX_PEERS,
        ],
      },
      {
        why: 'The service manager makes the directory for RuntimeDirectory=, labels it and gives it to the user of the unit.',
        selinux: [...madeByServiceManager('own:socket')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
      ...(clients.length === 0
        ? []
        : [
            {
              why: 'Who may connect: the socket file is written and the daemon is connected to.',
              selinux: [
                { ...allow('own:socket', 'dir', ['getattr', 'open', 'search']), sources: clients },
                { ...allow('own:socket', 'sock_file', ['getattr', 'write']), sources: clients },
                { ...allow('own:domain', 'unix_stream_socket', 'connectto'), sources: clients },
              ],
              apparmor: [nothingToAllow('Who may connect, the profiles of the clients say.')],
            },
          ]),
    ],
  };
}
