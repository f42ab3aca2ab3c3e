import { type Ability, call, fileRule } from '../description/index.ts';

/**
 * Runs programs of the system (`bin_t`: most of /usr/bin), as gzip or an interpreter, in its own domain and with no right beyond its own. It cannot be
 * held to some of them: of programs of its own package `runHelper` names each.
 */
export function runSystemPrograms(): Ability {
  return {
    name: 'runSystemPrograms',
    title: 'Run programs of the system',
    blocks: [
      {
        why: 'Any program without a type of its own, in the same domain: what such a program may do is what this one may.',
        selinux: [call('corecmd_exec_bin')],
        apparmor: [fileRule(['/usr/{,local/}{bin,sbin}/*'], 'mrix')],
      },
    ],
  };
}
