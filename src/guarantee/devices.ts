import { labelOf } from '../file-contexts/index.ts';
import type { ClassId, TypeId } from '../policydb/index.ts';
import type { Subject } from './subject.ts';

/** The types that device files with these paths have; by `names` where no file contexts are at hand. */
export function deviceTypes(
  { db, fileContexts }: Subject,
  paths: readonly string[],
  names: readonly string[],
): ReadonlySet<TypeId> {
  const types =
    fileContexts === undefined
      ? names
      : paths.flatMap((path) => labelOf(fileContexts, path, 'char').context?.type ?? []);
  return new Set(types.flatMap((type) => db.types.ids.get(type) ?? []));
}

/** Whether a target of a class is one of /dev/null's kind: nothing can be kept in it or typed into it. */
export function inertDevices(subject: Subject): (target: TypeId, tclass: ClassId) => boolean {
  const types = ownTypes(
    subject,
    ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'],
    ['null_device_t', 'zero_device_t', 'random_device_t', 'urandom_device_t'],
  );
  const devices = subject.db.classes.ids.get('chr_file');
  return (target, tclass) => tclass === devices && types.has(target);
}

/** The same of terminals, by their paths and attributes, and of /dev/null's kind: to write there is to write no file. */
export function harmlessDevices(subject: Subject): (target: TypeId, tclass: ClassId) => boolean {
  const { db } = subject;
  const inert = inertDevices(subject);
  const devices = db.classes.ids.get('chr_file');
  const terminals = new Set<TypeId>(
    ownTypes(
      subject,
      ['/dev/tty', '/dev/console', '/dev/ptmx'],
      ['devtty_t', 'console_device_t', 'ptmx_t'],
    ),
  );
  for (const attribute of ['ttynode', 'ptynode', 'server_ptynode']) {
    const id = db.types.ids.get(attribute);
    if (id === undefined || !db.types.attributes.has(id)) continue;
    db.types.members.get(id)?.forEach((type) => void terminals.add(type));
  }
  return (target, tclass) => inert(target, tclass) || (tclass === devices && terminals.has(target));
}

/**
 * The types of devices that have an entry of their own, for character devices alone: a label that a pattern happens to give them is
 * one that other files have too.
 */
function ownTypes(
  { db, fileContexts }: Subject,
  paths: readonly string[],
  names: readonly string[],
): ReadonlySet<TypeId> {
  const types =
    fileContexts === undefined
      ? names
      : paths.flatMap(
          (path) =>
            fileContexts.literals.get(path)?.find(({ kind }) => kind === 'char')?.context?.type ??
            [],
        );
  return new Set(types.flatMap((type) => db.types.ids.get(type) ?? []));
}
