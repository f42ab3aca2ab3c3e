import type { Confinement, Mechanism } from '../description/index.ts';
import { apparmorDebianPackage, type DebianPackage, debianPackage } from '../packaging/index.ts';
import { type DebianDirectory, takenFrom } from './shipped-profiles.ts';

/** What the command line has done in the words of one kernel mechanism. */
interface Backend {
  /** The packages of the source package in `debian` whose files ours takes over. Throws UsageError where files of others are in its way. */
  takenFrom(confinement: Confinement, debian: DebianDirectory | undefined): readonly string[];
  debianPackage(confinement: Confinement, from: readonly string[]): DebianPackage;
}

/** The one place where a mechanism is picked. */
export const BACKENDS: Readonly<Record<Mechanism, Backend>> = {
  selinux: {
    takenFrom: () => [],
    debianPackage: (confinement) => debianPackage(confinement),
  },
  apparmor: { takenFrom, debianPackage: apparmorDebianPackage },
};
