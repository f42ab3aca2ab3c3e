import type { Role } from './role.ts';

/** The directories of a system that packages install below. RPM has a macro for each. */
export const SYSTEM_DIRECTORIES = {
  data: '/usr/share',
  manuals: '/usr/share/man',
  programs: '/usr/libexec',
  sysusers: '/usr/lib/sysusers.d',
  tmpfiles: '/usr/lib/tmpfiles.d',
  units: '/usr/lib/systemd/system',
} as const;

/** A directory of an installed system. */
export interface Folder {
  readonly below: keyof typeof SYSTEM_DIRECTORIES;
  /** Further down; empty for the directory itself. */
  readonly path: string;
}

/** Where module packages are kept. Each kind of package has its own way to tell the policies apart there. */
export const MODULE_PACKAGES: Folder = { below: 'data', path: 'selinux/packages' };

/** What is installed as it is. The rest is compiled, or is a module package. */
export type InstalledRole = Exclude<Role, 'te' | 'fc' | 'cil' | 'permissive'>;

const FOLDERS: Readonly<Record<InstalledRole, Folder>> = {
  if: { below: 'data', path: 'selinux/devel/include/distributed' },
  manual: { below: 'manuals', path: 'man8' },
  program: { below: 'programs', path: '' },
  sysusers: { below: 'sysusers', path: '' },
  tmpfiles: { below: 'tmpfiles', path: '' },
  unit: { below: 'units', path: '' },
};

export function isInstalled(role: Role): role is InstalledRole {
  return role in FOLDERS;
}

export function folderOf(role: InstalledRole): Folder {
  return FOLDERS[role];
}

/** A file's path in the installed system; a folder's without a name. RPM gives its macros for the directories. */
export function installedPath(
  { below, path }: Folder,
  name = '',
  directories: Readonly<Record<Folder['below'], string>> = SYSTEM_DIRECTORIES,
): string {
  return [directories[below], path, name].filter((part) => part !== '').join('/');
}
