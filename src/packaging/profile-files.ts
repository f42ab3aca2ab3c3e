import { apparmorArtefacts } from '../apparmor/profile/index.ts';
import type { Confinement } from '../description/index.ts';
import { type Artefact, artefacts, isExecutable, type Role } from '../selinux/module/index.ts';
import { apparmorDebianPackage, apparmorPath } from './apparmor-package.ts';
import { debianPackage } from './debian-package.ts';
import { packageName } from './package-sources.ts';
import { rpmSpec } from './rpm-spec.ts';

/** A generated file, by its path inside the profile's directory. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** Everything that `confine build` writes into a profile's directory. */
export function profileFiles(confinement: Confinement): readonly GeneratedFile[] {
  const plain = (path: string, text: string): GeneratedFile => ({ path, text, executable: false });
  const apparmor = confinement.mechanisms.includes('apparmor');
  const debs = [
    debianPackage(confinement),
    ...(apparmor ? [apparmorDebianPackage(confinement)] : []),
  ];
  return [
    ...artefacts(confinement).map((artefact) => ({
      path: profilePath(artefact),
      text: artefact.text,
      executable: isExecutable(artefact.role),
    })),
    ...(apparmor ? apparmorArtefacts(confinement) : []).map((artefact) =>
      plain(`apparmor/${apparmorPath(artefact)}`, artefact.text),
    ),
    plain(`rpm/${packageName(confinement)}.spec`, rpmSpec(confinement)),
    ...debs.flatMap((deb) => [
      plain(`debian/${deb.name}.control`, `${deb.stanza.join('\n')}\n`),
      ...deb.files.map(({ name, text }) => plain(`debian/${name}`, text)),
    ]),
  ];
}

/** Where an artefact stands in a profile's directory. */
export function profilePath({ role, name }: Pick<Artefact, 'role' | 'name'>): string {
  return `${FOLDERS[role]}/${name}`;
}

const FOLDERS: Readonly<Record<Role, string>> = {
  te: 'selinux',
  fc: 'selinux',
  if: 'selinux',
  cil: 'selinux',
  manual: 'selinux',
  permissive: 'selinux',
  tmpfiles: 'tmpfiles.d',
  sysusers: 'sysusers.d',
  program: 'nftables',
  unit: 'nftables',
};
