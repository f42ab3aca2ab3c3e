import {
  type Ability,
  allow,
  checkOptions,
  nothingToAllow,
  OPTION,
  ownerRule,
  transitionTo,
} from '../description/index.ts';
import { MANAGE_FILE } from './unit-directory.ts';

/**
 * Shares memory among its own processes: POSIX objects in /dev/shm (shm_open, sem_open) and memfd_create, whose files get a type of the module.
 * `systemV`: shmget and semget besides. Memory that a process maps shared without a name is not asked about.
 */
export function shareMemory(options: { systemV?: boolean } = {}): Ability {
  checkOptions('shareMemory', options, { systemV: OPTION.flag });
  return {
    name: 'shareMemory',
    title: 'Share memory among its processes',
    types: [{ name: 'shm', nature: 'shared-memory', what: 'its shared memory' }],
    blocks: [
      {
        why: 'What it makes in /dev/shm gets a type of its own, and so do memory files without a name: what others keep there can be neither read nor replaced.',
        whyIn: { apparmor: 'Memory that it shares in /dev/shm, of its own user alone.' },
        selinux: [
          transitionTo('own:shm', 'tmpfs_t', 'file'),
          allow('tmpfs_t', 'dir', [
            'add_name',
            'getattr',
            'open',
            'remove_name',
            'search',
            'write',
          ]),
          allow('tmpfs_t', 'filesystem', 'getattr'),
          allow('own:shm', 'file', [...MANAGE_FILE, 'map']),
        ],
        apparmor: [ownerRule(['/dev/shm/**'], 'rwkl')],
      },
      ...(options.systemV
        ? [
            {
              why: 'Shared memory and semaphores of System V, of this domain alone.',
              selinux: [allow('self', ['sem', 'shm'], SYSTEM_V), allow('self', 'shm', 'lock')],
              apparmor: [nothingToAllow('AppArmor does not ask about System V objects.')],
            },
          ]
        : []),
    ],
  };
}

const SYSTEM_V = [
  'associate',
  'create',
  'destroy',
  'getattr',
  'read',
  'setattr',
  'unix_read',
  'unix_write',
  'write',
];
