import {
  type Ability,
  allow,
  type Confinement,
  call,
  changePolicy,
  confine,
  connectTcp,
  dontaudit,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  injectKeystrokes,
  keepState,
  leaveTheDomain,
  listen,
  loadKernelModules,
  lookUpUsers,
  mount,
  ptrace,
  reachUnixSockets,
  readBelow,
  readConfiguration,
  runAsTimerJob,
  runWritableMemory,
  sendUdp,
  useCapabilities,
  writeFiles,
} from '../../src/index.ts';

/** What an indexer is for. No file is opened, and none is looked at: the kernel tells with a directory's entries what is a directory. */
function listDirectories(): Ability {
  return {
    name: 'listDirectories',
    title: 'List every directory',
    blocks: [
      {
        why: 'The names in all directories, whosever they are. It reads no file by this, and learns neither size nor owner of one.',
        selinux: [call('files_list_all')],
      },
      {
        why: 'It opens each directory on which something is mounted before it knows that it is to be passed over (PRUNEFS), and does without those of the kernel.',
        selinux: [
          dontaudit(['proc_t', 'sysfs_t', 'tmpfs_t', 'devpts_t'], 'dir', [
            'getattr',
            'open',
            'read',
            'search',
          ]),
        ],
      },
    ],
  };
}

/** Users run plocate, which has no domain of its own. */
function shareDatabase(): Ability {
  return {
    name: 'shareDatabase',
    title: 'Let users search the database',
    blocks: [
      {
        why: 'plocate runs in the domain of whoever calls it, and is let in by its group (setgid). Unconfined users need no rule.',
        selinux: [
          {
            ...allow('own:state', 'dir', ['getattr', 'open', 'search']),
            sources: ['staff_t', 'sysadm_t', 'user_t'],
          },
          {
            ...allow('own:state', 'file', ['getattr', 'ioctl', 'map', 'open', 'read']),
            sources: ['staff_t', 'sysadm_t', 'user_t'],
          },
        ],
      },
    ],
  };
}

/**
 * The job that makes the database of locate, as Debian's plocate-updatedb.timer starts it once a day: as root, with the names of all files on the
 * machine before it. It may learn every name and no content.
 */
const plocate: Confinement = confine({
  name: 'plocate',
  title: 'the index of file names',
  version: '1.0.0',
  released: '2026-11-28',
  program: {
    name: 'updatedb.plocate',
    version: '1.1',
    homepage: 'https://plocate.sesse.net/',
    executables: ['/usr/sbin/updatedb.plocate'],
  },
  rollout: 'permissive',
  tunables: [],
  may: [
    runAsTimerJob({ capabilities: ['chown', 'dac_read_search'] }),
    listDirectories(),
    lookUpUsers(),
    readConfiguration({ paths: ['/etc/updatedb.conf'] }),
    keepState({ directory: '/var/lib/plocate' }),
    shareDatabase(),
  ],
  never: [
    readBelow(['HOME', '/root', '/etc/shadow'], 'it learns names, no content', {
      names: 'may',
    }),
    writeFiles('nothing but its database', { except: [{ own: 'state' }] }),
    sendUdp('names stay on the machine'),
    connectTcp('names stay on the machine'),
    listen('nobody asks it'),
    egressBy(EGRESS_CHANNELS, 'names stay on the machine'),
    reachUnixSockets('it talks to no service'),
    executeAnything('it runs no other program'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('it needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('it looks at files, not at processes'),
    runWritableMemory('it has no just-in-time compiler'),
    mount('it walks what is mounted'),
    injectKeystrokes('it has no terminal'),
    useCapabilities(
      'only to look into every directory, and to give its database to the group plocate',
      {
        except: [{ names: ['chown', 'dac_read_search'] }],
      },
    ),
  ],
  residuals: [
    {
      id: 'names',
      what: 'learn the name of every file and directory',
      why: 'that is what an index is made of.',
    },
    {
      id: 'database',
      what: 'write whatever it likes into the database that users search',
      why: 'it makes it.',
    },
  ],
  notes: [
    {
      about: 'locate',
      text: 'The policy has a module for slocate and mlocate, locate_t, which labels /usr/bin/updatedb*; Debian’s plocate is at another path, so that without this module it runs in the domain of whatever starts it.',
    },
  ],
});

export default plocate;
