import { neverTitle } from '../description/index.ts';
import { quantity } from '../text/index.ts';
import { type AccessLine, accessOf, areasOf, type DomainView } from './domain-view.ts';
import { html, type Markup, raw } from './markup.ts';
import { arrow, box, clipped, type Drawing, down, text } from './shapes.ts';

/** `wide` for a page or paper, `narrow` for a telephone: the same, one below the other. */
export type PictureForm = 'wide' | 'narrow';

/**
 * The domain as an SVG picture: who can start it on the left, the program in the middle, what it may reach by kind on the right, and below,
 * in red, what a never stops. The same view gives the same bytes. `standalone`: a file of its own, with its background.
 */
export function domainPicture(
  view: DomainView,
  { form = 'wide', standalone = true }: { form?: PictureForm; standalone?: boolean } = {},
): string {
  const drawing = form === 'wide' ? wide(view) : narrow(view);
  return framed(drawing, {
    id: `domain-${form}`,
    standalone,
    title: `What ${view.domain} may do`,
    description: descriptionOf(view),
  });
}

/** A drawing as an SVG document, with its text alternative. */
export function framed(
  { width, height, shapes }: Drawing,
  about: { id: string; standalone: boolean; title: string; description: string },
): string {
  const { id, standalone, title, description } = about;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"${raw(standalone ? ` width="${width}" height="${height}"` : '')} role="img" aria-labelledby="${id}-title ${id}-desc" class="picture">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${standalone ? raw(`<style>${PICTURE_STYLE}</style>\n<rect class="p-ground" width="100%" height="100%"/>\n`) : raw('')}${shapes.map(
  (shape) => html`${shape}
`,
)}</svg>
`.markup;
}

/** The picture in sentences. */
function descriptionOf(view: DomainView): string {
  const entrances = view.entrances.map(({ domain }) => domain);
  const stopped = view.stopped.filter(isStopped);
  const open = view.stopped.filter((line) => !isStopped(line));
  return [
    `Can start it: ${shortList(entrances) || 'nobody'}.`,
    ...areasOf(view).map(
      (area) => `${area}: ${shortList(accessOf(view, area).flatMap(namesOf)) || 'none'}.`,
    ),
    ...(stopped.length > 0
      ? [`Stopped: ${stopped.map(({ kind }) => `${neverTitle(kind)} (${kind})`).join(', ')}.`]
      : []),
    ...(open.length > 0
      ? [`Not stopped everywhere: ${open.map(({ kind }) => kind).join(', ')}.`]
      : []),
  ].join(' ');
}

function shortList(names: readonly string[]): string {
  const once = [...new Set(names)];
  const rest = once.length - NAMED;
  return `${once.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const NAMED = 12;

/** A never that is open or undecided somewhere is not drawn as a stop. */
function isStopped({ on }: DomainView['stopped'][number]): boolean {
  return (
    on.length > 0 && on.every(({ standing }) => standing !== 'open' && standing !== 'not judged')
  );
}

const MARGIN = 16;
const WIDE = 960;
const NARROW = 380;

function wide(view: DomainView): Drawing {
  const shapes: Markup[] = [];
  const top = 44;
  const right = kindBoxes(view, 664, top, WIDE - MARGIN - 664);
  const height = entranceBoxes(view, MARGIN, top, 220).bottom - top;
  const upper = Math.max(top + height, right.bottom, top + 120);
  const middle = (top + upper) / 2;
  const left = entranceBoxes(view, MARGIN, middle - height / 2, 220);
  shapes.push(text(MARGIN, middle - height / 2 - 16, 'can start it', 'p-head'));
  shapes.push(text(664, 28, 'may reach', 'p-head'));
  const program = programBox(view, 338, middle - 44, 224);
  for (const y of left.middles) shapes.push(arrow(MARGIN + 220, y, 338, middle));
  for (const y of right.middles) shapes.push(arrow(562, middle, 664, y));
  shapes.push(...left.shapes, ...right.shapes, ...program.shapes);
  if (view.stopped.length === 0) return { width: WIDE, height: upper + MARGIN, shapes };

  const bar = Math.max(upper, program.bottom + 24) + 26;
  shapes.push(down(450, program.bottom, bar - 5, 'p-stopline'));
  shapes.push(
    html`<line class="p-bar" x1="${MARGIN}" x2="${WIDE - MARGIN}" y1="${bar}" y2="${bar}"/>`,
  );
  shapes.push(text(MARGIN, bar + 24, 'stopped, by which never', 'p-head p-red'));
  const grid = stopBoxes(view, MARGIN, bar + 38, WIDE - 2 * MARGIN, 4);
  return { width: WIDE, height: grid.bottom + MARGIN, shapes: [...shapes, ...grid.shapes] };
}

function narrow(view: DomainView): Drawing {
  const shapes: Markup[] = [];
  const inner = NARROW - 2 * MARGIN;
  const centre = NARROW / 2;
  shapes.push(text(MARGIN, 28, 'can start it', 'p-head'));
  const entrances = entranceBoxes(view, MARGIN, 40, inner);
  shapes.push(down(centre, entrances.bottom, entrances.bottom + 24));
  const program = programBox(view, MARGIN, entrances.bottom + 28, inner);
  shapes.push(down(centre, program.bottom, program.bottom + 24));
  shapes.push(text(MARGIN, program.bottom + 44, 'may reach', 'p-head'));
  const kinds = kindBoxes(view, MARGIN, program.bottom + 56, inner);
  shapes.push(...entrances.shapes, ...program.shapes, ...kinds.shapes);
  if (view.stopped.length === 0) return { width: NARROW, height: kinds.bottom + MARGIN, shapes };

  const bar = kinds.bottom + 22;
  shapes.push(
    html`<line class="p-bar" x1="${MARGIN}" x2="${NARROW - MARGIN}" y1="${bar}" y2="${bar}"/>`,
  );
  shapes.push(text(MARGIN, bar + 24, 'stopped, by which never', 'p-head p-red'));
  const grid = stopBoxes(view, MARGIN, bar + 38, inner, 1);
  return { width: NARROW, height: grid.bottom + MARGIN, shapes: [...shapes, ...grid.shapes] };
}

/** Boxes in a column, with where arrows meet them. */
interface Placed {
  readonly shapes: readonly Markup[];
  readonly middles: readonly number[];
  readonly bottom: number;
}

function entranceBoxes(view: DomainView, x: number, top: number, width: number): Placed {
  const shown = view.entrances.slice(0, MOST_ENTRANCES);
  const rest = view.entrances.length - shown.length;
  const lines: readonly (readonly [string, string])[] = [
    ...shown.map(({ domain, how }) => [domain, how === 'by itself' ? '' : how] as const),
    ...(rest > 0 ? [[`and ${rest} more`, ''] as const] : []),
    ...(shown.length === 0 ? [['nobody', ''] as const] : []),
  ];
  const shapes: Markup[] = [];
  const middles: number[] = [];
  lines.forEach(([name, how], i) => {
    const y = top + i * 34;
    shapes.push(box(x, y, width, 28, 'p-enter'));
    const room = width - 20 - (how === '' ? 0 : how.length * 6.2 + 8);
    shapes.push(text(x + 10, y + 18, clipped(name, room, MONO), 'p-mono'));
    if (how !== '') shapes.push(text(x + width - 10, y + 18, how, 'p-small p-end'));
    middles.push(y + 14);
  });
  return { shapes, middles, bottom: top + lines.length * 34 - 6 };
}

const MOST_ENTRANCES = 8;

function programBox(view: DomainView, x: number, y: number, width: number): Placed {
  const centre = x + width / 2;
  const under = view.programs[0] ?? view.title;
  const where =
    view.policies.length === 1
      ? view.policies[0]!.title
      : quantity(view.policies.length, 'policy', 'policies');
  return {
    shapes: [
      box(x, y, width, 88, 'p-program'),
      text(centre, y + 34, clipped(view.domain, width - 20, 9.7), 'p-name p-mid'),
      text(centre, y + 55, clipped(under, width - 20, MONO), 'p-mono p-mid'),
      text(centre, y + 74, clipped(where, width - 20, 6.4), 'p-small p-mid'),
    ],
    middles: [y + 44],
    bottom: y + 88,
  };
}

/** One box for each kind of thing that it may reach, by what is granted to it by name. */
function kindBoxes(view: DomainView, x: number, top: number, width: number): Placed {
  const shapes: Markup[] = [];
  const middles: number[] = [];
  let y = top;
  for (const area of areasOf(view)) {
    const lines = kindLines(view, area, width - 20);
    const height = 28 + lines.length * 17;
    shapes.push(box(x, y, width, height, 'p-reach'), text(x + 10, y + 18, area, 'p-kind'));
    lines.forEach(({ shown, always }, i) => {
      const look = always ? 'p-mono' : 'p-mono p-amber';
      shapes.push(text(x + 10, y + 36 + i * 17, shown, look));
    });
    middles.push(y + height / 2);
    y += height + 8;
  }
  const inherited = view.access.filter(({ through }) => through !== undefined).length;
  if (inherited > 0) {
    const note = `and ${quantity(inherited, 'line')} that its attributes bring`;
    shapes.push(text(x, y + 10, note, 'p-small'));
    y += 22;
  }
  return { shapes, middles, bottom: Math.max(top + 30, y - 8) };
}

/** What is always so, then what some boolean opens, each on as few lines as it needs, and no more than a person reads. */
function kindLines(
  view: DomainView,
  area: string,
  width: number,
): readonly { readonly shown: string; readonly always: boolean }[] {
  const lines = accessOf(view, area);
  const always = [...new Set(lines.filter(({ when }) => when === undefined).flatMap(namesOf))];
  const opened = [
    ...new Set(lines.filter(({ when }) => when !== undefined).flatMap(namesOf)),
  ].filter((name) => !always.includes(name));
  return [
    ...filled(always, width, 3).map((shown) => ({ shown, always: true })),
    ...filled(
      opened.map((name, i) => (i === 0 ? `if set: ${name}` : name)),
      width,
      2,
    ).map((shown) => ({ shown, always: false })),
  ];
}

/** Names side by side on at most `most` lines; how many are left stands at the end. */
function filled(names: readonly string[], width: number, most: number): string[] {
  const columns = Math.floor(width / MONO);
  const lines: string[] = [];
  for (const [i, name] of names.entries()) {
    const rest = names.length - i;
    const last = lines.at(-1);
    const room = lines.length === most && rest > 1 ? columns - ` +${rest}`.length : columns;
    if (last !== undefined && last.length + 1 + name.length <= room) {
      lines[lines.length - 1] = `${last} ${name}`;
    } else if (lines.length < most) lines.push(clipped(name, width, MONO));
    else {
      lines[most - 1] = `${last!.slice(0, columns - ` +${rest}`.length)} +${rest}`;
      break;
    }
  }
  return lines;
}

/** What a line is about: its capabilities, its classes of sockets, else its types. */
function namesOf({ area, targets, access }: AccessLine): readonly string[] {
  if (area === 'capabilities') return /\{ (.*) \}/.exec(access)?.[1]?.split(' ') ?? [];
  if (targets.length === 1 && targets[0] === 'self') return [access.split(' ')[0]!];
  return targets;
}

function stopBoxes(
  view: DomainView,
  x: number,
  top: number,
  width: number,
  columns: number,
): Placed {
  const gap = 10;
  const each = (width - gap * (columns - 1)) / columns;
  const shapes = view.stopped.flatMap((line, i) => {
    const left = x + (i % columns) * (each + gap);
    const y = top + Math.floor(i / columns) * 54;
    const worst = worstWords(line);
    const look = isStopped(line) ? (worst === 'as set' ? 'p-set' : 'p-stop') : 'p-open';
    const word = worst === 'beyond the base' ? 'beyond base' : worst;
    const room = each - 28 - word.length * 6;
    return [
      box(left, y, each, 46, look),
      text(left + 10, y + 19, clipped(neverTitle(line.kind), each - 20, 7.6), 'p-kind'),
      text(left + 10, y + 36, clipped(line.kind, room, MONO), 'p-mono'),
      text(left + each - 10, y + 36, word, 'p-small p-end'),
    ];
  });
  const rows = Math.ceil(view.stopped.length / columns);
  return { shapes, middles: [], bottom: top + rows * 54 - 8 };
}

function worstWords({ on }: DomainView['stopped'][number]): string {
  const words = on.map(({ standing }) => standing);
  for (const word of ['open', 'not judged', 'as set', 'beyond the base'] as const) {
    if (words.includes(word)) return word;
  }
  return words.length === 0 ? 'not judged' : 'held';
}

/** The width of a character of the monospaced face, at 12 px. */
const MONO = 7.25;

/** Used by the page, or inside the file: classes begin with `p-`, since a style inside a page counts for all of it. */
export const PICTURE_STYLE = `
.picture { --p-ink: #1d2430; --p-soft: #566072; --p-line: #9aa4b5; --p-paper: #ffffff; --p-fill: #f3f5f9; --p-blue: #1f5fae; --p-blue-fill: #e8f0fa; --p-green: #1f6b3a; --p-amber: #855100; --p-red: #b3261e; --p-red-fill: #fdeceb; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { .picture { --p-ink: #e6e9ef; --p-soft: #a6b0c0; --p-line: #5d6778; --p-paper: #15181e; --p-fill: #1e232c; --p-blue: #8ab8f2; --p-blue-fill: #1a2a3f; --p-green: #85d39b; --p-amber: #e8b565; --p-red: #ff9a92; --p-red-fill: #3a1b1a; } }
@media print { .picture { --p-ink: #000; --p-soft: #333; --p-line: #777; --p-paper: #fff; --p-fill: #fff; --p-blue: #1f5fae; --p-blue-fill: #fff; --p-amber: #704400; --p-red: #a01710; --p-red-fill: #fff; } }
.picture text { fill: var(--p-ink); font-size: 13px; }
.picture .p-mono { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 12px; }
.picture .p-small { font-size: 11px; fill: var(--p-soft); }
.picture .p-over { paint-order: stroke; stroke: var(--p-paper); stroke-width: 4px; stroke-linejoin: round; }
.picture .p-head { font-size: 13px; fill: var(--p-soft); letter-spacing: .04em; }
.picture .p-kind { font-weight: 600; } .picture .p-name { font-weight: 700; font-size: 16px; }
.picture .p-mid { text-anchor: middle; } .picture .p-end { text-anchor: end; }
.picture .p-red { fill: var(--p-red); font-weight: 600; } .picture .p-amber { fill: var(--p-amber); }
.picture rect { stroke-width: 1.25; } .picture .p-ground { fill: var(--p-paper); stroke: none; }
.picture .p-enter { fill: var(--p-fill); stroke: var(--p-line); } .picture .p-reach { fill: var(--p-fill); stroke: var(--p-line); }
.picture .p-program { fill: var(--p-blue-fill); stroke: var(--p-blue); stroke-width: 2; }
.picture .p-stop { fill: var(--p-red-fill); stroke: var(--p-red); } .picture .p-set { fill: var(--p-red-fill); stroke: var(--p-amber); stroke-width: 2; stroke-dasharray: 9 4; } .picture .p-open { fill: none; stroke: var(--p-amber); stroke-dasharray: 5 4; }
.picture .p-bar { stroke: var(--p-red); stroke-width: 4; } .picture .p-stopline { fill: none; stroke: var(--p-red); stroke-width: 1.5; stroke-dasharray: 5 4; }
.picture .p-arrow { fill: none; stroke: var(--p-line); stroke-width: 1.25; } .picture .p-tip { fill: var(--p-line); }
.picture .p-tip-stop { fill: var(--p-red); }
`;
