import type { ApparmorDenial, Denial } from '../denials/index.ts';

/** A denial of either mechanism, as its kernel logged it. */
export type LabDenial = Denial | ApparmorDenial;

export function isSelinuxDenial(denial: LabDenial): denial is Denial {
  return 'tclass' in denial;
}
