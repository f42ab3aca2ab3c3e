import type { Confinement } from '../../../description/index.ts';
import { fcFile } from './fc.ts';
import { ifFile } from './if.ts';
import { teFile } from './te.ts';

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
