import { type Ability, allow, checkOptions, OPTION, treeAt } from '../description/index.ts';
import { LIST_DIRECTORY, READ_FILE, READ_LINK, readable } from './unit-directory.ts';

/**
 * Reads its configuration below /etc, and cannot change it: `paths` are its files and directories there, which carry a type of the module.
 *
 * `mapped`: it maps these files into its memory, as logrotate does.
 */
export function readConfiguration(options: {
  paths: readonly string[];
  mapped?: boolean;
}): Ability {
  checkOptions('readConfiguration', options, { paths: OPTION.paths, mapped: OPTION.flag });
  return {
    name: 'readConfiguration',
    title: 'Read its configuration',
    types: [{ name: 'conf', nature: 'configuration', what: 'configuration' }],
    fileContexts: options.paths.map((path) => treeAt(path, 'own:conf')),
    blocks: [
      {
        whyIn: { apparmor: 'Its configuration, and nothing else of /etc.' },
        why: 'Its configuration carries a type of its own: other programs that may read all of /etc by its general label cannot read the passwords in it, and it reads nothing of /etc by this.',
        selinux: [
          allow('etc_t', 'dir', ['getattr', 'open', 'search']),
          allow('own:conf', 'dir', LIST_DIRECTORY),
          allow('own:conf', 'file', [...READ_FILE, ...(options.mapped ? ['map'] : [])]),
          allow('own:conf', 'lnk_file', READ_LINK),
        ],
        apparmor: [readable(options.paths)],
      },
    ],
  };
}
