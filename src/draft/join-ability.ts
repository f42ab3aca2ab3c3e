import type { Ability, Confinement, Description, Tunable } from '../description/index.ts';

/** A description with an ability more; where it has one of that name, with what the new options bring besides. Not yet checked. */
export function withAbility(
  description: Description,
  ability: Ability,
  tunables: readonly Tunable[] = [],
): Description {
  const same = description.may.find(({ name, of }) => name === ability.name && of === ability.of);
  const known = new Set(description.tunables.map(({ name }) => name));
  return {
    ...description,
    tunables: [...description.tunables, ...tunables.filter(({ name }) => !known.has(name))],
    may:
      same === undefined
        ? [...description.may, ability]
        : description.may.map((one) => (one === same ? joined(one, ability) : one)),
  };
}

/** The parts of a description of which `confine` makes a confinement. */
export function descriptionOf(confinement: Confinement): Description {
  const { fileContexts, ...made } = confinement;
  const { domain: _, executableType: __, roleAttribute: ___, ...described } = made;
  const { module: ____, further: _____, ...rest } = described;
  // The executables' come first, then the abilities'.
  const brought = confinement.may.reduce(
    (sum, ability) => sum + (ability.fileContexts?.length ?? 0),
    confinement.program.executables.length,
  );
  const own = fileContexts.slice(brought);
  return own.length === 0 ? rest : { ...rest, fileContexts: own };
}

function joined(one: Ability, more: Ability): Ability {
  const lists = ['types', 'fileContexts', 'directories', 'entries', 'homeNames'] as const;
  const parts = lists.flatMap((part) => {
    const all = [...(one[part] ?? []), ...(more[part] ?? [])];
    return all.length === 0 ? [] : [[part, distinct<unknown>(all)] as const];
  });
  const secmark = one.secmark ?? more.secmark;
  return {
    ...one,
    ...Object.fromEntries(parts),
    blocks: distinct([...one.blocks, ...more.blocks]),
    ...(secmark === undefined ? {} : { secmark }),
  };
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
