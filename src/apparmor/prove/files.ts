import type { WriteException } from '../../description/index.ts';
import { wholeMatch } from '../../patterns/index.ts';
import { type CompiledProfile, granted, PERM } from '../compiled/index.ts';
import { filePermissions } from '../query/index.ts';
import { applies, type Of, type ProfileSubject } from './judge.ts';
import {
  directWays,
  inBothRuns,
  linkWays,
  namesBelow,
  TERMINALS,
  WRITE,
  waysRoundNames,
} from './paths.ts';
import type { Finding } from './verdict.ts';

/** Nothing below the paths is read. Owners' grants count: the process may own the file. */
export function read(
  profile: CompiledProfile,
  { below, except }: Of<'read'>,
  subject: ProfileSubject,
  finding: Finding,
): void {
  const language = { within: namesBelow(below), ...excepted(except, subject, finding) };
  directWays(profile, PERM.read, 'read', language, finding);
  linkWays(profile, PERM.read, 'read', language, finding);
  waysRoundNames(profile, PERM.read, below, finding);
  if (below.some((path) => /^HOME(\/|$)/.test(path))) {
    finding.assumes.push('home directories are /root and those directly below /home');
  }
}

/** No content of a file is written, nothing is created or deleted, but in the exceptions. What is no file is in none of them. */
export function write(
  profile: CompiledProfile,
  { except }: Of<'write'>,
  subject: ProfileSubject,
  finding: Finding,
): void {
  const { without = [] } = excepted(except, subject, finding);
  const sockets = subject.sockets ?? [];
  const peers = sockets.length === 0 ? [] : [namesBelow(inBothRuns(sockets))];
  const language = { without: [...without, ...peers, NO_FILES] };
  directWays(profile, WRITE, 'write', language, finding);
  linkWays(profile, WRITE, 'write', language, finding);
  waysRoundNames(profile, WRITE, [], finding);
  if (sockets.length > 0) {
    finding.assumes.push(
      `what stands at ${sockets.join(', ')} is a socket of others that no permission of its directory lets it remove`,
    );
  }
}

/**
 * Terminals and /dev/null's kind, and where a process asks for another profile: the compiler adds rules for that of its own, and what can be asked for
 * there is the never about transitions.
 */
const NO_FILES = wholeMatch(
  `(${TERMINALS}|/dev/(null|zero|full|u?random)|/proc/[^/]+/(task/[^/]+/)?attr/.*)`,
);

/** Nothing but the program itself is executed. What change_profile may do at the next execution needs no rule that executes. */
export function execute(
  profile: CompiledProfile,
  _never: Of<'execute'>,
  { executables }: ProfileSubject,
  finding: Finding,
): void {
  const without = executables.length === 0 ? [] : [namesBelow(executables)];
  directWays(profile, PERM.exec, 'execute', { without }, finding);
  directWays(profile, PERM.onexec, 'execute, by change_profile,', { without }, finding);
  anotherProgram(profile, executables, finding);
}

/** What it may run again must not become another program. */
function anotherProgram(
  profile: CompiledProfile,
  executables: readonly string[],
  finding: Finding,
): void {
  const again = executables.filter((path) => (permissionsOn(profile, path) & PERM.exec) !== 0);
  if (again.length === 0) return;
  for (const path of again) {
    if ((permissionsOn(profile, path) & (WRITE | PERM.link)) === 0) continue;
    finding.ways.push(`profile ${profile.name} may write ${path} and execute what it wrote`);
  }
  waysRoundNames(profile, WRITE, again, finding);
}

/** The owner's and others' together: who owns a program can change. */
function permissionsOn(profile: CompiledProfile, path: string): number {
  const { owner, other } = filePermissions(profile, path);
  return granted(owner) | granted(other);
}

function excepted(
  except: readonly WriteException[],
  subject: ProfileSubject,
  finding: Finding,
): { without?: ReturnType<typeof namesBelow>[] } {
  const paths = except
    // AppArmor has no base that grants beside the profile.
    .filter((exception) => exception.only === undefined && applies(exception, subject))
    .flatMap(({ path, own }) => {
      if (path !== undefined) return [path];
      const found = subject.own?.[own ?? ''];
      const known = found !== undefined && found.length > 0;
      finding.assumes.push(
        known
          ? `what the exception for the own type ${own} is about is all below ${found.join(', ')}: AppArmor goes by names, and tells its files there from those of others by their owner at most`
          : `the exception for the own type ${own} names no paths here and excepts nothing`,
      );
      return found ?? [];
    });
  return paths.length === 0 ? {} : { without: [namesBelow(paths)] };
}
