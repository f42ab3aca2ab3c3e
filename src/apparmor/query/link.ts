import { type Language, shortestCommon, withinNames } from '../../patterns/index.ts';
import {
  granted,
  LINK_SUBSET,
  nextState,
  PERM,
  permissionsOf,
  type Rules,
} from '../compiled/index.ts';
import { machineOf } from './machine.ts';

/**
 * A target that a hard link may have whose name led to `state`, as bytes: rules hold pairs, with a NUL between name and target. With `free`, one
 * whose permissions need not cover those of the name. Undefined if there is none.
 */
export function linkTarget(
  rules: Rules,
  state: number,
  half: 'owner' | 'other',
  options: { readonly free?: boolean; readonly within?: Language } = {},
): Uint8Array | 'too-large' | undefined {
  const allows = (at: number): boolean => {
    const bits = granted(permissionsOf(rules, at)[half]);
    return (bits & PERM.link) !== 0 && (options.free !== true || (bits & LINK_SUBSET) === 0);
  };
  const machine = withinNames(machineOf(rules, nextState(rules.dfa, state, 0), allows));
  return shortestCommon(options.within ?? {}, machine);
}
