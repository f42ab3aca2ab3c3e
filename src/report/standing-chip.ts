import { html, type Markup } from './markup.ts';
import type { StandingWord } from './target-column.ts';

/** The word, coloured; the colour never says it alone. With an id, a link to what shows it. */
export function standingChip(word: StandingWord, anchor?: string): Markup {
  return anchor === undefined
    ? html`<span class="chip ${LOOKS[word]}">${word}</span>`
    : html`<a class="chip ${LOOKS[word]}" href="#${anchor}">${word}</a>`;
}

const LOOKS: Readonly<Record<StandingWord, string>> = {
  held: 'good',
  'beyond the base': 'base',
  'as set': 'warn',
  accepted: 'warn',
  'not judged': 'none',
  open: 'bad',
};
