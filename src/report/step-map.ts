import { printable, quantity } from '../text/index.ts';
import { framed } from './domain-picture.ts';
import { html, type Markup } from './markup.ts';
import { arrow, box, clipped, type Drawing, text } from './shapes.ts';

/** Types with arrows between them, as a question about flows or transitions found them. */
export interface StepMap {
  readonly title: string;
  /** The types that were asked about. */
  readonly asked: readonly string[];
  readonly arrows: readonly StepArrow[];
  /** How many steps were found and are not drawn. */
  readonly left: number;
}

export interface StepArrow {
  readonly source: string;
  readonly target: string;
  /** What carries it: `through passwd_exec_t`, `weight 10`. */
  readonly label: string;
}

/** The map in Graphviz's language. Names stand in quotes, as labels of numbered nodes: nothing in them is read as anything else. */
export function stepDot({ title, arrows, left }: StepMap): string {
  const numbers = new Map(namesOf(arrows).map((name, i) => [name, i]));
  return [
    'digraph {',
    `  graph [rankdir=LR, label=${quoted(left === 0 ? title : `${title} (${left} more are not drawn)`)}];`,
    '  node [shape=box, style=rounded, fontname="monospace"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...[...numbers].map(([name, i]) => `  n${i} [label=${quoted(name)}];`),
    ...arrows.map(
      ({ source, target, label }) =>
        `  n${numbers.get(source)} -> n${numbers.get(target)}${label === '' ? '' : ` [label=${quoted(label)}]`};`,
    ),
    '}',
    '',
  ].join('\n');
}

/** A string of that language: a backslash would be read as the beginning of an escape. */
function quoted(name: string): string {
  return `"${printable(name).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The same as an SVG picture: each type in the column of its distance from the first ones, arrows from left to right. */
export function stepPicture(map: StepMap): string {
  return framed(drawn(map), {
    id: 'steps',
    standalone: true,
    title: map.title,
    description: descriptionOf(map),
  });
}

function descriptionOf({ arrows, left }: StepMap): string {
  const said = arrows
    .slice(0, DESCRIBED)
    .map(
      ({ source, target, label }) => `${source} to ${target}${label === '' ? '' : ` (${label})`}`,
    );
  const rest = arrows.length - said.length + left;
  if (arrows.length === 0) return 'No steps.';
  return `${quantity(arrows.length, 'step')}: ${said.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`;
}

const DESCRIBED = 100;

const NODE = { width: 230, height: 30, gap: 12 };
const COLUMN = 350;
const MARGIN = 16;
const MONO = 7.25;

function drawn({ title, asked, arrows, left }: StepMap): Drawing {
  const columns = layers(arrows);
  const crowds = crowdsOf(arrows);
  const tallest = Math.max(1, ...columns.map((names) => names.length));
  const body = tallest * (NODE.height + NODE.gap) - NODE.gap;
  const top = 52;
  const places = new Map<string, { x: number; y: number }>();
  columns.forEach((names, column) => {
    const height = names.length * (NODE.height + NODE.gap) - NODE.gap;
    names.forEach((name, row) => {
      const y = top + (body - height) / 2 + row * (NODE.height + NODE.gap);
      places.set(name, { x: MARGIN + column * COLUMN, y });
    });
  });
  const width = Math.max(1, columns.length - 1) * COLUMN + NODE.width + 2 * MARGIN;
  const notes = left === 0 ? '' : `${left} more are not drawn`;
  const shapes: Markup[] = [
    text(MARGIN, 28, clipped(title, width - 2 * MARGIN - notes.length * 6.2, 7.2), 'p-kind'),
    text(width - MARGIN, 28, notes, 'p-small p-end'),
    ...arrows.flatMap((one) => arrowBetween(one, places, crowds)),
    ...[...places].flatMap(([name, { x, y }]) => [
      box(x, y, NODE.width, NODE.height, asked.includes(name) ? 'p-program' : 'p-reach'),
      text(x + 10, y + 19, clipped(name, NODE.width - 20, MONO), 'p-mono'),
    ]),
  ];
  return { width, height: top + body + MARGIN, shapes };
}

/** How many arrows leave and enter each type. */
interface Crowds {
  readonly out: ReadonlyMap<string, number>;
  readonly into: ReadonlyMap<string, number>;
}

function crowdsOf(arrows: readonly StepArrow[]): Crowds {
  const counted = (names: readonly string[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  return {
    out: counted(arrows.map(({ source }) => source)),
    into: counted(arrows.map(({ target }) => target)),
  };
}

/** Forwards as a curve with its label at the end where fewer meet; backwards, or within a column, as a curve above. */
function arrowBetween(
  { source, target, label }: StepArrow,
  places: ReadonlyMap<string, { x: number; y: number }>,
  crowds: Crowds,
): Markup[] {
  const from = places.get(source)!;
  const to = places.get(target)!;
  const middle = NODE.height / 2;
  if (to.x > from.x) {
    const shown = clipped(label, COLUMN - NODE.width - 16, 6.2);
    const atTarget = crowds.into.get(target)! <= crowds.out.get(source)!;
    return [
      arrow(from.x + NODE.width, from.y + middle, to.x, to.y + middle),
      atTarget
        ? text(to.x - 10, to.y + middle - 5, shown, 'p-small p-end p-over')
        : text(from.x + NODE.width + 8, from.y + middle - 5, shown, 'p-small p-over'),
    ];
  }
  const lift = Math.min(from.y, to.y) - 8;
  return [
    html`<path class="p-arrow" d="M${from.x + 20} ${from.y}C${from.x + 20} ${lift} ${to.x + NODE.width - 20} ${lift} ${to.x + NODE.width - 20} ${to.y}"/>`,
  ];
}

/** Breadth first from the types that no arrow leads to, or from the first one. */
function layers(arrows: readonly StepArrow[]): readonly (readonly string[])[] {
  const names = namesOf(arrows);
  const entered = new Set(arrows.map(({ target }) => target));
  const successors = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { source, target } of arrows) successors.get(source)!.push(target);
  const roots = names.filter((name) => !entered.has(name));
  let frontier = roots.length > 0 ? roots : names.slice(0, 1);
  const seen = new Set(frontier);
  const columns: string[][] = [];
  while (frontier.length > 0) {
    columns.push(frontier);
    const next: string[] = [];
    for (const name of frontier) {
      for (const other of successors.get(name)!) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    }
    frontier = next;
  }
  const lost = names.filter((name) => !seen.has(name));
  if (lost.length > 0) columns.push(lost);
  return columns;
}

function namesOf(arrows: readonly StepArrow[]): string[] {
  return [...new Set(arrows.flatMap(({ source, target }) => [source, target]))];
}
