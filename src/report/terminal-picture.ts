import xterm from '@xterm/headless';
import { escapeMarkup } from './markup.ts';

/** A terminal's content as `tmux capture-pane -e` gives it. */
export interface TerminalContent {
  readonly columns: number;
  readonly rows: number;
  readonly ansi: string;
}

const CELL = { width: 8, height: 17, baseline: 13 };
const FOREGROUND = '#d4d4d4';
const BACKGROUND = '#1b1b1f';

/** The terminal as it looked, colours and all, as an SVG picture. A terminal emulator reads the escape sequences, so none reaches the picture. */
export async function terminalPicture({ columns, rows, ansi }: TerminalContent): Promise<string> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    convertEol: true,
    allowProposedApi: true,
    scrollback: 0,
  });
  await new Promise<void>((resolve) => terminal.write(ansi.replace(/\n$/, ''), resolve));
  const shapes: string[] = [];
  const buffer = terminal.buffer.active;
  for (let row = 0; row < rows; row++) {
    const line = buffer.getLine(row);
    if (line !== undefined) shapes.push(...runsOf(line, columns).flatMap((run) => draw(run, row)));
  }
  terminal.dispose();
  const width = columns * CELL.width;
  const height = rows * CELL.height;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="13">
<rect width="100%" height="100%" fill="${BACKGROUND}"/>
${shapes.join('\n')}
</svg>
`;
}

type Line = NonNullable<ReturnType<xterm.Terminal['buffer']['active']['getLine']>>;
type Cell = NonNullable<ReturnType<Line['getCell']>>;

/** Neighbouring cells that look alike. */
interface Run {
  readonly column: number;
  readonly cells: number;
  readonly text: string;
  readonly look: Look;
}

interface Look {
  readonly foreground: string;
  readonly background: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly dim: boolean;
}

function runsOf(line: Line, columns: number): Run[] {
  const runs: Run[] = [];
  let key = '';
  for (let column = 0; column < columns; ) {
    const cell = line.getCell(column);
    if (cell === undefined) break;
    const cells = Math.max(1, cell.getWidth());
    const look = lookOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last !== undefined && key === JSON.stringify(look)) {
      runs[runs.length - 1] = { ...last, cells: last.cells + cells, text: last.text + text };
    } else {
      runs.push({ column, cells, text, look });
      key = JSON.stringify(look);
    }
    column += cells;
  }
  return runs;
}

function lookOf(cell: Cell): Look {
  const foreground = cell.isFgDefault() ? FOREGROUND : colour(cell.getFgColor(), cell.isFgRGB());
  const background = cell.isBgDefault() ? BACKGROUND : colour(cell.getBgColor(), cell.isBgRGB());
  const inverse = cell.isInverse() !== 0;
  return {
    foreground: inverse ? background : foreground,
    background: inverse ? foreground : background,
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    dim: cell.isDim() !== 0,
  };
}

function draw({ column, cells, text, look }: Run, row: number): string[] {
  const x = column * CELL.width;
  const y = row * CELL.height;
  const width = cells * CELL.width;
  const shapes: string[] = [];
  if (look.background !== BACKGROUND) {
    shapes.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${look.background}"/>`,
    );
  }
  const visible = text.trimEnd();
  if (visible !== '') {
    const attributes = [
      look.bold ? ' font-weight="bold"' : '',
      look.italic ? ' font-style="italic"' : '',
      look.underline ? ' text-decoration="underline"' : '',
      look.dim ? ' opacity="0.6"' : '',
    ].join('');
    // textLength holds the columns together whatever font the reader has.
    shapes.push(
      `<text x="${x}" y="${y + CELL.baseline}" fill="${look.foreground}"${attributes} textLength="${width - (text.length - visible.length) * CELL.width}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escapeMarkup(visible)}</text>`,
    );
  }
  return shapes;
}

function colour(value: number, isRgb: boolean): string {
  if (isRgb) return hex(value >> 16, (value >> 8) & 255, value & 255);
  if (value < 16) return ANSI[value]!;
  if (value >= 232) return hex(...grey(value));
  const cube = value - 16;
  const level = (n: number): number => (n === 0 ? 0 : 55 + 40 * n);
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function grey(value: number): [number, number, number] {
  const level = 8 + 10 * (value - 232);
  return [level, level, level];
}

function hex(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((n) => n.toString(16).padStart(2, '0')).join('')}`;
}

const ANSI: readonly string[] = [
  ...['#2e3436', '#e05561', '#8cc265', '#d18f52', '#4aa5f0', '#c162de', '#42b3c2', '#d7dae0'],
  ...['#6a7079', '#ff616e', '#a5e075', '#f0a45d', '#4dc4ff', '#de73ff', '#4cd1e0', '#ffffff'],
];
