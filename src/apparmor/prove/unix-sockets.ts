import { wholeMatch } from '../../patterns/index.ts';
import { type CompiledProfile, PERM } from '../compiled/index.ts';
import { fileRules, pathWitness, SOCKET_TYPES, unixGrant } from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { directWays, inBothRuns, linkWays, namesBelow, TERMINALS } from './paths.ts';
import type { Finding } from './verdict.ts';

/**
 * No local socket of others is reached. A kernel that asks only family and type cannot tell one peer from another: there it holds where no socket may
 * connect or send, and where one peer is excepted, all of them can be reached. One that asks addresses takes those with a path as
 * files, to be written. Processes under the same profile are no others.
 */
export function unixSockets(
  profile: CompiledProfile,
  { except }: Of<'unix-sockets'>,
  subject: ProfileSubject,
  finding: Finding,
): void {
  let mayExist = false;
  for (const [type, number] of Object.entries(SOCKET_TYPES)) {
    const grant = unixGrant(profile, number);
    if (grant === 'unmediated') {
      finding.unmediated.push(
        `local sockets: the profile ${profile.name} was compiled without a network class`,
      );
      return;
    }
    const reaching = PERM.open | (CONNECTIONLESS.has(type) ? PERM.write : 0);
    const way = `profile ${profile.name} may connect or send on a unix ${type} socket`;
    if (grant.byAddress) {
      mayExist = true;
      if ((grant.toOthers & reaching) === 0) continue;
      finding.ways.push(`${way} to abstract names`);
    } else if ((grant.bits & reaching) !== 0) {
      if (except.length === 0) finding.ways.push(way);
      else {
        finding.unmediated.push({
          says: `${way}, and this kernel does not ask to whom`,
          notAsked: 'unix-peers',
        });
      }
    }
  }
  if (mayExist) pathWays(profile, except, subject, finding);
}

/** A datagram is sent without a connection. */
const CONNECTIONLESS: ReadonlySet<string> = new Set(['dgram', 'raw']);

/** Which files are sockets no profile says, so a file that may be written in their usual places counts as one, and elsewhere may be one. */
function pathWays(
  profile: CompiledProfile,
  except: Of<'unix-sockets'>['except'],
  { own = {} }: ProfileSubject,
  finding: Finding,
): void {
  if (fileRules(profile) === undefined) {
    finding.unmediated.push(`files: the profile ${profile.name} has no rules for them at all`);
    return;
  }
  const excepted = except.map(({ sockets = [] }) => namesBelow(inBothRuns(sockets)));
  const outputs = Object.values(own).flat();
  const without = [...excepted, ...(outputs.length === 0 ? [] : [namesBelow(outputs)])];
  const writes = (allow: number): boolean => (allow & (PERM.write | PERM.append)) !== 0;
  for (const language of [
    { within: USUAL_PLACES, without },
    // Outputs in /tmp are no reason to speak to what listens there.
    { within: IN_TMP, without: excepted },
  ]) {
    directWays(profile, PERM.write | PERM.append, 'connect to', language, finding);
    linkWays(profile, PERM.write, 'connect to', language, finding);
  }
  const elsewhere = pathWitness(profile, writes, { without: [...without, NO_SOCKETS] });
  if (elsewhere !== undefined) {
    finding.reasons.push(
      `profile ${profile.name} may write ${elsewhere === 'too-large' ? 'files' : elsewhere.path}, which could be a socket of others`,
    );
  }
  if (outputs.length > 0) {
    finding.assumes.push(`nobody else listens on sockets below ${outputs.join(', ')}`);
  }
}

/** Of system services, the user's session, the log, X11 and what speaks for keys. */
const USUAL_PLACES = wholeMatch('((/var)?/run/.*|/dev/log|/var/lib/[^/]+/.*\\.sock)');
const IN_TMP = wholeMatch(
  '/tmp/(\\.X11-unix/X[0-9]+|\\.ICE-unix/[0-9]+|ssh-[^/]*/agent\\.[0-9]+|dbus-[^/.]*)',
);

/** Devices and what the kernel makes up. */
const NO_SOCKETS = wholeMatch(
  `(${TERMINALS}|/dev/(pts/.*|pts|tty[^/]*|null|zero|full|u?random)|/proc/.*|/sys/.*)`,
);
