import { type Confinement, domainsOf, shipsPermissive } from '../../description/index.ts';
import { manPage } from './man-page.ts';
import type { Role } from './role.ts';
import { secmarkName, secmarkOf, secmarkScript, secmarkUnits } from './secmark.ts';
import { cilFile } from './source/cil.ts';
import { fcFile } from './source/fc.ts';
import { ifFile } from './source/if.ts';
import { permissiveModule } from './source/permissive.ts';
import { teFile } from './source/te.ts';
import { sysusersFile, tmpfilesFile } from './tmpfiles.ts';

/** A generated file. */
export interface Artefact {
  readonly role: Role;
  /** Its name in a directory of files of its role. */
  readonly name: string;
  readonly text: string;
}

/**
 * Every file that a confinement becomes, less what only one kind of packaging has. The same confinement gives the same bytes, wherever
 * and whenever.
 */
export function artefacts(confinement: Confinement): readonly Artefact[] {
  let files = made.get(confinement);
  if (files === undefined) {
    files = make(confinement);
    made.set(confinement, files);
  }
  return files;
}

/** Every part of a package asks for them, and a confinement is frozen. */
const made = new WeakMap<Confinement, readonly Artefact[]>();

function make(confinement: Confinement): readonly Artefact[] {
  const { name } = confinement;
  const files: Artefact[] = [];
  const add = (role: Role, file: string, text: string | undefined): void => {
    if (text !== undefined) files.push({ role, name: file, text });
  };
  add('te', `${name}.te`, teFile(confinement));
  add('fc', `${name}.fc`, fcFile(confinement));
  add('if', `${name}.if`, ifFile(confinement));
  add('cil', `${name}.cil`, cilFile(confinement));
  add('manual', `${name}_selinux.8`, manPage(confinement));
  if (shipsPermissive(confinement)) {
    for (const domain of domainsOf(confinement)) {
      const permissive = permissiveModule(domain);
      add('permissive', `${permissive.name}.cil`, permissive.text);
    }
  }
  add('tmpfiles', `${name}.conf`, tmpfilesFile(confinement));
  add('sysusers', `${name}.conf`, sysusersFile(confinement));
  const secmark = secmarkOf(confinement);
  if (secmark) {
    add('program', secmarkName(confinement), secmarkScript(confinement, secmark));
    for (const unit of secmarkUnits(confinement, secmark)) add('unit', unit.name, unit.text);
  }
  return files;
}
