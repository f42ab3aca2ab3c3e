import { readFileSync } from 'node:fs';
import type { Report } from '../report/index.ts';
import { type Baseline, concernsOf } from '../upkeep/index.ts';
import { hasBaseline, readBaseline } from './baselines.ts';
import { CHECK_TARGETS } from './check-targets.ts';
import type { ExaminedTarget } from './examine-targets.ts';
import type { Io } from './io.ts';
import { descriptionIn, type Profile } from './load-profile.ts';
import { policyFindings } from './upkeep-policy.ts';

/**
 * What changed since the baselines that a profile keeps, on each of their targets that was examined, as all were that this machine can have;
 * undefined where it keeps none.
 */
export async function sinceBaselines(
  io: Io,
  profile: Profile,
  examined: readonly ExaminedTarget[],
): Promise<Report['since']> {
  const recorded = CHECK_TARGETS.filter(
    ({ id }) => hasBaseline(profile, id) && examined.some((one) => one.id === id),
  );
  if (recorded.length === 0) return undefined;
  const description = readFileSync(descriptionIn(profile.directory)!, 'utf8');
  const concerns = concernsOf(profile.confinement, description);
  const lines: NonNullable<Report['since']>[number][] = [];
  for (const target of recorded) {
    const before = readBaseline(profile, target.id);
    const now = examined.find(({ id }) => id === target.id)!;
    const { findings } = await policyFindings(io, profile, target, before, concerns, now);
    lines.push({
      target: now.title,
      recorded: recordedText(before),
      changes: findings.map(({ what, edit }) => `${what}: ${edit}`),
    });
  }
  return lines;
}

function recordedText({ of: { policy, program } }: Baseline): string {
  return `recorded with ${policy.version} and ${program.version}`;
}
