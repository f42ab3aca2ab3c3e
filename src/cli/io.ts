import { plain, type Style, styled } from '../text/index.ts';

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

/** The process's own streams. Colour only on a terminal, and not when NO_COLOR is set. */
export function processIo(): Io {
  const colour = !process.env.NO_COLOR;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outStyle: colour && process.stdout.isTTY ? styled : plain,
    errStyle: colour && process.stderr.isTTY ? styled : plain,
    interactive: process.stderr.isTTY === true,
    cwd: process.cwd(),
    env: process.env,
  };
}
