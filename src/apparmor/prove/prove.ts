import type { Never } from '../../description/index.ts';
import { neverIds } from '../../verdict/index.ts';
import { considerations } from './considerations.ts';
import type { Judge, ProfileSubject } from './judge.ts';
import { JUDGES } from './judges.ts';
import { reachOf } from './reach.ts';
import { outcomeOf, type ProfileVerdict } from './verdict.ts';

/** One never of a description with what came of proving it over compiled profiles. */
export interface ProvedOfProfile {
  readonly id: string;
  readonly verdict: ProfileVerdict;
}

/** Every never, in their order. */
export function proveProfiles(
  subject: ProfileSubject,
  nevers: readonly Never[],
): readonly ProvedOfProfile[] {
  const ids = neverIds(nevers);
  const sockets = nevers.flatMap((never) =>
    never.kind === 'unix-sockets' ? never.except.flatMap((peer) => peer.sockets ?? []) : [],
  );
  return nevers.map((never, i) => ({
    id: ids[i]!,
    verdict: proveProfile({ ...subject, sockets }, never),
  }));
}

/** Proves one never over what was compiled, in every profile that the program can come to run in. */
export function proveProfile(subject: ProfileSubject, never: Never): ProfileVerdict {
  const { profiles, finding } = reachOf(subject.profiles[0]!, subject.profiles);
  // The table has under each kind the judge of that kind, which the type of a lookup cannot say.
  const judge = JUDGES[never.kind] as Judge;
  for (const profile of profiles) {
    // It refuses nothing, which is said already.
    if (profile.mode !== 'unconfined') judge(profile, never, subject, finding);
  }
  const unique = (list: readonly string[]): string[] => [...new Set(list)];
  return {
    never,
    outcome: outcomeOf(finding),
    ways: unique(finding.ways),
    reasons: unique(finding.reasons),
    unmediated: unique(finding.unmediated),
    assumes: unique([...finding.assumes, ...disconnected(profiles)]),
    residuals: (subject.residuals ?? []).filter(
      (one) => one.mechanism === 'apparmor' && one.never === never.kind,
    ),
    considered: considerations(profiles),
    profiles: profiles.map(({ name }) => name),
  };
}

function disconnected(profiles: ReturnType<typeof reachOf>['profiles']): string[] {
  return profiles
    .filter(({ paths }) => paths.attachDisconnected)
    .map(
      ({ name, paths }) =>
        `no file that no path leads to is handed to profile ${name}: with attach_disconnected its name begins at ${paths.prefix ?? 'the root, and any rule may be about it'}`,
    );
}
