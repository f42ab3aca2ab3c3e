import type { Confinement, OwnType } from '../../../description/index.ts';

/** Each type that an ability declares, once, in the order of the description. */
export function ownTypes(confinement: Confinement): readonly OwnType[] {
  const types = confinement.may.flatMap((ability) => ability.types ?? []);
  return types.filter((type, i) => types.findIndex((other) => other.name === type.name) === i);
}
