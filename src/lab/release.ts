import type { RealProgram } from '../description/index.ts';

/** Whether a program is of a release before this one. Of what the distribution brings no release is known beforehand: never. */
export function olderThan(program: RealProgram, release: string | undefined): boolean {
  if (release === undefined || program.from !== 'crates.io') return false;
  const here = parts(program.version);
  const there = parts(release);
  const differs = there.findIndex((part, i) => part !== (here[i] ?? 0));
  return differs >= 0 && there[differs]! > (here[differs] ?? 0);
}

function parts(version: string): number[] {
  return version.split('.').map(Number);
}
