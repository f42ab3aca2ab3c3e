import {
  type Ability,
  allow,
  call,
  checkOptions,
  OPTION,
  type Statement,
  transitionTo,
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
      { name: 'document', nature: 'home-content', what: 'its outputs in home directories' },
      { name: 'tmp', nature: 'tmp', what: 'its outputs in /tmp and /var/tmp' },
    ],
    blocks: [
      {
        why: 'A new file in a home directory becomes an output by its type. Files of the user have another one: none can be overwritten or deleted.',
        when: options.when,
        selinux: [
          allow('home_root_t', 'dir', ['getattr', 'search']),
          allow(['user_home_dir_t', 'user_home_t'], 'dir', ADD_ENTRY),
          transitionTo('own:document', 'user_home_dir_t', ['file']),
          transitionTo('own:document', 'user_home_t', ['file']),
          write('own:document'),
        ],
      },
      {
        why: 'In /tmp and /var/tmp likewise, with a type that whoever cleans these directories may remove.',
        when: options.when,
        selinux: [call('files_tmp_filetrans', 'self', 'own:tmp', 'file'), write('own:tmp')],
      },
    ],
  };
}

const ADD_ENTRY: readonly string[] = ['add_name', 'getattr', 'open', 'search', 'write'];

/** An output is created, or written anew; it is not read back. */
function write(type: `own:${string}`): Statement {
  return allow(type, 'file', ['append', 'create', 'getattr', 'open', 'setattr', 'write']);
}
