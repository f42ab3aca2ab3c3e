import { literally, shortestCommon, wholeMatch } from '../../patterns/index.ts';
import {
  type CompiledProfile,
  classStart,
  granted,
  NO_STATE,
  permissionsOf,
} from '../compiled/index.ts';
import {
  CAPABILITIES,
  CLASS_PERMISSIONS,
  CLASSES,
  grantedAfter,
  grantsCapability,
  machineOf,
  namesOf,
} from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import type { Finding } from './verdict.ts';

/** Nothing is mounted or unmounted. A kernel that does not ask about mounts asks all the same for the capability, of every way to mount. */
export function mount(
  profile: CompiledProfile,
  _never: Of<'mount'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  const start = classStart(profile.classes, CLASSES.mount);
  const capable = grantsCapability(profile, CAPABILITIES.indexOf('sys_admin'));
  if (start === NO_STATE) {
    if (capable) {
      finding.unmediated.push(
        `mounts: profile ${profile.name} has the capability sys_admin and was compiled without a mount class`,
      );
    }
    return;
  }
  const names = namesOf(CLASS_PERMISSIONS.mount!, grantedAfter(profile.classes!, start));
  if (names.length > 0) finding.ways.push(`profile ${profile.name} may ${names.join(' and ')}`);
  if (capable) {
    finding.reasons.push(
      `profile ${profile.name} has the capability sys_admin: kernels without the feature move_mount do not ask about trees that move_mount attaches`,
    );
  }
}

/** No process is attached to. Reading what /proc shows of others (`ptrace read`) is not that. */
export function ptrace(
  profile: CompiledProfile,
  _never: Of<'ptrace'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  if (classStart(profile.classes, CLASSES.ptrace) === NO_STATE) {
    finding.unmediated.push(`tracing: profile ${profile.name} was compiled without a ptrace class`);
    return;
  }
  const traced = tracedBy(profile, []);
  if (traced !== undefined) finding.ways.push(traced);
}

/** Which processes but those of some profiles it may trace, as a sentence; undefined for none, and where the kernel is not to ask. */
export function tracedBy(profile: CompiledProfile, besides: readonly string[]): string | undefined {
  const start = classStart(profile.classes, CLASSES.ptrace);
  if (start === NO_STATE) return undefined;
  const { trace } = CLASS_PERMISSIONS.ptrace!;
  const rules = profile.classes!;
  const peer = shortestCommon(
    { without: besides.map((name) => wholeMatch(literally(name))) },
    machineOf(rules, start, (state) => {
      const { owner, other } = permissionsOf(rules, state);
      return state !== start && ((granted(owner) | granted(other)) & trace!) !== 0;
    }),
  );
  if (peer === undefined) return undefined;
  const whom = peer === 'too-large' ? 'some' : `profile ${new TextDecoder().decode(peer)}`;
  return `profile ${profile.name} may trace processes of ${whom}`;
}
