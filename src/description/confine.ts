import { asDescription, type Confinement, type Description, labelInModule } from './confinement.ts';
import { fileAt } from './file-context.ts';
import { ConfinementProblems } from './problems.ts';
import { problemsOf } from './validate.ts';

/**
 * Checks a description and freezes it. Throws ConfinementProblems with every mistake at once.
 * A description file's default export is the result.
 */
export function confine(description: Description): Confinement {
  const problems = problemsOf(description);
  if (problems.length > 0)
    throw new ConfinementProblems(String(description?.name ?? 'a program'), problems);
  const own = structuredClone(description);
  const { name, domains } = own;
  if (domains === undefined) return deepFreeze(checked(own));
  const module = {
    name,
    domains: [
      { name: '', ...typesOf(name) },
      ...domains.map((further) => ({
        name: further.name,
        ...typesOf(`${name}_${further.name}`),
      })),
    ],
  };
  return deepFreeze({
    ...checked(own),
    module,
    further: domains.map((further) => ({
      ...checked(asDescription(own, further), module),
      module,
    })),
  });
}

/** `module`: the one that a further domain is a part of. */
function checked(description: Description, module?: { readonly name: string }): Confinement {
  const { name } = description;
  return {
    ...description,
    ...typesOf(name),
    roleAttribute: `${name}_roles`,
    mechanisms: description.mechanisms ?? ['selinux'],
    fileContexts: [
      ...description.program.executables.map((path) => fileAt(path, 'own:exec')),
      ...description.may.flatMap((ability) => ability.fileContexts ?? []),
      ...(description.fileContexts ?? []),
    ].map((context) => labelInModule({ ...description, module }, context)),
  };
}

function typesOf(name: string): Pick<Confinement, 'domain' | 'executableType'> {
  return { domain: `${name}_t`, executableType: `${name}_exec_t` };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
