import type { Ability } from '../../description/index.ts';
import type { Abi } from './abi.ts';
import { ruleText } from './rule-text.ts';

/** The rules that an ability has in a profile without any tunable; none where a half is missing. */
export function abilityLines({ blocks }: Ability, abi: Abi): readonly string[] {
  if (blocks.some(({ apparmor }) => apparmor === undefined)) return [];
  return blocks
    .filter(({ when }) => when === undefined)
    .flatMap(({ apparmor = [] }) => apparmor.flatMap((rule) => ruleText(rule, abi)));
}
