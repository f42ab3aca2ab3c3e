import type { ChangedEntry, LabelDifference } from '../../../selinux/file-contexts/index.ts';
import { fileKindFlag } from '../../../selinux/words/index.ts';
import { printable, quantity, type Style, table } from '../../../text/index.ts';

export function isAlike({ entries, reordered, substitutions }: LabelDifference): boolean {
  return (
    entries.length === 0 &&
    !reordered &&
    substitutions.added.length === 0 &&
    substitutions.removed.length === 0
  );
}

/** What is labelled otherwise first; entries that came or went without a path that shows it are counted. */
export function labelDifferenceText(difference: LabelDifference, style: Style): string {
  const { entries, reordered, substitutions } = difference;
  const shown = entries.filter(({ example }) => example !== undefined);
  const rows = shown.map((entry) => [
    printable(patternText(entry)),
    style.bad(printable(typeIn(entry.example!.before, entry.example!.after))),
    style.good(printable(typeIn(entry.example!.after, entry.example!.before))),
    style.faint(entry.pattern === entry.example!.path ? '' : printable(entry.example!.path)),
  ]);
  const columns = ['entry', 'before', 'after', 'as in'].map((heading) => ({ heading }));
  const hidden = entries.length - shown.length;
  return [
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...substitutions.added.map(({ from, to }) => `+ ${printable(`${from} is labelled as ${to}`)}`),
    ...substitutions.removed.map(
      ({ from, to }) => `- ${printable(`${from} is labelled as ${to}`)}`,
    ),
    `${quantity(shown.length, 'entry', 'entries')} ${shown.length === 1 ? 'labels' : 'label'} paths otherwise${
      hidden === 0
        ? ''
        : `; ${quantity(hidden, 'entry', 'entries')} more changed, and no path that was tried is labelled otherwise (--json lists them)`
    }.`,
    ...(reordered
      ? ['Entries of both stand in another order: where two match a path, the other may win now.']
      : []),
    '',
  ].join('\n');
}

function patternText({ pattern, kind }: ChangedEntry): string {
  const flag = fileKindFlag(kind);
  return flag === '' ? pattern : `${pattern} ${flag}`;
}

/** The type alone, where that is what differs. */
function typeIn(label: string, other: string): string {
  const [ours, theirs] = [label.split(':')[2], other.split(':')[2]];
  return ours === undefined || ours === theirs ? label : ours;
}
