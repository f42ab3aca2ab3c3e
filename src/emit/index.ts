import { type Confinement, shipsPermissive } from '../confinement/index.ts';
import { cilFile } from './cil.ts';
import { debianPackage } from './debian-package.ts';
import { fcFile } from './fc.ts';
import { ifFile } from './if.ts';

export { type CommandPage, type CommandSection, commandPage } from './command-page.ts';

import { manPage } from './man-page.ts';
import { packageName } from './package-sources.ts';
import { permissiveModule } from './permissive.ts';
import { rpmSpec } from './rpm-spec.ts';
import { secmarkOf, secmarkScript, secmarkUnits } from './secmark.ts';
import { teFile } from './te.ts';
import { sysusersFile, tmpfilesFile } from './tmpfiles.ts';

export {
  type DebianFiles,
  DebianRefusal,
  withDebianHooks,
  withoutDebianHooks,
} from './debian-hooks.ts';
export { type DebianFile, debianPackage } from './debian-package.ts';
export { debianSource } from './debian-source.ts';
export { type FactsPolicy, factsPolicy } from './facts-policy.ts';
export {
  fedoraNameProblems,
  type InterfaceTable,
  interfaceProblems,
  moduleNameProblems,
  type NameTable,
  optionalNameProblems,
} from './name-check.ts';
export { PackagingRefusal } from './package-refusal.ts';
export { type PackageSource, packageName, packageSources } from './package-sources.ts';
export { permissiveModule } from './permissive.ts';
export { calledInterfaces, probeModule, probeType } from './probe-module.ts';
export { withoutRpmHooks, withRpmHooks } from './rpm-hooks.ts';
export { rpmSpec } from './rpm-spec.ts';

/** A generated file, by its path inside the profile's directory. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** The three files that the devel Makefile compiles, without the rest. */
export function moduleSource(confinement: Confinement): {
  readonly name: string;
  readonly te: string;
  readonly fc: string;
  readonly if: string;
} {
  return {
    name: confinement.name,
    te: teFile(confinement),
    fc: fcFile(confinement),
    if: ifFile(confinement),
  };
}

/** Every file that a confinement becomes. The same confinement gives the same bytes, wherever and whenever. */
export function emit(confinement: Confinement): readonly EmittedFile[] {
  const { name } = confinement;
  const files: EmittedFile[] = [];
  const add = (path: string, text: string | undefined, executable = false): void => {
    if (text !== undefined) files.push({ path, text, executable });
  };
  add(`selinux/${name}.te`, teFile(confinement));
  add(`selinux/${name}.fc`, fcFile(confinement));
  add(`selinux/${name}.if`, ifFile(confinement));
  add(`selinux/${name}.cil`, cilFile(confinement));
  add(`selinux/${name}_selinux.8`, manPage(confinement));
  if (shipsPermissive(confinement)) {
    const permissive = permissiveModule(confinement);
    add(`selinux/${permissive.name}.cil`, permissive.text);
  }
  add(`tmpfiles.d/${name}.conf`, tmpfilesFile(confinement));
  add(`sysusers.d/${name}.conf`, sysusersFile(confinement));
  const secmark = secmarkOf(confinement);
  if (secmark) {
    add(`nftables/${name}-secmark`, secmarkScript(confinement, secmark), true);
    for (const unit of secmarkUnits(confinement)) add(`nftables/${unit.name}`, unit.text);
  }
  add(`rpm/${packageName(confinement)}.spec`, rpmSpec(confinement));
  const deb = debianPackage(confinement);
  add(`debian/${deb.name}.control`, `${deb.stanza.join('\n')}\n`);
  for (const file of deb.files) add(`debian/${file.name}`, file.text);
  return files;
}
