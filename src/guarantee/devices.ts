import { type FileContexts, labelOf } from '../file-contexts/index.ts';
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
      : paths.flatMap((path) => deviceLabel(fileContexts, path) ?? []);
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

/** Terminals by their paths and attributes, and /dev/null's kind. */
export function harmlessDevices(subject: Subject): ReadonlySet<TypeId> {
  const { db } = subject;
  const types = new Set<TypeId>([
    ...inertDevices(subject),
    ...addressedDevices(
      subject,
      ['/dev/tty', '/dev/console', '/dev/ptmx'],
      ['devtty_t', 'console_device_t', 'ptmx_t'],
    ),
  ]);
  for (const attribute of ['ttynode', 'ptynode', 'server_ptynode']) {
    const id = db.types.ids.get(attribute);
    if (id === undefined || !db.types.attributes.has(id)) continue;
    db.types.members.get(id)?.forEach((type) => void types.add(type));
  }
  return types;
}

/** An entry for this very path beats every pattern; only without one are the patterns compared. */
function deviceLabel(contexts: FileContexts, path: string): string | undefined {
  const literal = contexts.literals
    .get(path)
    ?.find(({ kind }) => kind === 'char' || kind === 'any');
  return (literal ?? labelOf(contexts, path, 'char')).context?.type;
}
