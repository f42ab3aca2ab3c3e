import {
  type Ability,
  allow,
  call,
  checkOptions,
  either,
  OPTION,
  treeAt,
} from '../description/index.ts';
import {
  MANAGE_DIRECTORY,
  MANAGE_FILE,
  madeByServiceManager,
  managed,
  NOT_IN_THE_PROFILE,
  pidFileRead,
} from './unit-directory.ts';

/**
 * Keeps what lives until the next boot in a directory below /run that is its own: the PID file, locks. A unit's `RuntimeDirectory=` makes it. Where a
 * socket stands in it too, `serveUnixSocket` with `files` is for both.
 */
export function useRuntimeDirectory(options: { directory: string }): Ability {
  checkOptions('useRuntimeDirectory', options, { directory: OPTION.path });
  return {
    name: 'useRuntimeDirectory',
    title: 'Use a runtime directory',
    types: [
      {
        name: 'runtime',
        below: [options.directory],
        nature: 'runtime',
        what: 'PID file and locks (in a unit, RuntimeDirectory=)',
      },
    ],
    fileContexts: [treeAt(options.directory, 'own:runtime')],
    blocks: [
      {
        why: 'Its own directory below /run, made by the service manager, so that no file is ever made in /run itself.',
        selinux: [
          either([call('files_search_runtime'), call('files_search_pids')]),
          allow('own:runtime', 'dir', MANAGE_DIRECTORY),
          allow('own:runtime', 'file', MANAGE_FILE),
        ],
        apparmor: [managed(options.directory)],
      },
      {
        why: 'The service manager makes the directory for RuntimeDirectory=, labels it, removes it at the end, and reads the PID file that PIDFile= names.',
        selinux: [...madeByServiceManager('own:runtime'), pidFileRead('own:runtime')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
    ],
  };
}
