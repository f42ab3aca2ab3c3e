import type { Consideration } from '../../verdict/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';

/** What was taken into account of the profiles that the program can come to run in. */
export function considerations(profiles: readonly CompiledProfile[]): readonly Consideration[] {
  const names = profiles.map(({ name }) => name).join(', ');
  return [
    {
      aspect: 'modes',
      how: profiles.map(({ name, mode }) => `${name}: ${mode}`).join(', '),
      errs: 'neither way',
    },
    {
      aspect: 'profiles',
      how: `all that execution, change_profile and hats lead to: ${names}`,
      errs: 'neither way',
    },
    {
      aspect: 'deny rules',
      how: 'what is denied is refused, whatever else grants it; the compiled states hold the result',
      errs: 'neither way',
    },
    {
      aspect: 'includes, variables and local overrides',
      how: 'as they were when this was compiled; an override that is edited later is not in it',
      errs: 'neither way',
    },
    {
      aspect: 'owners',
      how: 'what is granted to the owner of a file counts in full',
      errs: 'towards violated',
    },
    {
      aspect: 'stacking',
      how: 'a profile that is stacked upon this one is taken to refuse nothing',
      errs: 'towards violated',
    },
    ...(profiles.some(({ classes, files }) => (files ?? classes)?.pairsUnmarked === true)
      ? [UNMARKED]
      : []),
  ];
}

const UNMARKED: Consideration = {
  aspect: 'kernels that read owner rules otherwise',
  how: 'the compiler did not mark what is for owners, and some kernels from 6.17 on grant it to everybody',
  errs: 'neither way',
};
