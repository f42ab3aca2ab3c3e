import { type ApparmorTally, type DenialTally, formatTally } from '../denials/index.ts';
import type { LogTally } from './collector.ts';

/** Which requests are new. Undefined where nobody asked. */
export type Fresh = ((tally: DenialTally | ApparmorTally) => boolean) | undefined;

/** Since an earlier tally, which does not have them; or since a date: one whose time is not known may be new. */
export function freshSince(earlier: LogTally | undefined, date: string | undefined): Fresh {
  if (earlier !== undefined) {
    const known = new Set(earlier.tallies.map(formatTally));
    // A tally file has none of AppArmor's.
    return (tally) => !('tclass' in tally && known.has(formatTally(tally)));
  }
  if (date === undefined) return undefined;
  const from = Date.parse(date) / 1000;
  return ({ first }) => first === 0 || first >= from;
}
