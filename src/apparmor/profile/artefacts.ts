import type { Confinement } from '../../description/index.ts';
import { ABIS, type Abi } from './abi.ts';
import { fileName } from './names.ts';
import { profileText } from './profile-text.ts';
import { tunableFiles } from './tunables.ts';

/** A generated file, by its path below /etc/apparmor.d. */
export interface ApparmorArtefact {
  readonly role: 'profile' | 'tunable';
  readonly path: string;
  readonly text: string;
  /** The abi of a profile. */
  readonly abi?: Abi;
}

/**
 * What a confinement becomes below /etc/apparmor.d: the profile, once for each abi, of which one is installed, and the tunables where it has
 * some. The same confinement gives the same bytes.
 */
export function apparmorArtefacts(confinement: Confinement): readonly ApparmorArtefact[] {
  return [
    ...ABIS.map(
      (abi): ApparmorArtefact => ({
        role: 'profile',
        path: fileName(confinement),
        text: profileText(confinement, abi),
        abi,
      }),
    ),
    ...tunableFiles(confinement).map((file): ApparmorArtefact => ({ role: 'tunable', ...file })),
  ];
}
