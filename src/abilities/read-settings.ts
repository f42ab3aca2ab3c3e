import { z } from 'zod';
import {
  type Ability,
  type ApparmorRule,
  allow,
  type Block,
  call,
  checkOptions,
  either,
  escapePath,
  type FileContext,
  fileRule,
  type HomeName,
  nothingToAllow,
  OPTION,
  optional,
  ownerRule,
} from '../description/index.ts';

/**
 * Reads its own settings and data in home directories, and nothing else there: the named directories carry a type of the module,
 * `own:home`, so that no other file of the user becomes readable.
 *
 * `config` and `data` are names below ~/.config and ~/.local/share. With `workingDirectory`, files of the user's home (user_home_t) become
 * readable under a tunable, since the current directory can be any of them; `files` are the names of those that it looks for, which AppArmor
 * holds it to.
 */
export function readSettings(options: {
  config?: readonly string[];
  data?: readonly string[];
  workingDirectory?: { when: string; why: string; files?: readonly string[] };
}): Ability {
  checkOptions('readSettings', options, {
    config: OPTION.someNames,
    data: OPTION.someNames,
    workingDirectory: z
      .strictObject({
        when: OPTION.text,
        why: OPTION.text,
        files: z.array(OPTION.text).exactOptional(),
      })
      .optional(),
  });
  const config = options.config ?? [];
  const data = options.data ?? [];
  const blocks: Block[] = [
    {
      why: 'Its own directories in the home of the user carry a type of their own; on the way there nothing is listed or read.',
      whyIn: {
        apparmor:
          'Its own directories in the home of the user, of which nothing else is read. Under sudo those of the calling user belong to another user, and stay closed.',
      },
      selinux: [
        call('userdom_search_user_home_dirs'),
        either(
          [[call('xdg_search_config_dirs'), call('xdg_search_data_dirs')]],
          [
            // Fedora has no xdg module and no interface for these directories; config_home_t is its alone.
            ...['config_home_t', 'data_home_t', 'gconf_home_t'].map((type) =>
              optional({ types: [...new Set(['config_home_t', type])] }, [
                allow(type, 'dir', ['getattr', 'open', 'search']),
              ]),
            ),
          ],
        ),
        allow('own:home', 'dir', LIST_DIRECTORY),
        allow('own:home', 'file', READ_FILE),
        allow('own:home', 'lnk_file', ['getattr', 'read']),
      ],
      apparmor: [...own(config, data)],
    },
    {
      why: 'Who the user is: names of users and groups.',
      selinux: [call('files_read_etc_files'), either([call('auth_read_passwd_file')], [])],
      apparmor: [fileRule('/etc/{passwd,group,nsswitch.conf}', 'r')],
    },
  ];
  const { workingDirectory } = options;
  if (workingDirectory) {
    blocks.push({
      why: workingDirectory.why,
      when: workingDirectory.when,
      selinux: [
        allow('user_home_t', 'dir', LIST_DIRECTORY),
        allow('user_home_t', 'file', READ_FILE),
        allow('user_home_t', 'lnk_file', ['getattr', 'read']),
      ],
      apparmor: [
        ownerRule(
          (workingDirectory.files ?? ['*']).map((file) => `@{HOME}/{,**/}${file}`),
          'r',
        ),
      ],
    });
  }
  blocks.push({
    why: 'It looks for files beside the current directory and in data directories that it may not enter: not found is as good as refused.',
    selinux: [
      call('userdom_dontaudit_search_user_home_content'),
      optional({ types: ['admin_home_t'] }, [
        {
          kind: 'dontaudit',
          targets: ['admin_home_t'],
          classes: ['dir'],
          permissions: ['getattr', 'search'],
        },
      ]),
    ],
    apparmor: [nothingToAllow('Whether a file exists is not asked about.')],
  });
  return {
    name: 'readSettings',
    title: 'Read its settings and data in home directories',
    types: [
      {
        name: 'home',
        nature: 'home-content',
        what: 'settings and data of the program in home directories',
      },
    ],
    fileContexts: [
      ...config.map((name) => homeTree(`HOME/.config/${name}`)),
      ...data.map((name) => homeTree(`HOME/.local/share/${name}`)),
    ],
    homeNames: [
      ...config.map((name): HomeName => ({ under: 'config', name, type: 'own:home' })),
      ...data.map((name): HomeName => ({ under: 'data', name, type: 'own:home' })),
    ],
    blocks,
  };
}

/** What the reference policy calls list_dir_perms and read_file_perms. */
const LIST_DIRECTORY = ['getattr', 'ioctl', 'lock', 'open', 'read', 'search'];
const READ_FILE = ['getattr', 'ioctl', 'lock', 'open', 'read'];

/** The same directories by their paths. */
function own(config: readonly string[], data: readonly string[]): ApparmorRule[] {
  const paths = [
    ...config.map((name) => `@{HOME}/.config/${name}/{,**}`),
    ...data.map((name) => `@{HOME}/.local/share/${name}/{,**}`),
  ];
  if (paths.length > 0) return [ownerRule(paths, 'r')];
  return [nothingToAllow('It has no directory of its own in home directories.')];
}

function homeTree(path: string): FileContext {
  return { pattern: `${escapePath(path)}(/.*)?`, kind: 'any', type: 'own:home' };
}
