import { wholeMatch } from '../../patterns/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import { CAPABILITIES, grantsCapability } from '../query/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { directWays, linkWays, namesBelow, WRITE, waysRoundNames } from './paths.ts';
import type { Finding } from './verdict.ts';

/** No kernel module is loaded. From a file that takes a capability; whether the kernel itself asks for one is nobody's question here. */
export function loadKernelModule(
  profile: CompiledProfile,
  _never: Of<'load-kernel-module'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  capabilityWays(profile, ['sys_module'], finding);
  // What modprobe reads, and which program it is: root runs it when the kernel asks.
  directWays(profile, WRITE, 'write', { within: MODULES }, finding);
  linkWays(profile, WRITE, 'write', { within: MODULES }, finding);
  waysRoundNames(profile, WRITE, ['/lib/modules', '/usr/lib/modules'], finding);
  finding.unmediated.push({
    says: 'modules that the kernel asks modprobe for, as at a socket of a protocol that it lacks: nothing is checked',
    notAsked: 'modules-on-demand',
  });
}

const MODULES = wholeMatch(
  '((/usr)?/lib/(modules|modprobe\\.d|modules-load\\.d)|/etc/(modprobe\\.d|modules|modules-load\\.d)|/run/modprobe\\.d|/proc/sys/kernel/modprobe)(/.*)?',
);

/** Neither a profile nor what is loaded at the next start is changed, nor the kernel that enforces it. */
export function changePolicy(
  profile: CompiledProfile,
  _never: Of<'change-policy'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  capabilityWays(profile, POWERS, finding);
  for (const within of [namesBelow(POLICY), PARAMETERS]) {
    directWays(profile, WRITE, 'write', { within }, finding);
    linkWays(profile, WRITE, 'write', { within }, finding);
  }
  waysRoundNames(profile, WRITE, POLICY, finding);
}

/** Loading profiles takes the first; the second overrides what they refuse; the others replace or rewrite the kernel. */
const POWERS = ['mac_admin', 'mac_override', 'sys_module', 'sys_rawio', 'sys_boot'] as const;

/** The interface that loads profiles, what is loaded from at the next start, and what says to that kernel whether it enforces. */
const POLICY = [
  '/sys/kernel/security',
  '/sys/module/apparmor',
  '/etc/apparmor.d',
  '/etc/apparmor',
  '/usr/share/apparmor',
  '/var/cache/apparmor',
  '/var/lib/apparmor',
  '/var/lib/snapd/apparmor',
  '/boot',
] as const;
const PARAMETERS = wholeMatch('/proc/sys/kernel/(apparmor_|unprivileged_userns_apparmor).*');

function capabilityWays(
  profile: CompiledProfile,
  names: readonly string[],
  finding: Finding,
): void {
  for (const name of names) {
    if (!grantsCapability(profile, CAPABILITIES.indexOf(name))) continue;
    finding.ways.push(`profile ${profile.name} has the capability ${name}`);
  }
}
