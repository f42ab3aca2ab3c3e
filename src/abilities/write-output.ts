import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  either,
  nothingToAllow,
  OPTION,
  ownerRule,
  type Statement,
  transitionTo,
  treeAt,
  unmediated,
} from '../description/index.ts';

/**
 * Writes logs and captures into a directory of the system, where members of a group may write and cannot touch one another's files.
 *
 * `home`: tunable under which it may also create files in home directories. Whatever it creates there gets the type of its
 * outputs, and no existing file of the user becomes readable or writable.
 *
 * `temporary`: tunable under which it may also create files in /tmp and /var/tmp. They get a type of their own, which whoever cleans
 * these directories may remove.
 *
 * `names`: what its outputs are called there, as `*.pcap`. AppArmor knows no types and goes by these, so without them it allows every file of the user.
 */
export function writeOutput(options: {
  directory: string;
  group: string;
  home?: { when: string };
  temporary?: { when: string };
  names?: readonly string[];
}): Ability {
  checkOptions('writeOutput', options, {
    directory: OPTION.path,
    group: OPTION.text,
    home: OPTION.under,
    temporary: OPTION.under,
    names: OPTION.someNames,
  });
  const outputs = options.names ?? ['*'];
  const { temporary } = options;
  const inTmp: Block | undefined = temporary && {
    why: 'Outputs in /tmp and /var/tmp, where every new file gets a type of its own: what others keep there can be neither read nor overwritten.',
    whyIn: { apparmor: 'Outputs in /tmp and /var/tmp, by their names and only those of the user.' },
    when: temporary.when,
    selinux: [
      call('files_tmp_filetrans', 'self', 'own:tmp', '{ dir file }'),
      ...created('own:tmp'),
    ],
    apparmor: [
      ownerRule(
        [...outputs, 'logs/'].map((name) => `/{,var/}tmp/{,**/}${name}`),
        'w',
      ),
      OVERWRITES,
    ],
  };
  const inHome: Block | undefined = options.home && {
    why: 'New files and directories in home directories become outputs by their type. The files of the user stay out of reach: there is no access to user_home_t files, so none can be read, overwritten or deleted.',
    whyIn: {
      apparmor:
        'Outputs in home directories, by their names and only those of the user. None is read back.',
    },
    when: options.home.when,
    selinux: [
      allow(['user_home_dir_t', 'user_home_t'], 'dir', [
        'add_name',
        'getattr',
        'open',
        'search',
        'write',
      ]),
      transitionTo('own:log', 'user_home_dir_t', ['dir', 'file']),
      transitionTo('own:log', 'user_home_t', ['dir', 'file']),
    ],
    apparmor: [
      ownerRule(
        [...outputs, 'logs/'].map((name) => `@{HOME}/{,**/}${name}`),
        'w',
      ),
      OVERWRITES,
    ],
  };
  return {
    name: 'writeOutput',
    title: 'Write logs and captures',
    types: [
      { name: 'log', nature: 'log', what: 'logs and captures' },
      ...(temporary
        ? [
            {
              name: 'tmp',
              nature: 'tmp',
              what: 'logs and captures in /tmp and /var/tmp',
              below: ['/tmp', '/var/tmp'],
            } as const,
          ]
        : []),
    ],
    fileContexts: [treeAt(options.directory, 'own:log')],
    directories: [
      {
        path: options.directory,
        mode: '1770',
        owner: 'root',
        group: options.group,
        type: 'own:log',
        why: 'members of the group create files of their own (mode 0600); the sticky bit keeps them from replacing those of others',
      },
    ],
    blocks: [
      {
        why: 'Outputs are created and appended to, in directories that it may also make (./logs). They are never read back, renamed or deleted.',
        whyIn: {
          apparmor:
            'Outputs are created and written, in directories that it may also make. They are never read back. The permission is also that to rename and delete them.',
        },
        selinux: [call('logging_search_logs'), ...created('own:log')],
        apparmor: [ownerRule(`${options.directory}/**`, 'w')],
      },
      {
        why: 'systemd-tmpfiles makes the directory at boot. Fedora lets it do so for every file type.',
        selinux: [either([call('systemd_tmpfilesd_managed', 'own:log')], [])],
        apparmor: [nothingToAllow('systemd-tmpfiles is not held by this profile.')],
      },
      ...(inTmp ? [inTmp] : []),
      ...(inHome ? [inHome] : []),
    ],
  };
}

/** The price of going by paths. */
const OVERWRITES = unmediated(
  'existing-outputs',
  'files of the user that are called as outputs are can be overwritten and deleted in directories where a tunable lets it create them',
  'AppArmor has one permission for creating, writing and deleting, and cannot tell a new file from an old one',
);

/** An output is created and appended to, and nothing else. */
function created(type: `own:${string}`): Statement[] {
  return [
    allow(type, 'dir', ['add_name', 'create', 'getattr', 'search', 'setattr', 'write']),
    allow(type, 'file', ['append', 'create', 'getattr', 'open', 'setattr', 'write']),
  ];
}
