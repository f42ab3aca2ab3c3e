import { styleText } from 'node:util';

/** The few meanings that colour has here. Colour never carries a meaning alone: the words are there without it. */
export interface Style {
  /** The columns of the terminal that it is for; undefined for pipes and files, which nobody's window ends. */
  readonly width?: number;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** For pipes, files, NO_COLOR and tests. */
export const plain: Style = {
  good: (text) => text,
  bad: (text) => text,
  warn: (text) => text,
  faint: (text) => text,
  strong: (text) => text,
};

/** For a terminal. */
export const styled: Style = {
  good: (text) => paint('green', text),
  bad: (text) => paint('red', text),
  warn: (text) => paint('yellow', text),
  faint: (text) => paint('dim', text),
  strong: (text) => paint('bold', text),
};

function paint(format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string): string {
  return styleText(format, text, { validateStream: false });
}
