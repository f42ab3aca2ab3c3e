import { width } from './width.ts';
import { wrap } from './wrap.ts';

/**
 * Text for a terminal of so many columns: a longer line is broken between words and goes on below, further in. Two blanks within a line
 * part a term from what is said of it (an option, an example, a row): what is said goes on below itself, or stands below the term.
 */
export function fitted(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (width(line) <= columns ? line : broken(line, columns, 2)))
    .join('\n');
}

/** Help, whose paragraphs are broken for nobody's terminal: lines that start at the margin are one paragraph, which stays there. */
export function refilled(text: string, columns: number): string {
  return text
    .replace(/(?<=^\S.*)\n(?=\S)/gm, ' ')
    .split('\n')
    .map((line) => broken(line, columns, line.startsWith(' ') ? 2 : 0))
    .join('\n');
}

function broken(line: string, columns: number, further: number): string {
  if (width(line) <= columns) return line;
  const margin = /^ */.exec(line)![0].length;
  const parted = /^( *\S.*?\S {2,})(\S.*)$/.exec(line);
  if (parted === null) return wrap(line, columns, { inWords: true, hang: margin + further });
  const [, term, said] = parted;
  const at = width(term!);
  if (at <= columns / 2) return wrap(line, columns, { inWords: true, hang: at });
  const below = ' '.repeat(margin + 4);
  return [term!.trimEnd(), below + said]
    .map((part) => wrap(part, columns, { inWords: true, hang: below.length }))
    .join('\n');
}
