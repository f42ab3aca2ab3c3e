import { type Ability, call } from '../confinement/index.ts';

/** Reads shared data in /usr/share and the time zone: world-readable files that hold no secrets. */
export function readSystemFiles(): Ability {
  return {
    name: 'readSystemFiles',
    title: 'Read shared data and the time zone',
    blocks: [
      {
        why: 'Data files in /usr/share, and /etc/localtime for time stamps.',
        statements: [call('files_read_usr_files'), call('miscfiles_read_localization')],
      },
    ],
  };
}
