import { printable } from '../text/index.ts';
import { html, type Markup } from './markup.ts';

/** Shapes in a space of their own, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Markup[];
}

export function box(x: number, y: number, width: number, height: number, look: string): Markup {
  return html`<rect class="${look}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="6"/>`;
}

/** Text with its baseline at `y`. */
export function text(x: number, y: number, content: string, look: string): Markup {
  return html`<text class="${look}" x="${round(x)}" y="${round(y)}">${content}</text>`;
}

/** From left to right, curved, with a tip. */
export function arrow(x1: number, y1: number, x2: number, y2: number): Markup {
  const bend = (x2 - x1) / 2;
  const end = x2 - 6;
  return html`<path class="p-arrow" d="M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(end - bend)} ${round(y2)} ${round(end)} ${round(y2)}"/><path class="p-tip" d="M${round(x2)} ${round(y2)}l-7 -4v8z"/>`;
}

/** Straight down, with a tip. */
export function down(x: number, y1: number, y2: number, look: string = 'p-arrow'): Markup {
  const tip = look === 'p-arrow' ? 'p-tip' : 'p-tip-stop';
  return html`<path class="${look}" d="M${round(x)} ${round(y1)}V${round(y2 - 5)}"/><path class="${tip}" d="M${round(x)} ${round(y2)}l-4 -7h8z"/>`;
}

/** Text that fits: what is too long ends in an ellipsis. `character`: the width of one. */
export function clipped(content: string, width: number, character: number): string {
  const characters = [...printable(content)];
  const fits = Math.max(1, Math.floor(width / character));
  return characters.length <= fits
    ? characters.join('')
    : `${characters.slice(0, fits - 1).join('')}…`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
