import type { Confinement } from '../../../description/index.ts';
import { permissiveEntry } from '../../words/index.ts';

/**
 * The module that makes the domain permissive, in the one form that `semanage permissive -d` ends: a module of this name at the
 * administrator's priority, as `semanage permissive -a` makes it. A `permissive` statement in the policy module itself could not be
 * taken back by an administrator. The optional block lets the policy module be removed before this one.
 */
export function permissiveModule(confinement: Confinement): { name: string; text: string } {
  const name = permissiveEntry(confinement.domain);
  return {
    name,
    text: `(optional ${name}_optional\n  (typepermissive ${confinement.domain})\n)\n`,
  };
}
