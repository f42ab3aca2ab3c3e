import { wholeMatch } from '../../patterns/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import type { Of, ProfileSubject } from './judge.ts';
import { directWays, linkWays, WRITE, waysRoundNames } from './paths.ts';
import type { Finding } from './verdict.ts';

/** No keystroke is put into a terminal. Devices that type have names; the commands to a terminal are ioctls, which AppArmor does not check. */
export function injectKeystrokes(
  profile: CompiledProfile,
  _never: Of<'inject-keystrokes'>,
  _subject: ProfileSubject,
  finding: Finding,
): void {
  directWays(profile, WRITE, 'write', { within: INPUT_DEVICES }, finding);
  linkWays(profile, WRITE, 'write', { within: INPUT_DEVICES }, finding);
  waysRoundNames(profile, WRITE, [], finding);
  finding.unmediated.push({
    says: 'TIOCSTI and TIOCLINUX on terminals that it has open: no ioctl is checked; since Linux 6.2 dev.tty.legacy_tiocsti = 0 refuses the first',
    notAsked: 'terminal-ioctls',
  });
}

const INPUT_DEVICES = wholeMatch(
  '/dev/(uinput|uhid|vhci|hidraw[^/]*|hidg[^/]*|input/.*|serio.*|vcs[^/]*)',
);
