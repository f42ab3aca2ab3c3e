import type { Kind, Plain } from './kind.ts';

/** No keystroke is put into a terminal (TIOCSTI) and no console is driven (TIOCLINUX): by ioctl number, on every terminal type. */
export type InjectKeystrokes = Plain<'inject-keystrokes'>;

export function injectKeystrokes(why: string): InjectKeystrokes {
  return { kind: 'inject-keystrokes', why };
}

export const INJECT_KEYSTROKES: Kind<InjectKeystrokes> = { title: 'type into terminals' };
