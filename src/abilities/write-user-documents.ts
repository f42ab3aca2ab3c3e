import {
  type Ability,
  allow,
  call,
  checkOptions,
  OPTION,
  ownerRule,
  type Statement,
  transitionTo,
  unmediated,
} from '../description/index.ts';

/**
 * Writes new files where users keep theirs, as a tool does that converts the file of its command line: in home directories, and in /tmp and /var/tmp. What
 * it makes gets a type of its own; no file that somebody else made can be written, replaced or removed, an output of an earlier run can.
 *
 * `when`: the tunable under which it does. Into a pipe it writes without it; into a file that the shell opened (`tool > file`) it never does, since
 * the policy cannot tell that file from any other of the user.
 */
export function writeUserDocuments(options: { when: string }): Ability {
  checkOptions('writeUserDocuments', options, { when: OPTION.text });
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
        whyIn: {
          apparmor: 'Outputs in home directories, but not below hidden names. None is read back.',
        },
        why: 'A new file in a home directory becomes an output by its type. Files of the user have another one: none can be overwritten or deleted.',
        when: options.when,
        selinux: [
          allow('home_root_t', 'dir', ['getattr', 'search']),
          allow(['user_home_dir_t', 'user_home_t'], 'dir', ADD_ENTRY),
          transitionTo('own:document', 'user_home_dir_t', ['file']),
          transitionTo('own:document', 'user_home_t', ['file']),
          write('own:document'),
        ],
        apparmor: [ownerRule('@{HOME}/[^.]*{,/**}', 'w'), OVERWRITES],
      },
      {
        whyIn: { apparmor: 'In /tmp and /var/tmp likewise.' },
        why: 'In /tmp and /var/tmp likewise, with a type that whoever cleans these directories may remove.',
        when: options.when,
        selinux: [call('files_tmp_filetrans', 'self', 'own:tmp', 'file'), write('own:tmp')],
        apparmor: [ownerRule('/{,var/}tmp/**', 'w'), OVERWRITES],
      },
    ],
  };
}

/** The price of going by paths. */
const OVERWRITES = unmediated(
  'existing-documents',
  'files of the user that are not hidden can be overwritten and deleted where a tunable lets it make new ones',
  'AppArmor has one permission for creating, writing and deleting, and cannot tell a new file from an old one',
);

const ADD_ENTRY: readonly string[] = ['add_name', 'getattr', 'open', 'search', 'write'];

/** An output is created, or written anew; it is not read back. */
function write(type: `own:${string}`): Statement {
  return allow(type, 'file', ['append', 'create', 'getattr', 'open', 'setattr', 'write']);
}
