import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import type { PolicyClasses } from '../../../src/selinux/prove/index.ts';
import { linkedPolicy } from '../../support/linked-policy.ts';

/** The classes of each policy that we know, and last what Linux asks that none of them has yet. */
export async function policyClasses(): Promise<ReadonlyMap<string, PolicyClasses>> {
  const policies = new Map<string, PolicyClasses>([
    ['Debian 12', await debian('debian-12')],
    ['Debian 13', await debian('debian-13')],
    ['Fedora', fedora()],
  ]);
  return policies.set('Linux after 6.12, besides', sinceThen(union(policies)));
}

/** All of them in one. */
export function union(policies: ReadonlyMap<string, PolicyClasses>): PolicyClasses {
  const all = new Map<string, Set<string>>();
  for (const classes of policies.values()) {
    for (const [name, permissions] of classes) {
      all.set(name, new Set([...(all.get(name) ?? []), ...permissions]));
    }
  }
  return all;
}

async function debian(target: 'debian-12' | 'debian-13'): Promise<PolicyClasses> {
  const { classes } = readPolicy(readFileSync((await linkedPolicy(target)).policy));
  return new Map(classes.names.map((name, id) => [name, new Set(classes.permissions[id])]));
}

/** data/fedora/classes.txt: `common NAME` or `class NAME`, `inherits COMMON`, a permission a line. Read here by other code than the facts'. */
function fedora(): PolicyClasses {
  const text = readFileSync(join(import.meta.dirname, '../../../data/fedora/classes.txt'), 'utf8');
  const commons = new Map<string, Set<string>>();
  const classes = new Map<string, Set<string>>();
  let current = new Set<string>();
  for (const line of text.split('\n')) {
    const heading = /^ +(common|class) (\S+)$/.exec(line);
    if (heading !== null) {
      current = new Set();
      (heading[1] === 'common' ? commons : classes).set(heading[2]!, current);
    } else if (line.startsWith('inherits ')) {
      for (const permission of commons.get(line.slice(9))!) current.add(permission);
    } else if (line.startsWith('\t')) current.add(line.trim());
  }
  return classes;
}

/**
 * What security/selinux/include/classmap.h of the kernels after 6.12 brought: 6.15 `watch_mountns`, 6.16 `allowed`, what the kernel loads (`system`), 6.18 `memfd_file`, then
 * the permissions of BPF tokens. `nlmsg` (6.13) is in Debian 13's policy.
 */
function sinceThen(known: PolicyClasses): PolicyClasses {
  const files = [...known].filter(([, permissions]) => permissions.has('watch_mount'));
  const file = [...known.get('blk_file')!].filter((permission) => permission !== 'swapon');
  return new Map<string, Set<string>>([
    ...files.map(([name]): [string, Set<string>] => [name, new Set(['watch_mountns'])]),
    ['memfd_file', new Set([...file, 'watch_mountns', 'execute_no_trans', 'entrypoint'])],
    ['io_uring', new Set(['allowed'])],
    [
      'system',
      new Set([
        ...['firmware_load', 'kexec_image_load', 'kexec_initramfs_load', 'policy_load'],
        'x509_certificate_load',
      ]),
    ],
    ['bpf', new Set(['map_create_as', 'prog_load_as'])],
  ]);
}
