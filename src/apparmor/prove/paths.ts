import { type Automaton, type Language, literally, wholeMatch } from '../../patterns/index.ts';
import {
  type CompiledProfile,
  classStart,
  granted,
  NO_STATE,
  PERM,
  permissionsOf,
} from '../compiled/index.ts';
import {
  CAPABILITIES,
  CLASSES,
  fileRules,
  grantedAfter,
  grantsCapability,
  linkTarget,
  pathWitness,
} from '../query/index.ts';
import type { Finding } from './verdict.ts';

/** All names at and below paths. `HOME` stands for every home directory, `HOME/*` for what is not hidden in it. */
export function namesBelow(paths: readonly string[]): Automaton {
  return wholeMatch(paths.map(patternBelow).join('|'));
}

function patternBelow(path: string): string {
  if (path === 'HOME/*') return `${HOMES}/[^/.][^/]*(/.*)?`;
  return `${literally(path).replace(/^HOME(?=\/|$)/, HOMES)}(/.*)?`;
}

/** Terminals, serial lines and consoles of hypervisors among them (`ttyS0`, `hvc0`): what a login can be on. */
export const TERMINALS = '/dev/(pts/[^/]*|ptmx|tty[0-9]*|ttyS[0-9]+|hvc[0-9]+|console)';

/** With the other name of what stands below /run: /var/run leads there, and the variable of profiles has both. */
export function inBothRuns(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (path.startsWith('/run/') ? [path, `/var${path}`] : [path]));
}

/** What writing a file asks for, in each of its forms. */
export const WRITE: number = PERM.write | PERM.append | PERM.create | PERM.delete;

/** A way by a name itself: `what` is done with a file of the language. */
export function directWays(
  profile: CompiledProfile,
  bits: number,
  what: string,
  language: Language,
  finding: Finding,
): void {
  if (fileRules(profile) === undefined) {
    finding.unmediated.push(`files: the profile ${profile.name} has no rules for them at all`);
    return;
  }
  const witness = pathWitness(profile, (allow) => (allow & bits) !== 0, language);
  if (witness === 'too-large') {
    finding.reasons.push(`profile ${profile.name}: whether it may ${what} is too large a question`);
  } else if (witness !== undefined) {
    const whose = {
      owner: ', if it owns it',
      everybody: '',
      'all but the owner': ', unless it owns it',
    };
    finding.ways.push(`profile ${profile.name} may ${what} ${witness.path}${whose[witness.who]}`);
  }
}

/**
 * A way by another name: a hard link that the rules let it make, under which it has what is sought. The compilers write the test that a link has
 * no more than its target (`l`, `link subset`) for the owner's files only, so of files of others just fs.protected_hardlinks refuses it.
 */
export function linkWays(
  profile: CompiledProfile,
  bits: number,
  what: string,
  language: Language,
  finding: Finding,
): void {
  const found = linkTo(profile, bits, language, 'owner');
  if (found !== undefined) {
    finding.ways.push(
      `profile ${profile.name} may ${what} ${found} under another name: it may link to it`,
    );
    return;
  }
  const ofOthers = linkTo(profile, bits, language, 'other');
  if (ofOthers === undefined) return;
  finding.reasons.push(
    `profile ${profile.name} may link to ${ofOthers} if another owns it, and ${what} it under that name: the subset of a link is tested for the owner's files only`,
  );
}

function linkTo(
  profile: CompiledProfile,
  bits: number,
  within: Language,
  half: 'owner' | 'other',
): string | undefined {
  const rules = fileRules(profile)?.rules;
  for (let state = 1; rules !== undefined && state < rules.dfa.states; state++) {
    const allow = granted(permissionsOf(rules, state)[half]);
    if ((allow & PERM.link) === 0 || (allow & bits) === 0) continue;
    const target = linkTarget(rules, state, half, { free: true, within });
    if (target === 'too-large') return 'one of them';
    if (target !== undefined) return new TextDecoder().decode(target);
  }
  return undefined;
}

/** Ways round the names of files altogether, and what makes names mean something else. */
export function waysRoundNames(
  profile: CompiledProfile,
  bits: number,
  above: readonly string[],
  finding: Finding,
): void {
  directWays(profile, bits, 'open the device', { within: RAW_DEVICES }, finding);
  const has = (name: string): boolean => grantsCapability(profile, CAPABILITIES.indexOf(name));
  if (has('sys_admin') && mayMount(profile)) {
    finding.reasons.push(`profile ${profile.name} may mount, so that names lead to other files`);
  }
  if (has('sys_chroot')) {
    finding.reasons.push(
      `profile ${profile.name} has the capability sys_chroot: names may begin elsewhere`,
    );
  }
  if (has('mknod')) {
    finding.reasons.push(
      `profile ${profile.name} has the capability mknod: it may make a device of any name`,
    );
  }
  const moved = pathWitness(profile, (allow) => (allow & MOVE) === MOVE, {
    within: directories(above),
  });
  if (moved !== undefined) {
    finding.reasons.push(
      `profile ${profile.name} may rename a directory on the way${moved === 'too-large' ? '' : `: ${moved.path}`}`,
    );
  }
}

/** What the kernel asks of the old name of a rename. */
const MOVE = PERM.read | PERM.write | PERM.delete;

function mayMount({ classes }: CompiledProfile): boolean {
  const start = classStart(classes, CLASSES.mount);
  return start === NO_STATE || (grantedAfter(classes!, start) & 0x7) !== 0;
}

/** The directories that lead to paths, each with its slash. */
function directories(paths: readonly string[]): Automaton {
  const all = paths.flatMap((path) => {
    const parts = path
      .split('/')
      .map((part, i) => (i === 0 && part === 'HOME' ? HOMES : literally(part)));
    const first = parts[0] === HOMES ? HOMES : '';
    return parts.slice(1).map((_, i) => `${[first, ...parts.slice(1, i + 2)].join('/')}/`);
  });
  return wholeMatch(all.join('|'));
}

const HOMES = '(/root|/home/[^/]+)';

/**
 * Whole disks and memory, under the names that udev and the kernel give them (the kernel's admin-guide/devices.txt): also as devices of characters, which
 * take commands of SCSI (sg, bsg) and NVMe (ng), or are flash (mtd, ubi).
 */
const RAW_DEVICES: Automaton = wholeMatch(
  `(/dev/(${[
    '(sd|hd|vd|xvd|nvme|mmcblk|dm-|md|loop|nbd|zd|sr|pmem|ram|zram|bcache|drbd|rbd)[^/]*',
    '(dasd|mtd|rssd|mspblk|rnbd|ublkb|xpram)[^/]*',
    '(sg|ng|ubi|fd|scm)[0-9][^/]*|ub[a-z][^/]*',
    'mem|kmem|port',
    '(mapper|disk|block|md|raw|bsg|cciss|ida|rd)/.*',
  ].join('|')})|/proc/kcore)`,
);
