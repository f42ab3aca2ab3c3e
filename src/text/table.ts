import { width } from './width.ts';

export interface Column {
  readonly heading: string;
  /** Numbers stand right-aligned. */
  readonly align?: 'left' | 'right';
}

/**
 * An aligned text table: a heading, a rule, a line per row, two spaces between columns, no trailing blanks.
 * Cells may carry colour; widths count what a terminal shows. A cell with line breaks takes several lines.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((_, i) => (row[i] ?? '').split('\n')));
  const widths = columns.map((column, i) =>
    Math.max(
      width(column.heading),
      ...cells.map((row) => Math.max(...row[i]!.map((line) => width(line)))),
    ),
  );
  const line = (parts: readonly string[]): string =>
    parts
      .map((part, i) => {
        const gap = ' '.repeat(Math.max(0, widths[i]! - width(part)));
        return columns[i]!.align === 'right' ? gap + part : part + gap;
      })
      .join('  ')
      .trimEnd();

  const out = [line(columns.map((c) => c.heading)), line(widths.map((w) => '-'.repeat(w)))];
  for (const row of cells) {
    const height = Math.max(...row.map((cell) => cell.length));
    for (let k = 0; k < height; k++) out.push(line(row.map((cell) => cell[k] ?? '')));
  }
  return `${out.join('\n')}\n`;
}
