import type { Confinement } from '../description/index.ts';
import {
  type Artefact,
  artefacts,
  folderOf,
  installedPath,
  isInstalled,
  type Role,
} from '../selinux/module/index.ts';

/** A file that a source package holds, in one flat directory. */
export interface PackageSource extends Artefact {
  /** Unlike an artefact's this differs from every other even without its directory, as rpmbuild wants it. */
  readonly name: string;
}

/** Where a program's own source tree keeps these files, for packages that are built from there. */
export const SOURCE_DIRECTORY = 'selinux';

/** The package's name. */
export function packageName({ name }: Pick<Confinement, 'name'>): string {
  return `${name}-selinux`;
}

/** The same where Debian takes it: a package has neither capitals nor underscores there, and a module may have both. */
export function debianPackageName(confinement: Pick<Confinement, 'name'>): string {
  return asDebian(packageName(confinement));
}

/** A name as a Debian package can have it. */
export function asDebian(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** All that the packages are made from. The module in CIL is for systems without packages. */
export function packageSources(confinement: Confinement): readonly PackageSource[] {
  return artefacts(confinement)
    .filter(({ role }) => role !== 'cil')
    .map((artefact) => ({ ...artefact, name: sourceName(confinement, artefact) }));
}

function sourceName(confinement: Pick<Confinement, 'name'>, { role, name }: Artefact): string {
  return CONFIGURATION.has(role) ? `${packageName(confinement)}.${role}` : name;
}

/** What systemd reads from a directory of all packages: installed under the package's name. */
const CONFIGURATION: ReadonlySet<Role> = new Set(['tmpfiles', 'sysusers']);

/** Where the packages install an artefact or one of their sources; undefined for what they compile, and for modules. */
export function placeOf(
  confinement: Pick<Confinement, 'name'>,
  { role, name }: Pick<Artefact, 'role' | 'name'>,
  directories?: Parameters<typeof installedPath>[2],
): string | undefined {
  if (!isInstalled(role)) return undefined;
  const installed = CONFIGURATION.has(role) ? `${packageName(confinement)}.conf` : name;
  return installedPath(folderOf(role), installed, directories);
}
