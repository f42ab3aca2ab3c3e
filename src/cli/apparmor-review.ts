import { type ReviewedApparmor, reviewApparmor } from '../apparmor/review/index.ts';
import type { ApparmorTally } from '../denials/index.ts';
import type { Confinement } from '../description/index.ts';
import { type ApparmorAdvice, apparmorAdvice } from './apparmor-advice.ts';
import { DescribedProfile } from './apparmor-compiler.ts';
import type { FeatureSet } from './feature-sets.ts';
import { subjectOf } from './prove-apparmor.ts';

/** What AppArmor's records of a log mean, and what can be done about those that are open. */
export interface ReviewedRecords {
  /** The kernel that they were judged for. */
  readonly features: string;
  readonly reviewed: readonly ReviewedApparmor[];
  readonly advice: ReadonlyMap<ReviewedApparmor, readonly ApparmorAdvice[]>;
}

/** Judges over the profile that the description becomes, on a kernel with a set of features. */
export async function reviewRecords(
  confinement: Confinement,
  set: FeatureSet,
  tallies: readonly ApparmorTally[],
): Promise<ReviewedRecords> {
  const compiler = await DescribedProfile.of(confinement, set);
  const subject = subjectOf(confinement, await compiler.compiled());
  const off = confinement.tunables.filter((tunable) => !tunable.default);
  const tunables = [];
  for (const tunable of off) {
    tunables.push({ tunable, profile: await compiler.withTunable(tunable.name) });
  }
  const given = { subject, nevers: confinement.never, tunables, compiler };
  const reviewed = await reviewApparmor(given, tallies);
  const advice = await apparmorAdvice(confinement, given, reviewed);
  return { features: set.title, reviewed, advice };
}
