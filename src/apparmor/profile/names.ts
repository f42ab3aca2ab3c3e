import type { Confinement } from '../../description/index.ts';

/** The file below /etc/apparmor.d, by the path of the program as distributions do: `usr.bin.rustnet`. */
export function fileName({ program }: Pick<Confinement, 'program'>): string {
  return program.executables[0]!.slice(1).replaceAll('/', '.');
}

/**
 * What the kernel calls the profile. A program elsewhere than where distributions install is called by its path: under the name of a distribution's
 * profile, ours would take its place and leave their program unconfined.
 */
export function profileName({ name, program }: Confinement): string {
  const [first] = program.executables;
  return /^\/usr\/s?bin\/[^/]+$/.test(first!) ? name : fileName({ program });
}

/** Every name that the profile of a description can have: ours, or one that a distribution or an administrator gave it. */
export function profileNames(confinement: Confinement): readonly string[] {
  const { name, program } = confinement;
  return [...new Set([profileName(confinement), name, ...program.executables])];
}

/** The file below /etc/apparmor.d that says which tunables are on. */
export function switchesPath({ name }: Confinement): string {
  return `${name}.d/tunables`;
}

/** The file below /etc/apparmor.d with the rules of a tunable. */
export function tunablePath({ name }: Confinement, tunable: string): string {
  return `${name}.d/${tunable}`;
}
