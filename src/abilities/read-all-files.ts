import {
  type Ability,
  allow,
  capabilityRule,
  denied,
  dontaudit,
  fileRule,
  nothingToAllow,
} from '../description/index.ts';
import { LIST_DIRECTORY, READ_FILE, READ_LINK } from './unit-directory.ts';

/**
 * Reads the files of all users and programs, as a scanner for viruses or a backup does, and changes none. What policies hold back from such
 * programs (`security_file_type`: password hashes, the policy itself) stays closed, in silence: who takes it over and tries leaves no record of that.
 * It is nearly everything: hold it with nevers about what leaves the machine, and have what parses the files in a domain of its own where the program can.
 */
export function readAllFiles(): Ability {
  return {
    name: 'readAllFiles',
    title: 'Read all files',
    blocks: [
      {
        why: 'Files of every type but those that guard the machine itself, read and not mapped.',
        whyIn: { apparmor: 'All files but those that guard the machine itself.' },
        selinux: [
          allow('non_security_file_type', 'dir', LIST_DIRECTORY),
          allow('non_security_file_type', 'file', READ_FILE),
          allow('non_security_file_type', 'lnk_file', READ_LINK),
        ],
        apparmor: [
          fileRule('/**', 'r'),
          denied(
            fileRule(['/etc/{shadow,gshadow}{,-}', '/etc/{apparmor.d,selinux}/{,**}'], 'r'),
            'hashes of passwords and the policies are not for it, and their look-up would be logged at every scan',
          ),
        ],
      },
      {
        why: 'Sockets, pipes and devices among them are looked at and not opened.',
        selinux: [
          allow('non_security_file_type', ['fifo_file', 'sock_file', ...DEVICES], 'getattr'),
          allow('device_node', DEVICES, 'getattr'),
        ],
        apparmor: [nothingToAllow('AppArmor does not ask where a file is only looked at.')],
      },
      {
        why: 'Refused in silence: what guards the machine is met at every scan.',
        selinux: [
          dontaudit('security_file_type', 'dir', LIST_DIRECTORY),
          dontaudit('security_file_type', 'file', READ_FILE),
          dontaudit('security_file_type', 'lnk_file', READ_LINK),
        ],
        apparmor: [nothingToAllow('The rules that deny it stand with those that allow.')],
      },
      {
        why: 'Past the modes of files, which let only their owners read them.',
        selinux: [allow('self', 'capability', 'dac_read_search')],
        apparmor: [capabilityRule('dac_read_search')],
      },
    ],
  };
}

const DEVICES = ['blk_file', 'chr_file'];
