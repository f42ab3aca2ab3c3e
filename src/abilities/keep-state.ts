import { type Ability, allow, call, checkOptions, OPTION, treeAt } from '../description/index.ts';
import {
  bothPlaces,
  followsLinkIn,
  MANAGE_DIRECTORY,
  MANAGE_FILE,
  madeByServiceManager,
  managed,
  NOT_IN_THE_PROFILE,
} from './unit-directory.ts';

/**
 * Keeps state in a directory below /var/lib that is its own, as a unit's `StateDirectory=` makes it.
 *
 * `mapped`: it maps these files into its memory, as databases do.
 */
export function keepState(options: { directory: string; mapped?: boolean }): Ability {
  checkOptions('keepState', options, { directory: OPTION.path, mapped: OPTION.flag });
  return {
    name: 'keepState',
    title: 'Keep state',
    types: [
      {
        name: 'state',
        nature: 'state',
        what: 'state (in a unit, StateDirectory=)',
        below: bothPlaces(options.directory),
      },
    ],
    fileContexts: [treeAt(options.directory, 'own:state')],
    blocks: [
      {
        why: 'Its own directory below /var/lib, and what it makes there. What others keep beside it can be neither listed nor read.',
        selinux: [
          call('files_search_var_lib'),
          allow('own:state', 'dir', MANAGE_DIRECTORY),
          allow('own:state', 'file', [...MANAGE_FILE, ...(options.mapped ? ['map'] : [])]),
          allow('own:state', 'lnk_file', ['create', 'getattr', 'read', 'rename', 'unlink']),
        ],
        apparmor: [managed(options.directory)],
      },
      {
        why: 'The service manager makes the directory for StateDirectory=, labels it and gives it to the user of the unit. For DynamicUser= a link with a general label leads to it.',
        selinux: [...madeByServiceManager('own:state'), followsLinkIn('var_lib_t')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
    ],
  };
}
