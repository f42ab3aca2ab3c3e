import {
  type Compilers,
  findProgram,
  POLICY_TARGETS,
  type PolicyTarget,
  ToolchainError,
} from '../targets/index.ts';
import type { Nameable } from './targets.ts';

/** What is known of Fedora's policy needs no policy, but a compiler for it. */
export const FACTS: Nameable = {
  id: 'fedora',
  obstacle() {
    const possible = POLICY_TARGETS.filter((target) => target.obstacle() === undefined);
    // A release that is fetched brings its own compiler.
    if (possible.some(({ id }) => id !== 'host')) return undefined;
    if (possible.length === 0) return POLICY_TARGETS[0]!.obstacle();
    return findProgram('secilc') === undefined
      ? new ToolchainError('`secilc` is not installed', { hint: 'install the package secilc' })
      : undefined;
  },
};

export type CheckTarget = PolicyTarget | typeof FACTS;
/** All that a profile can be checked on, and that `--target` can name there. */
export const CHECK_TARGETS: readonly CheckTarget[] = [...POLICY_TARGETS, FACTS];

export async function anyCompilers(): Promise<Compilers> {
  const possible = POLICY_TARGETS.find((target) => target.obstacle() === undefined)!;
  return (await possible.open()).compilers;
}
