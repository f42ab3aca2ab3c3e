import { everyStatement } from '../description/index.ts';
import type { AddedRule } from '../selinux/policydb/index.ts';
import { typeOf } from './grants.ts';
import type { Suggestion } from './suggest.ts';

/**
 * What a suggestion would add to the module `name`, as rules to try on its policy. `without` are the types that the ability would declare and
 * the policy lacks: of them only a policy with the ability in it can tell.
 */
export function addedRules(
  { candidate, adds }: Pick<Suggestion, 'candidate' | 'adds'>,
  name: string,
  knows: (type: string) => boolean,
): { readonly rules: readonly AddedRule[]; readonly without: readonly string[] } {
  const source = `${name}_t`;
  const rules = adds.map(({ target, tclass, permissions }) => ({
    ...{ source, target: typeOf(target, name), tclass, permissions },
  }));
  const types = (candidate.ability.types ?? []).map((type) => typeOf(`own:${type.name}`, name));
  return {
    rules: [...rules.filter(({ target }) => knows(target)), ...commandsOf(candidate, name)],
    without: types.filter((type) => !knows(type)),
  };
}

/** `ioctl` is granted for these commands alone: without them, for every one. */
function commandsOf({ ability }: Suggestion['candidate'], name: string): AddedRule[] {
  return ability.blocks
    .flatMap((block) => [...everyStatement(block.selinux)])
    .filter((statement) => statement.kind === 'ioctls')
    .flatMap(({ targets, classes, commands }) =>
      targets.flatMap((target) =>
        classes.flatMap((tclass) =>
          commands.map(({ number }) => ({
            ...{ source: `${name}_t`, target: typeOf(target, name), tclass },
            permissions: [],
            ioctl: number,
          })),
        ),
      ),
    );
}
