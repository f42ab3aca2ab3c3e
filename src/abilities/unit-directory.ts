import {
  allow,
  type FileRule,
  fileRule,
  type NothingToAllow,
  nothingToAllow,
  type Rule,
} from '../description/index.ts';

/**
 * What the service manager does with a directory that a unit names (`StateDirectory=` and its like): it makes it, gives it its label and its owner,
 * mounts it where the unit is shut off from the rest, and, for `DynamicUser=`, leads to it by a link. Fedora's init_t may do so everywhere.
 */
export function madeByServiceManager(type: `own:${string}`): readonly Rule[] {
  const byInit = (tclass: string, permissions: readonly string[]): Rule => ({
    kind: 'allow',
    sources: ['init_t'],
    targets: [type],
    classes: [tclass],
    permissions,
  });
  return [
    byInit('dir', [
      'add_name',
      'create',
      'getattr',
      'mounton',
      'open',
      'read',
      'relabelfrom',
      'relabelto',
      'remove_name',
      'rmdir',
      'search',
      'setattr',
      'write',
    ]),
    byInit('file', ['getattr', 'relabelfrom', 'relabelto', 'setattr']),
    byInit('lnk_file', ['create', 'getattr', 'read', 'relabelfrom', 'relabelto', 'unlink']),
  ];
}

/**
 * What a directory for `DynamicUser=` is reached by: a link, which the service manager makes without a label of its own, so that it has that of the
 * directory that it is in. It leads into `private/` there, which Debian's policies label as if it were not there (file_contexts.subs_dist); where a policy
 * does not, what is in it has a general label and stays closed.
 */
export function followsLinkIn(parent: 'var_lib_t' | 'var_log_t' | 'var_t'): Rule {
  return allow(parent, 'lnk_file', READ_LINK);
}

/** The service manager reads the file that `PIDFile=` names, and removes it after the service. */
export function pidFileRead(type: `own:${string}`): Rule {
  return { ...allow(type, 'file', ['getattr', 'open', 'read', 'unlink']), sources: ['init_t'] };
}

/** The same for AppArmor. */
export const NOT_IN_THE_PROFILE: NothingToAllow = nothingToAllow(
  'The service manager is not held by this profile.',
);

/** Everything with a directory of its own and what is in it, but links, by which a file would have a second name. */
export function managed(directory: string): FileRule {
  const reached = alsoPrivate(directory);
  return fileRule([`${reached}/`, `${reached}/**`], 'rwk');
}

/**
 * A directory as AppArmor sees it: with `DynamicUser=` the service manager keeps it in `private/`, and AppArmor is asked about where a link leads. Where a
 * unit has a user of its own there is nothing.
 */
export function alsoPrivate(directory: string): string {
  return directory.replace(MAY_BE_PRIVATE, '$1{,private/}');
}

/** The same as a list of names. */
export function bothPlaces(directory: string): readonly string[] {
  return [...new Set([directory, directory.replace(MAY_BE_PRIVATE, '$1private/')])];
}

const MAY_BE_PRIVATE = /^(\/var\/(?:lib|cache|log)\/)/;

/** A file, or a directory with all that is in it. */
export function readable(paths: readonly string[]): FileRule {
  return fileRule(
    paths.map((path) => `${path}{,/,/**}`),
    'r',
  );
}

export const LIST_DIRECTORY: readonly string[] = [
  'getattr',
  'ioctl',
  'lock',
  'open',
  'read',
  'search',
];
export const READ_FILE: readonly string[] = ['getattr', 'ioctl', 'lock', 'open', 'read'];
export const READ_LINK: readonly string[] = ['getattr', 'read'];

/** Everything with directories of a type but relabelling. */
export const MANAGE_DIRECTORY: readonly string[] = [
  'add_name',
  'create',
  'getattr',
  'ioctl',
  'lock',
  'open',
  'read',
  'remove_name',
  'rename',
  'reparent',
  'rmdir',
  'search',
  'setattr',
  'write',
];

/** Everything with files of a type but relabelling and mapping. */
export const MANAGE_FILE: readonly string[] = [
  'append',
  'create',
  'getattr',
  'ioctl',
  'link',
  'lock',
  'open',
  'read',
  'rename',
  'setattr',
  'unlink',
  'write',
];
