import {
  type Ability,
  allow,
  checkOptions,
  nothingToAllow,
  OPTION,
  optional,
  ownerRule,
} from '../description/index.ts';
import { LIST_DIRECTORY, READ_FILE, READ_LINK } from './unit-directory.ts';

/**
 * Reads files of the user who starts it, as a tool reads those that its command line names. The policy sees types and no command lines: what this
 * grants is every file of the general type in home directories. Keys, browser profiles and the like have types of their own and stay closed.
 *
 * `when`: the tunable under which it reads them by name. Descriptors that the shell hands down (`tool < file`) are read without it.
 *
 * `temporary`: also what users keep in /tmp and /var/tmp, under the same tunable.
 */
export function readUserDocuments(options: { when: string; temporary?: boolean }): Ability {
  checkOptions('readUserDocuments', options, { when: OPTION.text, temporary: OPTION.flag });
  return {
    name: 'readUserDocuments',
    title: 'Read documents of users',
    blocks: [
      {
        why: 'A file that the shell has opened is read without being opened: the narrowest way, which needs no tunable.',
        selinux: [allow('user_home_t', 'file', ['getattr', 'read'])],
        apparmor: [
          nothingToAllow(
            'AppArmor asks for the names of files that are handed down as well: they are read under the tunable alone.',
          ),
        ],
      },
      {
        whyIn: {
          apparmor:
            'Files of the user, but for those below hidden names: keys and browser profiles are there. Which of them the command line named is not for a profile to say.',
        },
        why: 'Files of the general type in home directories, by name. Which of them the command line named is not for a policy to say.',
        when: options.when,
        selinux: [
          allow(['home_root_t', 'user_home_dir_t'], 'dir', ['getattr', 'open', 'search']),
          allow('user_home_t', 'dir', LIST_DIRECTORY),
          allow('user_home_t', 'file', READ_FILE),
          allow('user_home_t', 'lnk_file', READ_LINK),
        ],
        apparmor: [ownerRule(['@{HOME}/', '@{HOME}/[^.]*{,/**}'], 'r')],
      },
      ...(options.temporary
        ? [
            {
              why: 'Files of users in /tmp and /var/tmp, by name. What services and other programs keep there has types of its own.',
              when: options.when,
              selinux: [
                allow('tmp_t', 'dir', ['getattr', 'search']),
                allow('user_tmp_t', 'dir', LIST_DIRECTORY),
                allow('user_tmp_t', 'file', READ_FILE),
              ],
              apparmor: [ownerRule(['/tmp/', '/tmp/**', '/var/tmp/', '/var/tmp/**'], 'r')],
            },
          ]
        : []),
      {
        why: 'Debian gives documents and downloads types of their own; they are refused in silence where a tool lists the home directory.',
        selinux: ['xdg_documents_t', 'xdg_downloads_t'].map((type) =>
          optional({ types: [type] }, [
            { ...allow(type, 'dir', ['getattr', 'open', 'read', 'search']), kind: 'dontaudit' },
          ]),
        ),
        apparmor: [nothingToAllow('AppArmor knows no types.')],
      },
    ],
  };
}
