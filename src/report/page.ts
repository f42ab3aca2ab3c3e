import { PICTURE_STYLE } from './domain-picture.ts';
import { html, type Markup, raw } from './markup.ts';

/** One page that needs nothing else: styles and pictures inside, no script, no network. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(STYLE + PICTURE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
${body}
</body>
</html>
`.markup;
}

/** A table whose rows become blocks on a telephone; a cell names its column there. */
export function stackingTable(
  headings: readonly string[],
  rows: readonly Markup[],
  look: string = '',
): Markup {
  return html`<table class="stack ${look}"><thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>
`;
}

/** A cell of such a table. The first of a row is its heading. */
export function cell(heading: string, content: Markup | string, look: string = ''): Markup {
  return html`<td data-column="${heading}" class="${look}">${content}</td>`;
}

export function rowHeading(content: Markup | string): Markup {
  return html`<th scope="row">${content}</th>`;
}

/** Long text that can be scrolled with the keyboard too. */
export function block(text: string, label: string): Markup {
  return html`<pre tabindex="0" role="group" aria-label="${label}">${text}</pre>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #566072; --line: #d5dae3; --paper: #ffffff; --fill: #f5f7fa; --link: #1a56a5; --good: #1f6b3a; --good-fill: #e9f5ed; --warn: #7a4a00; --warn-fill: #fdf3e0; --bad: #a8201a; --bad-fill: #fdeceb; --none: #566072; --none-fill: #eef0f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #a6b0c0; --line: #343b47; --paper: #15181e; --fill: #1c2129; --link: #8ab8f2; --good: #85d39b; --good-fill: #17291d; --warn: #e8b565; --warn-fill: #2d2414; --bad: #ff9a92; --bad-fill: #391c1b; --none: #a6b0c0; --none-fill: #252b35; } }
@media print { :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --fill: #fff; --link: #000; --good: #1f6b3a; --good-fill: #fff; --warn: #704400; --warn-fill: #fff; --bad: #a01710; --bad-fill: #fff; --none: #333; --none-fill: #fff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper); max-width: 74rem; margin: 0 auto; padding: 2rem 1.5rem 5rem; overflow-wrap: break-word; }
.long, code, dd, li, p { overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .3rem .6rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; margin: 2.75rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
h2 + p { margin-top: 0; } p { max-width: 68ch; margin: .5rem 0; }
.meta, small, .soft { color: var(--soft); font-weight: normal; font-size: .87rem; }
.verdict { font-size: 1.1rem; line-height: 1.5; max-width: none; padding: .9rem 1.1rem; margin: 1.1rem 0 .9rem; border-left: 5px solid; border-radius: 0 6px 6px 0; }
.verdict.fit { border-color: var(--good); background: var(--good-fill); } .verdict.unclear { border-color: var(--warn); background: var(--warn-fill); } .verdict.unfit { border-color: var(--bad); background: var(--bad-fill); }
nav { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; font-size: .9rem; } nav a { padding: .15rem 0; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2.5rem; } .two h2 { margin-top: 1.6rem; }
ul.remains { list-style: none; padding-left: 0; } .remains { padding-left: 1.4rem; margin: .4rem 0; } .remains li { margin: .5rem 0; } .remains details { margin: 0; } .remains summary { color: inherit; } .remains p { margin: .2rem 0; }
.meta, .ships { max-width: none; } .acceptance tbody th { width: 52%; } .matrix td a:not(.chip) { font-size: .9em; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .93rem; }
th, td { padding: .42rem .7rem .42rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { font-size: .82rem; font-weight: 600; color: var(--soft); border-bottom-width: 2px; } tbody th { font-weight: 500; }
.chip { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .84rem; font-weight: 600; white-space: nowrap; text-decoration: none; border: 1px solid transparent; }
a.chip:hover { text-decoration: underline; }
.chip.good { color: var(--good); background: var(--good-fill); } .chip.warn { color: var(--warn); background: var(--warn-fill); } .chip.bad { color: var(--bad); background: var(--bad-fill); } .chip.none { color: var(--none); background: var(--none-fill); }
.chip.base { color: var(--good); background: none; border-color: var(--good); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .83em; }
pre { overflow-x: auto; padding: .6rem .75rem; border-radius: 6px; background: var(--fill); border: 1px solid var(--line); line-height: 1.45; margin: .4rem 0; overflow-wrap: normal; max-height: 32rem; overflow-y: auto; }
.stack pre { white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: .3rem 0; } summary { cursor: pointer; color: var(--link); padding: .1rem 0; } summary h2, summary h3 { display: inline; color: var(--ink); }
section > details > summary { list-style-position: outside; }
article { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .8rem 0; } article h3, article h4 { margin-top: 0; } article h4 { font-size: .95rem; margin-bottom: .2rem; }
article.failed { border-left-color: var(--bad); } article:target, tr:target > * { background: var(--fill); }
.problems { color: var(--bad); } .problems li { margin: .2rem 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.25rem; } dt { color: var(--soft); } dd { margin: 0; }
figure { margin: .75rem 0; } figure svg { display: block; max-width: 100%; height: auto; } .picture-narrow { display: none; }
figure .picture { width: calc(100% + 2rem); max-width: none; margin: 0 -1rem; }
.access { table-layout: fixed; } .access th:nth-child(1) { width: 34%; } .access th:nth-child(3) { width: 20%; } .access th:nth-child(4) { width: 12%; }
.below { margin-top: 3.5rem; padding-top: .2rem; border-top: 2px solid var(--line); }
@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 4rem; } .two { display: block; } .picture-wide { display: none; } .picture-narrow { display: block; }
  .verdict { font-size: 1rem; padding: .75rem .85rem; } nav a { padding: .3rem 0; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack tbody { display: block; } .stack tr { display: block; padding: .55rem 0; border-bottom: 1px solid var(--line); }
  .stack th, .stack td { display: block; padding: .12rem 0; border: 0; } .stack td:empty { display: none; }
  .stack td[data-column]::before { content: attr(data-column); display: inline-block; min-width: 7.5rem; padding-right: .6rem; color: var(--soft); font-size: .84rem; }
  .matrix tbody td { display: inline-flex; flex-wrap: wrap; align-items: baseline; gap: .4rem; margin: .1rem .9rem .1rem 0; } .matrix td[data-column]::before { min-width: 0; padding: 0; }
  .stack td.long::before { display: block; } .stack tbody th { font-weight: 600; }
  .access th:nth-child(n) { width: auto; } dl { display: block; } dd { margin: 0 0 .5rem; }
}
@media print {
  body { font-size: 10pt; max-width: none; padding: 0; } nav, .skip { display: none; } h2 { break-after: avoid; } tr, figure, .verdict { break-inside: avoid; }
  details.excerpt::details-content { content-visibility: visible; block-size: auto; } a { text-decoration: none; } pre { white-space: pre-wrap; max-height: none; overflow: visible; }
  .chip { border-color: currentColor; white-space: normal; }
  figure .picture { width: 100%; margin: 0; }
}
`;
