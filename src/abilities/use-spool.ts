import { type Ability, allow, call, checkOptions, OPTION, treeAt } from '../description/index.ts';
import {
  MANAGE_DIRECTORY,
  MANAGE_FILE,
  madeByServiceManager,
  managed,
  NOT_IN_THE_PROFILE,
} from './unit-directory.ts';

/** Queues work in a directory below /var/spool that is its own. systemd has no word for it: the package ships the directory, or tmpfiles.d makes it. */
export function useSpool(options: { directory: string }): Ability {
  checkOptions('useSpool', options, { directory: OPTION.path });
  return {
    name: 'useSpool',
    title: 'Use a spool',
    types: [
      { name: 'spool', nature: 'spool', what: 'work that waits', below: [options.directory] },
    ],
    fileContexts: [treeAt(options.directory, 'own:spool')],
    blocks: [
      {
        why: 'Its own directory below /var/spool. The queues of others (mail, cron, print jobs) stay out of reach.',
        selinux: [
          call('files_search_spool'),
          allow('own:spool', 'dir', MANAGE_DIRECTORY),
          allow('own:spool', 'file', MANAGE_FILE),
        ],
        apparmor: [managed(options.directory)],
      },
      {
        why: 'The service manager mounts it into the unit where ReadWritePaths= names it.',
        selinux: [...madeByServiceManager('own:spool')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
    ],
  };
}
