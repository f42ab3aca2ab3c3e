import type { Confinement, Mechanism } from '../description/index.ts';
import { apparmorDebianPackage, type DebianPackage, debianPackage } from '../packaging/index.ts';

/** What the command line has done in the words of one kernel mechanism. */
interface Backend {
  debianPackage(confinement: Confinement): DebianPackage;
}

/** The one place where a mechanism is picked. */
export const BACKENDS: Readonly<Record<Mechanism, Backend>> = {
  selinux: { debianPackage: (confinement) => debianPackage(confinement) },
  apparmor: { debianPackage: (confinement) => apparmorDebianPackage(confinement) },
};
