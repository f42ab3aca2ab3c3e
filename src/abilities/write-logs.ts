import { type Ability, allow, call, checkOptions, OPTION, treeAt } from '../description/index.ts';
import { madeByServiceManager } from './unit-directory.ts';

/** Writes log files in a directory of its own below /var/log, as a unit's `LogsDirectory=` makes it. logrotate may rotate them, by their nature. */
export function writeLogs(options: { directory: string }): Ability {
  checkOptions('writeLogs', options, { directory: OPTION.path });
  return {
    name: 'writeLogs',
    title: 'Write log files',
    types: [{ name: 'log', nature: 'log', what: 'logs (in a unit, LogsDirectory=)' }],
    fileContexts: [treeAt(options.directory, 'own:log')],
    blocks: [
      {
        why: 'Log files are created and appended to. They are never read back, renamed, truncated or deleted: who takes the program over cannot remove its traces.',
        selinux: [
          call('logging_search_logs'),
          allow('own:log', 'dir', ['add_name', 'getattr', 'open', 'search', 'write']),
          allow('own:log', 'file', ['append', 'create', 'getattr', 'ioctl', 'open', 'setattr']),
        ],
      },
      {
        why: 'The service manager makes the directory for LogsDirectory=, labels it and gives it to the user of the unit.',
        selinux: [...madeByServiceManager('own:log')],
      },
    ],
  };
}
