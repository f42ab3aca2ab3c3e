import {
  type Ability,
  allow,
  call,
  checkOptions,
  fileRule,
  OPTION,
  treeAt,
  unmediated,
} from '../description/index.ts';
import {
  alsoPrivate,
  bothPlaces,
  followsLinkIn,
  madeByServiceManager,
  NOT_IN_THE_PROFILE,
} from './unit-directory.ts';

/** Writes log files in a directory of its own below /var/log, as a unit's `LogsDirectory=` makes it. logrotate may rotate them, by their nature. */
export function writeLogs(options: { directory: string }): Ability {
  checkOptions('writeLogs', options, { directory: OPTION.path });
  return {
    name: 'writeLogs',
    title: 'Write log files',
    types: [
      {
        name: 'log',
        nature: 'log',
        what: 'logs (in a unit, LogsDirectory=)',
        below: bothPlaces(options.directory),
      },
    ],
    fileContexts: [treeAt(options.directory, 'own:log')],
    blocks: [
      {
        whyIn: { apparmor: 'Log files are created and written, and never read back.' },
        why: 'Log files are created and appended to. They are never read back, renamed, truncated or deleted: who takes the program over cannot remove its traces.',
        selinux: [
          call('logging_search_logs'),
          allow('own:log', 'dir', ['add_name', 'getattr', 'open', 'search', 'write']),
          allow('own:log', 'file', ['append', 'create', 'getattr', 'ioctl', 'open', 'setattr']),
        ],
        apparmor: [
          fileRule(`${alsoPrivate(options.directory)}/**`, 'w'),
          unmediated(
            'own-logs',
            'its log files can be truncated, renamed and deleted',
            'AppArmor has one permission for creating, writing and deleting',
          ),
        ],
      },
      {
        why: 'The service manager makes the directory for LogsDirectory=, labels it and gives it to the user of the unit. For DynamicUser= a link with a general label leads to it.',
        selinux: [...madeByServiceManager('own:log'), followsLinkIn('var_log_t')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
    ],
  };
}
