import {
  type Ability,
  allow,
  call,
  checkOptions,
  OPTION,
  ownerRule,
  unmediated,
} from '../description/index.ts';
import { MANAGE_DIRECTORY, MANAGE_FILE } from './unit-directory.ts';

/** Makes temporary files in /tmp and /var/tmp, or in what `PrivateTmp=` puts there. They get a type of their own. */
export function temporaryFiles(options: { mapped?: boolean } = {}): Ability {
  checkOptions('temporaryFiles', options, { mapped: OPTION.flag });
  return {
    name: 'temporaryFiles',
    title: 'Make temporary files',
    types: [{ name: 'tmp', nature: 'tmp', what: 'temporary files', below: ['/tmp', '/var/tmp'] }],
    blocks: [
      {
        whyIn: { apparmor: 'Files of its user in /tmp and /var/tmp.' },
        why: 'What it makes in /tmp and /var/tmp gets a type of its own: what others keep there can be neither read nor replaced.',
        selinux: [
          call('files_tmp_filetrans', 'self', 'own:tmp', '{ dir file }'),
          allow('own:tmp', 'dir', MANAGE_DIRECTORY),
          allow('own:tmp', 'file', [...MANAGE_FILE, ...(options.mapped ? ['map'] : [])]),
        ],
        apparmor: [
          ownerRule('/{,var/}tmp/**', 'rwk'),
          unmediated(
            'temporary-files-of-the-user',
            'what other programs of its user keep in /tmp and /var/tmp can be read and replaced',
            'AppArmor tells files there by their names and their owner alone',
          ),
        ],
      },
    ],
  };
}
