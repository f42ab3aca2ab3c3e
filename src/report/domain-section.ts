import { quantity } from '../text/index.ts';
import { domainPicture } from './domain-picture.ts';
import {
  type AccessLine,
  accessOf,
  accessText,
  areasOf,
  type DomainView,
  inheritedOf,
  openedBy,
  type TransitionLine,
  whereText,
} from './domain-view.ts';
import { html, type Markup, raw } from './markup.ts';
import { block, cell, rowHeading, stackingTable } from './page.ts';

/** The picture in both its forms, of which a page shows the one that fits. */
export function domainFigure(view: DomainView): Markup {
  return html`<figure><div class="picture-wide">${raw(domainPicture(view, { form: 'wide', standalone: false }))}</div><div class="picture-narrow">${raw(domainPicture(view, { form: 'narrow', standalone: false }))}</div></figure>
`;
}

/** The same as tables: who can enter it, what it may do by kind, what booleans open, what it has by attributes, what it can become. */
export function domainTables(view: DomainView): Markup {
  return html`${transitionSection(view, 'entrances', `Who can enter ${view.domain}`, view.entrances)}<section id="access"><h2>What it may do</h2>
${accessTables(view)}${inheritedPart(view)}</section>
${booleanSection(view)}${transitionSection(view, 'becomes', `What ${view.domain} can become`, view.becomes)}${reachSection(view)}`;
}

function transitionSection(
  view: DomainView,
  id: string,
  title: string,
  lines: readonly TransitionLine[],
): Markup {
  if (lines.length === 0) {
    return html`<section id="${id}"><h2>${title}</h2><p>${id === 'entrances' ? 'Nobody.' : 'No other domain.'}</p></section>
`;
  }
  const rows = lines.map(
    ({ domain, how, by, on }) =>
      html`<tr>${rowHeading(html`<code>${domain}</code>`)}${cell('how', HOW[how])}${cell('by', html`<code>${by.join(' ')}</code>`, 'long')}${whereCell(view, on)}</tr>
`,
  );
  const whole = stackingTable(withWhere(view, ['domain', 'how', 'by']), rows);
  return html`<section id="${id}"><h2>${title}</h2>
${lines.length <= SHOWN ? whole : html`<details><summary>${quantity(lines.length, 'domain')}</summary>${whole}</details>`}</section>
`;
}

const HOW: Readonly<Record<TransitionLine['how'], string>> = {
  'by itself': 'by executing the program',
  'on request': 'by asking for it when executing a program',
  'in place': 'without executing anything',
};

/** More lines than that stand folded. */
const SHOWN = 24;

function accessTables(view: DomainView): readonly Markup[] {
  return areasOf(view).map((area) => {
    const lines = accessOf(view, area);
    const many = lines.length > SHOWN;
    const table = accessTable(view, lines);
    return html`<details class="excerpt" ${many ? raw('') : raw('open')}><summary><h3>${area}</h3> <small>${quantity(lines.length, 'line')}</small></summary>${table}</details>
`;
  });
}

function accessTable(view: DomainView, lines: readonly AccessLine[]): Markup {
  return stackingTable(
    withWhere(view, ['to what', 'may', 'if']),
    lines.map(
      ({ targets, access, when, on }) =>
        html`<tr>${rowHeading(html`<code>${targets.join(' ')}</code>`)}${cell('may', html`<code>${access === '' ? 'read' : access}</code>`, 'long')}${cell('if', when === undefined ? '' : html`<code>${when}</code>`, 'long')}${whereCell(view, on)}</tr>
`,
    ),
    'access',
  );
}

/** Of one policy, nothing has to be said of where. */
function withWhere({ policies }: DomainView, headings: readonly string[]): readonly string[] {
  return policies.length === 1 ? headings : [...headings, 'only on'];
}

function whereCell(view: DomainView, on: readonly string[]): Markup {
  return view.policies.length === 1 ? html`` : cell('only on', whereText(view, on));
}

/** Folded: hundreds of rules, each of them true of every other member of the attribute. */
function inheritedPart(view: DomainView): Markup {
  const parts = inheritedOf(view);
  if (parts.length === 0) return html``;
  const total = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  return html`<h3>By the attributes that it has</h3>
<p>${`${quantity(total, 'line')} more, which every type of the attribute has.`}</p>
${parts.map(
  ({ attribute, lines }) =>
    html`<details><summary><code>${attribute}</code> <small>${quantity(lines.length, 'line')}</small></summary>${block(lines.map(lineText).join('\n'), `what ${attribute} gives`)}</details>
`,
)}`;
}

function lineText(line: AccessLine): string {
  return `${accessText(line)}${line.when === undefined ? '' : `   [ ${line.when} ]`}`;
}

function booleanSection(view: DomainView): Markup {
  const opened = openedBy(view);
  if (opened.length === 0) return html``;
  const rows = opened.map(({ when, inForce, lines }) => {
    const state =
      inForce.length === 0
        ? 'off'
        : inForce.length === view.policies.length
          ? 'on'
          : `on: ${inForce.join(', ')}`;
    const areas = [...new Set(lines.map(({ area }) => area))].map(
      (area) => `${area} ${lines.filter((line) => line.area === area).length}`,
    );
    return html`<tr>${rowHeading(html`<code>${when}</code>`)}${cell('as set', html`<span class="chip ${inForce.length === 0 ? 'none' : 'warn'}">${state}</span>`)}${cell('opens', html`<details><summary>${areas.join(', ')}</summary>${block(lines.map(lineText).join('\n'), `what ${when} opens`)}</details>`, 'long')}</tr>
`;
  });
  return html`<section id="booleans"><h2>Which booleans open what</h2>
${stackingTable(['condition', 'as set', 'opens'], rows)}</section>
`;
}

function reachSection(view: DomainView): Markup {
  return html`<section id="reach"><h2>How far it reaches</h2>
<p>By rules alone: constraints, levels and roles may forbid some of it. Flows that weigh less than ${view.reach[0]?.minimumWeight} are not counted.</p>
${stackingTable(
  [
    'on',
    'domains it can become, in any number of steps',
    'types its information reaches in 1, 2, 3 steps',
    'types whose information comes to it in 1',
  ],
  view.reach.map(
    ({ on, domains, out, into }) =>
      html`<tr>${rowHeading(on)}${cell('domains it can become', String(domains))}${cell('types its information reaches in 1, 2, 3 steps', out.join(', '))}${cell('types whose information comes to it in 1', String(into))}</tr>
`,
  ),
)}</section>
`;
}
