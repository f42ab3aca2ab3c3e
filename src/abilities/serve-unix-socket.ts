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
import {
  MANAGE_DIRECTORY,
  MANAGE_FILE,
  madeByServiceManager,
  NOT_IN_THE_PROFILE,
  pidFileRead,
} from './unit-directory.ts';
import { UNIX_PEERS } from './unix-peers.ts';

/**
 * Accepts local clients on a socket of its own below /run. `clients` are the domains that may connect; unconfined users may anyway. `files`: its PID
 * file and locks stand in the same directory.
 */
export function serveUnixSocket(options: {
  directory: string;
  clients?: readonly string[];
  files?: boolean;
}): Ability {
  checkOptions('serveUnixSocket', options, {
    directory: OPTION.path,
    clients: OPTION.someNames,
    files: OPTION.flag,
  });
  const { directory, clients = [] } = options;
  return {
    name: 'serveUnixSocket',
    title: 'Accept local clients',
    types: [
      {
        name: 'socket',
        nature: 'runtime',
        what: options.files
          ? 'the socket for local clients, the PID file and locks (in a unit, RuntimeDirectory=)'
          : 'the socket for local clients (in a unit, RuntimeDirectory=)',
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
      ...(options.files
        ? [
            {
              why: 'Its PID file and locks beside the socket; the service manager reads the one that PIDFile= names.',
              selinux: [allow('own:socket', 'file', MANAGE_FILE), pidFileRead('own:socket')],
              apparmor: [nothingToAllow('The rule for the directory is for them too.')],
            },
          ]
        : []),
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
