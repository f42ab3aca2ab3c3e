import { ascii, fitted, plain, type Style, styled } from '../text/index.ts';

/** What a verb may touch of the world's edge; tests pass their own. */
export interface Io {
  /** The result, and nothing else. */
  out(text: string): void;
  /** Everything else: progress, warnings, errors. */
  err(text: string): void;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Whether stderr is a terminal that can redraw a line. */
  readonly interactive: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The process's own streams. A terminal gets lines of its width, in its locale's characters; a pipe gets them as they are. Data (`--json`) is
 * never touched.
 */
export function processIo({ data = false }: { data?: boolean } = {}): Io {
  const { env, stdout, stderr } = process;
  const signs = isAscii(env) ? ascii : (text: string): string => text;
  const outStyle = styleFor(stdout, env);
  const errStyle = styleFor(stderr, env);
  const shown = (text: string, { width }: Style): string =>
    width === undefined ? signs(text) : fitted(signs(text), width);
  return {
    out: (text) => void stdout.write(data ? text : shown(text, outStyle)),
    err: (text) => void stderr.write(shown(text, errStyle)),
    outStyle,
    errStyle,
    interactive: stderr.isTTY === true && env.TERM !== 'dumb',
    cwd: process.cwd(),
    env,
  };
}

/** Colour on a terminal that can, and not when NO_COLOR is set; FORCE_COLOR asks for it in a pipe. */
function styleFor({ isTTY, columns }: NodeJS.WriteStream, env: Io['env']): Style {
  const forced = env.FORCE_COLOR !== undefined && !['', '0', 'false'].includes(env.FORCE_COLOR);
  const colour = !env.NO_COLOR && (forced || (isTTY && env.TERM !== 'dumb'));
  const look = colour ? styled : plain;
  // A terminal that does not know its size says 0; in one of a few columns nothing could be read anyway.
  return isTTY && columns > 0 ? { ...look, width: Math.max(columns, NARROWEST) } : look;
}

const NARROWEST = 40;

/** By the first of these that says anything, as libc takes them. Without any, the locale is C. */
function isAscii({ LC_ALL, LC_CTYPE, LANG }: Io['env']): boolean {
  return !/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
