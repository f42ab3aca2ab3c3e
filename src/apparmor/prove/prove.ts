import type { Never } from '../../description/index.ts';
import { type CompiledProfile, PERM } from '../compiled/index.ts';
import { capabilitiesOf } from '../query/index.ts';
import { directWays, linkWays, namesBelow, waysRoundNames } from './paths.ts';
import { reachOf } from './reach.ts';
import { connectTcp, sendUdp } from './sockets.ts';
import { type Finding, outcomeOf, type ProfileVerdict } from './verdict.ts';

/** What is proved about, and what of the description is about this mechanism. */
export interface ProfileSubject {
  /** Everything that was compiled together; the first is the program's own. */
  readonly profiles: readonly CompiledProfile[];
  /** The program's own executables: executing them again is no offence. */
  readonly executables: readonly string[];
  /** Own type of the description -> the paths that it stands for. */
  readonly own?: Readonly<Record<string, readonly string[]>>;
}

/** Proves one never over what was compiled, in every profile that the program can come to run in. */
export function proveProfile(subject: ProfileSubject, never: Never): ProfileVerdict {
  const { profiles, finding } = reachOf(subject.profiles[0]!, subject.profiles);
  const judge = JUDGES[never.kind] as Judge | undefined;
  if (judge === undefined) {
    finding.reasons.push(
      `a never of the kind ${never.kind} is not proved over AppArmor profiles yet`,
    );
  }
  for (const profile of profiles) judge?.(profile, never, subject, finding);
  const unique = (list: readonly string[]): string[] => [...new Set(list)];
  return {
    never,
    outcome: outcomeOf(finding),
    ways: unique(finding.ways),
    reasons: unique(finding.reasons),
    unmediated: unique(finding.unmediated),
    assumes: unique(finding.assumes),
    profiles: profiles.map(({ name }) => name),
  };
}

type Judge<N extends Never = Never> = (
  profile: CompiledProfile,
  never: N,
  subject: ProfileSubject,
  finding: Finding,
) => void;

const JUDGES: { readonly [K in Never['kind']]?: Judge<Never & { kind: K }> } = {
  read,
  write,
  execute: (profile, _never, { executables }, finding) => {
    const without = executables.length === 0 ? [] : [namesBelow(executables)];
    directWays(profile, PERM.exec, 'execute', { without }, finding);
  },
  capabilities: (profile, never, _subject, finding) => {
    const excepted = never.except.flatMap(({ names }) => names);
    for (const name of capabilitiesOf(profile)) {
      if (excepted.includes(name)) continue;
      finding.ways.push(`profile ${profile.name} has the capability ${name}`);
    }
  },
  'send-udp': (profile, _never, _subject, finding) => sendUdp(profile, finding),
  'connect-tcp': (profile, _never, _subject, finding) => connectTcp(profile, finding),
};

/** Nothing below the paths is read. Owners' grants count: the process may own the file. */
function read(
  profile: CompiledProfile,
  { below, except }: Never & { kind: 'read' },
  subject: ProfileSubject,
  finding: Finding,
): void {
  const language = { within: namesBelow(below), ...excepted(except, subject, finding) };
  directWays(profile, PERM.read, 'read', language, finding);
  linkWays(profile, PERM.read, 'read', language, finding);
  waysRoundNames(profile, PERM.read, below, finding);
  assumeHomes(below, finding);
}

/** No content of a file is written, nothing is created or deleted, but in the exceptions. */
function write(
  profile: CompiledProfile,
  { except }: Never & { kind: 'write' },
  subject: ProfileSubject,
  finding: Finding,
): void {
  const language = excepted(except, subject, finding);
  directWays(profile, WRITE, 'write', language, finding);
  linkWays(profile, WRITE, 'write', language, finding);
  waysRoundNames(profile, WRITE, [], finding);
}

const WRITE = PERM.write | PERM.append | PERM.create | PERM.delete;

function excepted(
  except: readonly { readonly path?: string; readonly own?: string; readonly when?: string }[],
  { own }: ProfileSubject,
  finding: Finding,
): { without?: ReturnType<typeof namesBelow>[] } {
  const paths = except.flatMap((each) => {
    if (each.path !== undefined) return [each.path];
    const found = own?.[each.own ?? ''];
    if (found === undefined) {
      finding.assumes.push(
        `the exception for the own type ${each.own} names no paths here and excepts nothing`,
      );
    }
    return found ?? [];
  });
  return paths.length === 0 ? {} : { without: [namesBelow(paths)] };
}

function assumeHomes(paths: readonly string[], finding: Finding): void {
  if (!paths.some((path) => /^HOME(\/|$)/.test(path))) return;
  finding.assumes.push('home directories are /root and those directly below /home');
}
