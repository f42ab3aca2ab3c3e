import { booleanName, type Confinement } from '../description/index.ts';
import type { Proved } from '../selinux/prove/index.ts';
import { printable, type Style } from '../text/index.ts';

interface Column {
  readonly title: string;
  readonly proved: readonly Proved[];
}

/** A tunable of the description that opens the way to a never on some policies and not on others, and that says nothing of it there. */
export interface UndeclaredOpening {
  readonly boolean: string;
  readonly never: string;
  /** The title of the policy. */
  readonly on: string;
}

/** What each tunable opens on one distribution alone must stand in its `more`: an administrator reads that, not our table. */
export function undeclaredOpenings(
  confinement: Confinement,
  columns: readonly Column[],
): readonly UndeclaredOpening[] {
  return confinement.tunables.flatMap(({ name, more = [] }) => {
    const boolean = booleanName(confinement, name);
    return confinement.never.flatMap((_, i) => {
      const opened = columns.filter(({ proved }) => opens(proved[i]!, boolean));
      if (opened.length === columns.length) return [];
      return opened
        .filter(({ title }) => !more.some(({ on }) => title.includes(on)))
        .map(({ title, proved }) => ({ boolean, never: proved[i]!.id, on: title }));
    });
  });
}

/** What the description says of it, then what it leaves out. */
export function openingLines(
  confinement: Confinement,
  columns: readonly Column[],
  style: Style,
): string[] {
  const said = confinement.tunables.flatMap(({ name, more = [] }) =>
    more.map(({ on, what }) => [
      `  ${printable(booleanName(confinement, name))}, on ${printable(on)}`,
      `    ${style.faint(printable(what))}`,
    ]),
  );
  const unsaid = undeclaredOpenings(confinement, columns).map(({ boolean, never, on }) => [
    `  ${style.bad(`${printable(boolean)} opens a way to ${never}, on ${on} alone`)}`,
    '    say so in its tunable: `more: [{ on, what }]` goes into the module and the man page',
  ]);
  if (said.length + unsaid.length === 0) return [];
  return [
    style.strong('Settings that open more on one distribution than on the others'),
    '',
    ...[...said, ...unsaid].flat(),
    '',
  ];
}

function opens({ verdict }: Proved, boolean: string): boolean {
  return (
    'breaks' in verdict &&
    verdict.breaks.some(({ settings }) => settings.some((change) => change.boolean === boolean))
  );
}
