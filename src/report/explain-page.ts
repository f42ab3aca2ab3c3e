import { neverTitle } from '../description/index.ts';
import { quantity } from '../text/index.ts';
import { domainFigure, domainTables } from './domain-section.ts';
import type { DomainView } from './domain-view.ts';
import { html, type Markup } from './markup.ts';
import { block, cell, page, rowHeading, stackingTable } from './page.ts';
import { standingChip } from './standing-chip.ts';

/** A domain on one self-contained page: the picture, then the same as tables, then the commands that answer each part again. */
export function explainPage(view: DomainView, generator: string): string {
  const title = `${view.domain}: what it may do`;
  return page(
    title,
    html`<header>
<h1>${title}</h1>
<p class="meta">${view.title} · ${view.policies.map(({ title: policy }) => policy).join(', ')} · ${generator}</p>
<nav aria-label="Parts"><a href="#picture">picture</a> ${view.stopped.length > 0 ? html`<a href="#stopped">nevers</a> ` : html``}${view.residuals.length > 0 ? html`<a href="#residuals">what remains</a> ` : html``}<a href="#entrances">who can enter it</a> <a href="#access">what it may do</a> ${view.conditions.length > 0 ? html`<a href="#booleans">booleans</a> ` : html``}<a href="#becomes">what it can become</a> <a href="#reach">reach</a> <a href="#again">again</a></nav>
</header>
<main id="content">
<p>${explanation(view)}</p>
${noteList(view)}<section id="picture"><h2>The picture</h2>${domainFigure(view)}</section>
${stoppedSection(view)}${residualSection(view)}${domainTables(view)}<section id="again"><h2>Again</h2>
${view.commands.map(({ about, command }) => html`<p>${about}</p>${block(command, about)}`)}</section>
</main>`,
  );
}

/** The domain in one sentence, for the page and the terminal. */
export function explanation(view: DomainView): string {
  const own = view.access.filter(({ through }) => through === undefined).length;
  const inherited = view.access.length - own;
  const opened = view.conditions.length;
  return `${view.domain} can be entered from ${quantity(view.entrances.length, 'domain')}, and can become ${view.becomes.length === 0 ? 'no other' : quantity(view.becomes.length, 'other')} in one step. ${quantity(own, 'line')} below ${own === 1 ? 'says' : 'say'} what its own rules let it do, ${inherited} more what its attributes bring${opened === 0 ? '' : `; ${quantity(opened, 'condition')} on booleans ${opened === 1 ? 'opens' : 'open'} some of it`}.`;
}

function noteList({ policies }: DomainView): Markup {
  const notes = policies.flatMap(({ title, notes: said }) =>
    said.map((note) => `${title}: ${note}`),
  );
  return notes.length === 0
    ? html``
    : html`<ul class="problems">${notes.map((note) => html`<li>${note}</li>`)}</ul>
`;
}

function stoppedSection(view: DomainView): Markup {
  if (view.stopped.length === 0) return html``;
  const titles = view.stopped[0]!.on.map(({ target }) => target);
  return html`<section id="stopped"><h2>What it must never do</h2>
${stackingTable(
  ['never', ...titles],
  view.stopped.map(
    ({ kind, why, on }) =>
      html`<tr>${rowHeading(html`${neverTitle(kind)}<br><small><code>${kind}</code> ${why}</small>`)}${on.map((standing) => cell(standing.target, html`<details><summary>${standingChip(standing.standing)}</summary><p>${[standing.says, ...standing.assumes.map((what) => `assuming that ${what}`)].join('; ')}</p></details>`))}</tr>
`,
  ),
  'matrix',
)}</section>
`;
}

function residualSection({ residuals }: DomainView): Markup {
  if (residuals.length === 0) return html``;
  return html`<section id="residuals"><h2>What remains possible</h2>
<ul class="remains">${residuals.map(({ what, why }) => html`<li>${what}<br><small>${why}</small></li>`)}</ul></section>
`;
}
