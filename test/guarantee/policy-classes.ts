import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicy } from '../../src/policydb/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';

/** Class -> its permissions: of Debian 12, Debian 13, Fedora, and what Linux asks that none of them knows yet. */
export async function CLASSES_OF(): Promise<Map<string, Set<string>>> {
  const pairs = new Map<string, Set<string>>();
  const add = (tclass: string, permissions: Iterable<string>): void => {
    const set = pairs.get(tclass) ?? new Set();
    for (const permission of permissions) set.add(permission);
    pairs.set(tclass, set);
  };
  for (const target of ['debian-12', 'debian-13'] as const) {
    const { classes } = readPolicy(readFileSync((await linkedPolicy(target)).policy));
    classes.names.forEach((name, id) => void add(name, classes.permissions[id]!));
  }
  for (const [name, permissions] of fedora()) add(name, permissions);
  for (const [name, permissions] of sinceThen(pairs)) add(name, permissions);
  return pairs;
}

function fedora(): Map<string, Set<string>> {
  const text = readFileSync(join(import.meta.dirname, '../../data/fedora/classes.txt'), 'utf8');
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

/** security/selinux/include/classmap.h of Linux after 6.12: 6.13 (nlmsg), 6.15 (watch_mountns), 6.16 (allowed), 6.18 (memfd_file), 7.0 (bpf). */
function sinceThen(known: ReadonlyMap<string, ReadonlySet<string>>): [string, string[]][] {
  const files = [...known].filter(([, permissions]) => permissions.has('watch_mount'));
  const file = [...known.get('blk_file')!, 'watch_mountns'].filter((name) => name !== 'swapon');
  return [
    ...files.map(([name]): [string, string[]] => [name, ['watch_mountns']]),
    ['memfd_file', [...file, 'execute_no_trans', 'entrypoint']],
    ['io_uring', ['allowed']],
    ['bpf', ['map_create_as', 'prog_load_as']],
  ];
}
