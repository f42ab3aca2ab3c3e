import type { Never } from './nevers/index.ts';

/**
 * The never without some of the description's other domains: `leavingOut('backup', executeAnything('…'))`. What a program does in a domain that it
 * can enter counts as its own doing; of one that is left out the verdict says that it is presupposed.
 */
export function leavingOut<N extends Never>(domains: string | readonly string[], never: N): N {
  return { ...never, leavesOut: typeof domains === 'string' ? [domains] : domains };
}
