import type { Never, Residual } from '../../description/index.ts';
import { neverIds } from '../../verdict/index.ts';
import { tracedBy } from './classes.ts';
import { considerations } from './considerations.ts';
import type { Judge, ProfileSubject } from './judge.ts';
import { JUDGES } from './judges.ts';
import { reachOf } from './reach.ts';
import {
  acceptedBy,
  emptyFinding,
  type Finding,
  outcomeOf,
  type ProfileVerdict,
  sentenceOf,
} from './verdict.ts';

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
  const [own] = subject.profiles;
  const { profiles, finding: reaching } = reachOf(own!, subject.profiles);
  const residuals = (subject.residuals ?? []).filter(
    ({ mechanism = 'apparmor', accepts = [] }) =>
      mechanism === 'apparmor' && accepts.some(({ never: kind }) => kind === never.kind),
  );
  // The table has under each kind the judge of that kind, which the type of a lookup cannot say.
  const judge = JUDGES[never.kind] as Judge;
  const found = [sorted(reaching, never, [])];
  for (const profile of profiles) {
    // It refuses nothing, which is said already.
    if (profile.mode === 'unconfined') continue;
    const finding = emptyFinding();
    judge(profile, never, subject, finding);
    // A residual is of the program: what it becomes has no part in that.
    found.push(sorted(finding, never, profile === own ? residuals : []));
  }
  const all = together(found);
  return {
    never,
    outcome: outcomeOf(all),
    ...all,
    assumes: [
      ...new Set([
        ...all.assumes,
        ...disconnected(profiles),
        ...(never.kind === 'ptrace' ? [] : throughOthers(profiles)),
      ]),
    ],
    residuals,
    considered: considerations(profiles),
    profiles: profiles.map(({ name }) => name),
  };
}

type Sorted = Pick<ProfileVerdict, 'ways' | 'reasons' | 'unmediated' | 'accepted' | 'assumes'>;

/** What was found, with what the residuals name set apart. */
function sorted(
  { ways, reasons, unmediated, assumes }: Finding,
  { kind }: Never,
  residuals: readonly Residual[],
): Sorted {
  const open = (list: Finding['ways']): string[] =>
    list.filter((way) => acceptedBy(way, kind, residuals) === undefined).map(sentenceOf);
  const accepted = [...ways, ...reasons, ...unmediated].flatMap((way) => {
    const residual = acceptedBy(way, kind, residuals);
    return residual === undefined ? [] : [{ says: sentenceOf(way), residual }];
  });
  return {
    ways: open(ways),
    reasons: open(reasons),
    unmediated: open(unmediated),
    accepted,
    assumes,
  };
}

/** Several as one, each sentence once. */
function together(all: readonly Sorted[]): Sorted {
  const unique = (of: (one: Sorted) => readonly string[]): string[] => [
    ...new Set(all.flatMap(of)),
  ];
  const accepted = new Map(all.flatMap((one) => one.accepted).map((one) => [one.says, one]));
  return {
    ways: unique(({ ways }) => ways),
    reasons: unique(({ reasons }) => reasons),
    unmediated: unique(({ unmediated }) => unmediated),
    accepted: [...accepted.values()],
    assumes: unique(({ assumes }) => assumes),
  };
}

/** What is written into a process that it traces has the rights of that one. */
function throughOthers(profiles: ReturnType<typeof reachOf>['profiles']): string[] {
  const names = profiles.map(({ name }) => name);
  return profiles
    .filter(({ mode }) => mode !== 'unconfined')
    .flatMap((profile) => tracedBy(profile, names) ?? [])
    .map((traced) => `it does nothing through a process of another profile, although ${traced}`);
}

function disconnected(profiles: ReturnType<typeof reachOf>['profiles']): string[] {
  return profiles
    .filter(({ paths }) => paths.attachDisconnected)
    .map(
      ({ name, paths }) =>
        `no file that no path leads to is handed to profile ${name}: with attach_disconnected its name begins at ${paths.prefix ?? 'the root, and any rule may be about it'}`,
    );
}
