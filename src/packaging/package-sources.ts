import { type Confinement, shipsPermissive } from '../confinement/index.ts';
import { manPage } from '../emit/man-page.ts';
import { fcFile } from '../emit/module/fc.ts';
import { ifFile } from '../emit/module/if.ts';
import { permissiveModule } from '../emit/module/permissive.ts';
import { teFile } from '../emit/module/te.ts';
import { secmarkOf, secmarkScript, secmarkUnits } from '../emit/secmark.ts';
import { sysusersFile, tmpfilesFile } from '../emit/tmpfiles.ts';

/** A file that a source package holds, in one flat directory. */
export interface PackageSource {
  readonly name: string;
  readonly text: string;
  /** What the package makes of it. Policy sources are compiled, everything else is installed as it is. */
  readonly role:
    | 'policy'
    | 'interface'
    | 'manual'
    | 'permissive'
    | 'tmpfiles'
    | 'sysusers'
    | 'program'
    | 'unit';
}

/** Where a program's own source tree keeps these files, for packages that are built from there. */
export const SOURCE_DIRECTORY = 'selinux';

/** The package's name, of RPM and Debian alike. */
export function packageName({ name }: Confinement): string {
  return `${name}-selinux`;
}

/** All that the packages are made from, under names that differ even without their directories, as rpmbuild wants them. */
export function packageSources(confinement: Confinement): readonly PackageSource[] {
  const { name } = confinement;
  const own = packageName(confinement);
  const sources: PackageSource[] = [];
  const add = (role: PackageSource['role'], file: string, text: string | undefined): void => {
    if (text !== undefined) sources.push({ role, name: file, text });
  };
  add('policy', `${name}.te`, teFile(confinement));
  add('policy', `${name}.fc`, fcFile(confinement));
  add('interface', `${name}.if`, ifFile(confinement));
  add('manual', `${name}_selinux.8`, manPage(confinement));
  if (shipsPermissive(confinement)) {
    const permissive = permissiveModule(confinement);
    add('permissive', `${permissive.name}.cil`, permissive.text);
  }
  add('tmpfiles', `${own}.tmpfiles`, tmpfilesFile(confinement));
  add('sysusers', `${own}.sysusers`, sysusersFile(confinement));
  const secmark = secmarkOf(confinement);
  if (secmark) {
    add('program', `${name}-secmark`, secmarkScript(confinement, secmark));
    for (const unit of secmarkUnits(confinement)) add('unit', unit.name, unit.text);
  }
  return sources;
}
