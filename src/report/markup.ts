import { printable } from '../text/index.ts';

/** Markup that is safe to put into a page. Only `html` and `raw` make it, so that a text cannot become markup by being forgotten. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly (Markup | string)[];

/** A template of markup: every value in it is escaped, but for markup that is already safe; `undefined` is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let out = strings[0]!;
  parts.forEach((part, i) => {
    out += safe(part) + strings[i + 1]!;
  });
  return { markup: out };
}

/** Text that is known to be markup of ours: a style sheet, a picture that was made here. */
export function raw(markup: string): Markup {
  return { markup };
}

/** A sentence in which commands stand between backticks, as in descriptions. */
export function prose(text: string): Markup {
  const parts = text.split('`');
  // Without a partner a backtick is one.
  const whole = parts.length % 2 === 1 ? parts : [text];
  return html`${whole.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** For elements and attributes in double or single quotes; control characters become visible, line breaks stay. */
export function escapeMarkup(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function safe(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeMarkup(part);
  if (typeof part === 'number') return String(part);
  if (Array.isArray(part)) return part.map((each: Markup | string) => safe(each)).join('');
  return (part as Markup).markup;
}
