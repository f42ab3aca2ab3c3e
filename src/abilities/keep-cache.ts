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

/** Keeps a cache in a directory below /var/cache that is its own, as a unit's `CacheDirectory=` makes it. */
export function keepCache(options: { directory: string }): Ability {
  checkOptions('keepCache', options, { directory: OPTION.path });
  return {
    name: 'keepCache',
    title: 'Keep a cache',
    types: [
      {
        name: 'cache',
        nature: 'cache',
        what: 'a cache (in a unit, CacheDirectory=)',
        below: bothPlaces(options.directory),
      },
    ],
    fileContexts: [treeAt(options.directory, 'own:cache')],
    blocks: [
      {
        why: 'Its own directory below /var/cache, which may be emptied at any time. The way there is searched and not listed.',
        selinux: [
          call('files_search_var'),
          allow('own:cache', 'dir', MANAGE_DIRECTORY),
          allow('own:cache', 'file', [...MANAGE_FILE, 'map']),
          allow('own:cache', 'lnk_file', ['create', 'getattr', 'read', 'rename', 'unlink']),
        ],
        apparmor: [managed(options.directory)],
      },
      {
        why: 'The service manager makes the directory for CacheDirectory=, labels it and gives it to the user of the unit. For DynamicUser= a link with a general label leads to it.',
        selinux: [...madeByServiceManager('own:cache'), followsLinkIn('var_t')],
        apparmor: [NOT_IN_THE_PROFILE],
      },
    ],
  };
}
