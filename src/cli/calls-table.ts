import type { CallFinding } from '../selinux/facts/index.ts';
import { printable, type Style, table } from '../text/index.ts';

/** Findings about calls of interfaces: faults first. What is the same on several targets stands once. */
export function callsTable(
  findings: readonly CallFinding[],
  titles: readonly string[],
  style: Style,
): string {
  const rows = [...findings]
    .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .flatMap((finding) =>
      sameTogether(finding).map(([text, targets], i) => [
        i === 0 ? printable(finding.interface) : '',
        i === 0 ? kindText(finding, style) : '',
        targets.length === titles.length ? 'everywhere' : targets.join(', '),
        printable(text),
      ]),
    );
  const columns = ['interface', 'finding', 'where'].map((heading) => ({ heading }));
  return table([...columns, { heading: 'what', most: 64 }], rows, style.width);
}

const KINDS: readonly CallFinding['kind'][] = [
  'dontaudit that allows',
  'grants more in one place',
  'joins attributes',
];

function kindText({ kind }: CallFinding, style: Style): string {
  return kind === 'dontaudit that allows' ? style.bad(kind) : kind;
}

function sameTogether({ where }: CallFinding): [text: string, targets: string[]][] {
  const targets = new Map<string, string[]>();
  for (const [target, text] of where) targets.set(text, [...(targets.get(text) ?? []), target]);
  return [...targets];
}
