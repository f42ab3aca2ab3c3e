import { neverTitle } from '../description/index.ts';
import {
  type AccessLine,
  accessOf,
  accessText,
  areasOf,
  type DomainView,
  explanation,
  inheritedOf,
  openedBy,
  type TransitionLine,
  whereText,
} from '../report/index.ts';
import { printable, quantity, type Style, table, wrap } from '../text/index.ts';

/** A domain in the terminal: the same parts as its page, in the same order. Not `full`: the first lines of each. */
export function explanationText(view: DomainView, style: Style, full: boolean): string {
  const parts = [
    `${style.strong(printable(view.domain))}  ${style.faint(printable(view.title))}`,
    wrap(printable(explanation(view)), WIDTH),
    ...noteParts(view, style),
    ...stoppedParts(view, style),
    ...residualParts(view, style),
    style.strong(`Who can enter ${printable(view.domain)}`),
    transitionText(view, view.entrances, full, style),
    style.strong('What it may do'),
    ...accessParts(view, full, style),
    ...booleanParts(view, style),
    style.strong(`What ${printable(view.domain)} can become`),
    transitionText(view, view.becomes, full, style),
    style.strong('How far it reaches, by rules alone'),
    reachText(view),
    style.strong('Again'),
    view.commands.map(({ command }) => `  ${printable(command)}`).join('\n'),
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

const WIDTH = 100;

/** Without `--full`, so many lines of each kind. */
const SHOWN = 8;

/** Of one policy, nothing has to be said of where. */
function withWhere({ policies }: DomainView, headings: readonly string[]): readonly string[] {
  return policies.length === 1 ? headings : [...headings, 'only on'];
}

function noteParts({ policies }: DomainView, style: Style): string[] {
  const notes = policies.flatMap(({ title, notes: said }) =>
    said.map((note) => `${style.warn('note:')} ${printable(`${title}: ${note}`)}`),
  );
  return notes.length === 0 ? [] : [notes.join('\n')];
}

function stoppedParts({ stopped, domain }: DomainView, style: Style): string[] {
  if (stopped.length === 0) return [];
  const titles = stopped[0]!.on.map(({ target }) => target);
  const looks = { held: style.good, open: style.bad } as Record<string, Style['good'] | undefined>;
  const rows = stopped.map(({ kind, on }) => [
    neverTitle(kind),
    printable(kind),
    ...on.map(({ standing }) => (looks[standing] ?? style.warn)(standing)),
  ]);
  const columns = ['it must never', 'never', ...titles].map((heading) => ({ heading }));
  return [style.strong(`What ${printable(domain)} must never do`), table(columns, rows)];
}

function residualParts({ residuals }: DomainView, style: Style): string[] {
  return residuals.length === 0
    ? []
    : [
        style.strong('What remains possible'),
        residuals.map(({ what }) => `  ${printable(what)}`).join('\n'),
      ];
}

function transitionText(
  view: DomainView,
  lines: readonly TransitionLine[],
  full: boolean,
  style: Style,
): string {
  if (lines.length === 0) return '  no domain';
  const shown = full ? lines : lines.slice(0, 2 * SHOWN);
  const rows = shown.map(({ domain, how, by, on }) => [
    printable(domain),
    how,
    wrap(printable(by.join(' ')), 50),
    whereText(view, on),
  ]);
  const columns = withWhere(view, ['domain', 'how', 'by']).map((heading) => ({ heading }));
  return `${table(columns, rows)}${moreText(lines.length - shown.length, style)}`;
}

function accessParts(view: DomainView, full: boolean, style: Style): string[] {
  const rows = areasOf(view).flatMap((area) => {
    const lines = accessOf(view, area);
    const shown = full ? lines : lines.slice(0, SHOWN);
    const left = lines.length - shown.length;
    return [
      ...shown.map((line, i) => [
        i === 0 ? style.strong(area) : '',
        wrap(lineText(line, full), 72),
        style.warn(wrap(printable(line.when ?? ''), 30)),
        whereText(view, line.on),
      ]),
      ...(left > 0 ? [['', style.faint(`and ${quantity(left, 'line')} more`), '', '']] : []),
    ];
  });
  const columns = withWhere(view, ['kind', 'what', 'if']).map((heading) => ({ heading }));
  const inherited = inheritedOf(view).map(
    ({ attribute, lines }) => `${printable(attribute)} ${lines.length}`,
  );
  const total = inheritedOf(view).reduce((sum, { lines }) => sum + lines.length, 0);
  return [
    table(columns, rows),
    ...(inherited.length === 0
      ? []
      : [
          wrap(`${quantity(total, 'line')} more by its attributes: ${inherited.join(', ')}`, WIDTH),
        ]),
    ...(full
      ? inheritedOf(view).map(
          ({ attribute, lines }) =>
            `${style.strong(printable(attribute))}\n${lines.map((line) => `  ${lineText(line, full)}${line.when === undefined ? '' : ` [ ${printable(line.when)} ]`}`).join('\n')}`,
        )
      : [style.faint('(--full has every line)')]),
  ];
}

function lineText(line: AccessLine, full: boolean): string {
  const left = full ? 0 : line.targets.length - NAMED;
  if (left <= 0) return printable(accessText(line));
  const targets = [...line.targets.slice(0, NAMED), `and ${quantity(left, 'type')} more`];
  return printable(accessText({ ...line, targets }));
}

/** Without `--full`, so many types of a line. */
const NAMED = 12;

function booleanParts(view: DomainView, style: Style): string[] {
  const opened = openedBy(view);
  if (opened.length === 0) return [];
  const rows = opened.map(({ when, inForce, lines }) => [
    wrap(printable(when), 50),
    inForce.length === 0
      ? 'off'
      : style.warn(inForce.length === view.policies.length ? 'on' : `on: ${inForce.join(', ')}`),
    wrap(
      [...new Set(lines.map(({ area }) => area))]
        .map((area) => `${area} ${lines.filter((line) => line.area === area).length}`)
        .join(', '),
      50,
    ),
  ]);
  const columns = ['condition', 'as set', 'opens, in lines'].map((heading) => ({ heading }));
  return [style.strong('Which booleans open what'), table(columns, rows)];
}

function reachText({ reach }: DomainView): string {
  const columns = [
    { heading: 'on' },
    { heading: 'domains it can become', align: 'right' as const },
    { heading: 'information reaches in 1, 2, 3 steps' },
    { heading: 'comes to it in 1', align: 'right' as const },
  ];
  return table(
    columns,
    reach.map(({ on, domains, out, into }) => [
      printable(on),
      String(domains),
      `${out.join(', ')} types`,
      String(into),
    ]),
  );
}

function moreText(left: number, style: Style): string {
  return left > 0 ? `${style.faint(`and ${left} more (--full)`)}\n` : '';
}
