import { labelOf } from '../file-contexts/index.ts';
import type { TypeId } from '../policydb/index.ts';
import type { Subject } from './subject.ts';

/** The types of device files with these paths; by the names that reference policies give them where no file contexts are at hand. */
export function addressedDevices(
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

/** /dev/null and its kind: nothing can be kept in them or typed into them. */
export function inertDevices(subject: Subject): ReadonlySet<TypeId> {
  return addressedDevices(
    subject,
    ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'],
    ['null_device_t', 'zero_device_t', 'random_device_t', 'urandom_device_t'],
  );
}
