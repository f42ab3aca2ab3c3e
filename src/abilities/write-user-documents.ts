import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  OPTION,
  ownerRule,
  type Statement,
  transitionTo,
  unmediated,
} from '../description/index.ts';
import { READ_FILE } from './unit-directory.ts';

/**
 * Writes new files where users keep theirs, as a tool does that converts the file of its command line: in home directories, and in /tmp and /var/tmp. What
 * it makes gets a type of its own; no file that somebody else made can be written, replaced or removed, an output of an earlier run can.
 *
 * `when`: the tunable under which it does. Into a pipe it writes without it; into a file that the shell opened (`tool > file`) it never does, since
 * the policy cannot tell that file from any other of the user.
 *
 * `replace`: in home directories it also puts what it made in the place of a file of the user, or moves that file aside first, as a tool does that
 * changes the file of its command line. No content of the user's files is written over in place, but any of them can be renamed and deleted. What stands in
 * the place carries the type of its outputs, which it then reads, renames and deletes like them.
 */
export function writeUserDocuments(options: { when: string; replace?: boolean }): Ability {
  checkOptions('writeUserDocuments', options, { when: OPTION.text, replace: OPTION.flag });
  const { when, replace = false } = options;
  return {
    name: 'writeUserDocuments',
    title: 'Write new documents of users',
    types: [
      {
        name: 'document',
        nature: 'home-content',
        what: 'its outputs in home directories',
        below: ['HOME/*'],
      },
      {
        name: 'tmp',
        nature: 'tmp',
        what: 'its outputs in /tmp and /var/tmp',
        below: ['/tmp', '/var/tmp'],
      },
    ],
    blocks: [
      {
        why: 'A new file in a home directory becomes an output by its type. Files of the user have another one: none can be overwritten or deleted by this.',
        whyIn: {
          apparmor: `Outputs in home directories, but not below hidden names.${replace ? '' : ' None is read back.'}`,
        },
        when,
        selinux: [
          allow('home_root_t', 'dir', ['getattr', 'search']),
          allow(['user_home_dir_t', 'user_home_t'], 'dir', ADD_ENTRY),
          transitionTo('own:document', 'user_home_dir_t', ['file']),
          transitionTo('own:document', 'user_home_t', ['file']),
          write('own:document'),
        ],
        apparmor: [ownerRule('@{HOME}/[^.]*{,/**}', 'w'), OVERWRITES],
      },
      ...(replace ? [replacing(when)] : []),
      {
        why: 'In /tmp and /var/tmp likewise, with a type that whoever cleans these directories may remove.',
        whyIn: { apparmor: 'In /tmp and /var/tmp likewise.' },
        when,
        selinux: [call('files_tmp_filetrans', 'self', 'own:tmp', 'file'), write('own:tmp')],
        apparmor: [ownerRule('/{,var/}tmp/**', 'w'), OVERWRITES],
      },
    ],
  };
}

function replacing(when: string): Block {
  return {
    why: 'A file of the user is renamed aside, or goes as another is renamed over it. None is written in place; which of them the command line named is not for a policy to say.',
    whyIn: {
      apparmor:
        'What it put in the place of a file is read again. That it may rename and delete comes with the permission to write.',
    },
    when,
    selinux: [
      allow(['user_home_dir_t', 'user_home_t'], 'dir', 'remove_name'),
      allow(['user_home_t', 'own:document'], 'file', ['getattr', 'rename', 'unlink']),
      allow('own:document', 'file', READ_FILE),
    ],
    apparmor: [ownerRule('@{HOME}/[^.]*{,/**}', 'r')],
  };
}

/** The price of going by paths. */
const OVERWRITES = unmediated(
  'existing-documents',
  'files of the user that are not hidden can be overwritten and deleted where a tunable lets it create them',
  'AppArmor has one permission for creating, writing and deleting, and cannot tell a new file from an old one',
);

const ADD_ENTRY: readonly string[] = ['add_name', 'getattr', 'open', 'search', 'write'];

/** An output is created, or written anew; it is not read back. */
function write(type: `own:${string}`): Statement {
  return allow(type, 'file', ['append', 'create', 'getattr', 'open', 'setattr', 'write']);
}
