import { z } from 'zod';
import {
  type Ability,
  allow,
  type Block,
  call,
  checkOptions,
  fileRule,
  ioctls,
  OPTION,
  ownerRule,
  unixRule,
  unmediated,
} from '../description/index.ts';

/** The terminal ioctls of a full-screen program. TIOCSTI, which types for the user, and TIOCLINUX are not among them. */
const TERMINAL_IOCTLS: Readonly<Record<string, number>> = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCFLSH: 0x540b,
  TIOCGWINSZ: 0x5413,
  TCGETS2: 0x542a,
  TCSETS2: 0x542b,
};

/**
 * Draws on the terminal that it inherits and on /dev/tty. `ioctls` replaces the commands that a full-screen program needs. `eventLoop: false` is for a
 * program that only prints: it makes no socket for itself.
 */
export function useTerminal(
  options: { ioctls?: Readonly<Record<string, number>>; eventLoop?: boolean } = {},
): Ability {
  checkOptions('useTerminal', options, {
    ioctls: z.record(z.string(), z.number()).optional(),
    eventLoop: OPTION.flag,
  });
  return {
    name: 'useTerminal',
    title: 'Use the terminal',
    blocks: [
      {
        why: 'The terminal of the shell, and /dev/tty, which every domain may open. Only the ioctls of a full-screen program: no keystroke can be put into the terminal (TIOCSTI), no console be driven (TIOCLINUX).',
        whyIn: { apparmor: 'The terminal of the shell, if the user owns it, and /dev/tty.' },
        selinux: [
          call('userdom_use_inherited_user_terminals'),
          call('term_use_controlling_term'),
          // Not optional: where a restriction falls away, every ioctl is allowed.
          ioctls(
            ['devtty_t', 'user_devpts_t', 'user_tty_device_t'],
            'chr_file',
            options.ioctls ?? TERMINAL_IOCTLS,
          ),
        ],
        apparmor: [
          fileRule('/dev/tty', 'rw'),
          ownerRule('/dev/{pts/[0-9]*,{tty,ttyS,hvc}[0-9]{,[0-9]}}', 'rw'),
          unmediated(
            'terminal-ioctls',
            'keystrokes can be put into the terminal of the user (TIOCSTI) where dev.tty.legacy_tiocsti is 1',
            'AppArmor checks no ioctl; set the sysctl to 0',
            { never: 'inject-keystrokes', notAsked: 'terminal-ioctls' },
          ),
        ],
      },
      ...(options.eventLoop === false ? [] : [EVENT_LOOP]),
    ],
  };
}

const EVENT_LOOP: Block = {
  why: 'The event loop wakes itself through a socket pair when the window changes its size.',
  selinux: [allow('self', 'unix_stream_socket', ['create', 'getattr', 'read', 'write'])],
  apparmor: [unixRule('stream')],
};
