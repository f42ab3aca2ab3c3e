import { width } from './width.ts';
import { wrap } from './wrap.ts';

export interface Column {
  readonly heading: string;
  /** Numbers stand right-aligned. */
  readonly align?: 'left' | 'right';
  /** Where no terminal says how wide a line may be, cells are wrapped to so many columns. */
  readonly most?: number;
}

/**
 * An aligned text table: a heading, a rule, a line per row, two spaces between columns, no trailing blanks.
 * Cells may carry colour; widths count what a terminal shows. A cell with line breaks takes several lines.
 *
 * `available` is the width of the terminal: cells are wrapped until the table fits, the widest first. Where that leaves too little for reading,
 * the first column's cells stand on lines of their own above their rows, and names are broken after `_`, `/` and their like.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  available?: number,
): string {
  const cells = rows.map((row) => columns.map((_, i) => row[i] ?? ''));
  if (available === undefined) {
    const widths = columns.map((column, i) =>
      Math.min(column.most ?? Number.POSITIVE_INFINITY, naturalWidth(column, i, cells)),
    );
    return joined(blocks(columns, cells, widths, false));
  }
  const fitting = fittingWidths(columns, cells, available);
  if (fitting !== undefined) return joined(blocks(columns, cells, fitting, true));
  return headed(columns, cells, available);
}

/** A table whose first column is a line above its rows, indented by two. */
function headed(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  available: number,
): string {
  const [, ...rest] = columns;
  const under = cells.map(([, ...others]) => others);
  const room = available - INDENT.length;
  const widths = fittingWidths(rest, under, room) ?? sharedWidths(rest, under, room, SHORTEST_PART);
  const [headings, rule, ...bodies] = blocks(rest, under, widths, true);
  const out = [headings!, rule!].map(indented);
  cells.forEach(([first], i) => {
    if (width(first!) > 0) out.push(wrap(first!, available, { inWords: true }));
    out.push(indented(bodies[i]!));
  });
  return joined(out);
}

const INDENT = '  ';

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, INDENT);
}

/** Widths at which every cell can be read without breaking a word, if there are such. */
function fittingWidths(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  available: number,
): readonly number[] | undefined {
  const widths = sharedWidths(columns, cells, available, / /);
  const natural = columns.map((column, i) => naturalWidth(column, i, cells));
  const widest = Math.max(...natural);
  const fits = sum(widths) + gaps(columns) <= available;
  const readable = widths.every((w, i) => natural[i]! < widest || w >= Math.min(widest, READABLE));
  return fits && readable ? widths : undefined;
}

/** Prose in fewer columns is a column of single words. */
const READABLE = 24;
const SHORTEST_PART = /(?<=[ _/,:-])/;

/** Takes from the widest columns until the table fits or no column can be narrower without breaking what stands between two of `breaks`. */
function sharedWidths(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  available: number,
  breaks: RegExp,
): number[] {
  const least = columns.map(({ heading }, i) =>
    longest([heading, ...cells.map((row) => row[i]!)].flatMap((cell) => cell.split(breaks))),
  );
  const widths = columns.map((column, i) => naturalWidth(column, i, cells));
  for (let over = sum(widths) + gaps(columns) - available; over > 0; over--) {
    const open = widths.map((_, i) => i).filter((i) => widths[i]! > least[i]!);
    if (open.length === 0) break;
    const widest = open.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
    widths[widest]!--;
  }
  return widths;
}

function naturalWidth(
  { heading }: Column,
  i: number,
  cells: readonly (readonly string[])[],
): number {
  return longest([heading, ...cells.map((row) => row[i]!)]);
}

function longest(texts: readonly string[]): number {
  return Math.max(
    0,
    ...texts.flatMap((text) => text.split('\n')).map((line) => width(line.trim())),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function gaps(columns: readonly Column[]): number {
  return 2 * (columns.length - 1);
}

function joined(parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}

/** The heading, the rule and each row, as text of one or more lines. */
function blocks(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  most: readonly number[],
  inWords: boolean,
): string[] {
  const wrapped = [columns.map(({ heading }) => heading), ...cells].map((row) =>
    row.map((cell, i) =>
      cell.split('\n').flatMap((line) => wrap(line, most[i]!, { inWords }).split('\n')),
    ),
  );
  const widths = columns.map((_, i) => longest(wrapped.flatMap((row) => row[i]!)));
  const line = (parts: readonly string[]): string =>
    parts
      .map((part, i) => {
        const gap = ' '.repeat(Math.max(0, widths[i]! - width(part)));
        return columns[i]!.align === 'right' ? gap + part : part + gap;
      })
      .join('  ')
      .trimEnd();
  const [headings, ...rows] = wrapped.map((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, k) => line(row.map((cell) => cell[k] ?? ''))).join(
      '\n',
    );
  });
  return [headings!, line(widths.map((w) => '-'.repeat(w))), ...rows];
}
