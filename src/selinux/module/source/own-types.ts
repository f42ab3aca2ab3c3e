import type { Confinement, OwnType } from '../../../description/index.ts';

/** Each type that an ability declares, once, in the order of the description; of one that several declare, all that carries it. */
export function ownTypes(confinement: Confinement): readonly OwnType[] {
  const types = confinement.may.flatMap((ability) => ability.types ?? []);
  return [...Map.groupBy(types, ({ name }) => name).values()].map(([first, ...others]) => {
    const what = new Set([first!, ...others].map((type) => type.what));
    return what.size === 1 ? first! : { ...first!, what: [...what].join('; ') };
  });
}
