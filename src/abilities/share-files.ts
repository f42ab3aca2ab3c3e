import { type Ability, allow, type Block, checkOptions, OPTION } from '../description/index.ts';
import {
  LIST_DIRECTORY,
  MANAGE_DIRECTORY,
  MANAGE_FILE,
  READ_FILE,
  READ_LINK,
} from './unit-directory.ts';

/**
 * Uses files of another domain of the description, by the types that this one declares: `conf`, `state` of the description's own, `ctrl_state` of
 * the domain `ctrl`. `read` is read alone; `manage` is also created, changed and deleted.
 */
export function shareFiles(options: {
  read?: readonly string[];
  manage?: readonly string[];
}): Ability {
  checkOptions('shareFiles', options, { read: OPTION.someNames, manage: OPTION.someNames });
  const { read = [], manage = [] } = options;
  return {
    name: 'shareFiles',
    title: 'Use files of another domain',
    blocks: [
      WAY_THERE,
      ...(read.length === 0
        ? []
        : [
            {
              why: 'Files of another domain of this module, which it reads and cannot change.',
              selinux: read.flatMap((name) => [
                allow(`module:${name}`, 'dir', LIST_DIRECTORY),
                allow(`module:${name}`, 'file', READ_FILE),
                allow(`module:${name}`, 'lnk_file', READ_LINK),
              ]),
            },
          ]),
      ...(manage.length === 0
        ? []
        : [
            {
              why: 'Files that it and another domain of this module both write: what one puts there the other one takes.',
              selinux: manage.flatMap((name) => [
                allow(`module:${name}`, 'dir', MANAGE_DIRECTORY),
                allow(`module:${name}`, 'file', MANAGE_FILE),
                allow(`module:${name}`, 'lnk_file', READ_LINK),
              ]),
            },
          ]),
    ],
  };
}

/** Where configuration, state, logs, queues and sockets stand. */
const WAY_THERE: Block = {
  why: 'On the way there nothing is listed.',
  selinux: [
    allow(['etc_t', 'var_lib_t', 'var_log_t', 'var_run_t', 'var_spool_t', 'var_t'], 'dir', [
      'getattr',
      'open',
      'search',
    ]),
  ],
};
