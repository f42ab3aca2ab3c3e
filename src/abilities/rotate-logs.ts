import { type Ability, allow, call, capabilityRule, fileRule } from '../description/index.ts';
import { MANAGE_DIRECTORY, MANAGE_FILE } from './unit-directory.ts';

/**
 * Rotates the logs of all programs: renames, writes and deletes them, and gives new ones the labels of the old. Whoever does that can read what
 * every program logged and remove traces. What runs afterwards (compressors, postrotate scripts) takes `runSystemPrograms` and `runHelper`.
 */
export function rotateLogs(): Ability {
  return {
    name: 'rotateLogs',
    title: 'Rotate the logs of all programs',
    blocks: [
      {
        why: 'Logs of every program, by the attribute that policies give to their types. The audit log is none of them.',
        whyIn: { apparmor: 'Everything below /var/log.' },
        selinux: [
          call('files_search_var'),
          allow('logfile', 'dir', MANAGE_DIRECTORY),
          allow('logfile', 'file', MANAGE_FILE),
        ],
        apparmor: [fileRule('/var/log/{,**}', 'rwkl')],
      },
      {
        why: 'A new log gets the label, the owner and the mode of the one before; of the label also the user, which a constraint lets no other domain choose.',
        whyIn: { apparmor: 'A new log gets the owner and the mode of the one before.' },
        selinux: [
          // libselinux takes a machine for one without SELinux on which it finds no selinuxfs or no /etc/selinux/config: new logs would get no label.
          call('selinux_get_fs_mount'),
          allow('selinux_config_t', 'dir', ['getattr', 'search']),
          call('domain_obj_id_change_exemption'),
          allow('self', 'process', 'setfscreate'),
          allow('self', 'capability', [
            'chown',
            'dac_override',
            'dac_read_search',
            'fowner',
            'fsetid',
          ]),
        ],
        apparmor: [capabilityRule('chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid')],
      },
    ],
  };
}
