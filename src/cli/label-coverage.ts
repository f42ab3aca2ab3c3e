import { type Confinement, everyStatement, labelledBy, typeName } from '../description/index.ts';
import {
  entriesOfType,
  type FileContextEntry,
  type FileContexts,
  labelsMatching,
} from '../selinux/file-contexts/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import type { Grant } from '../selinux/query/index.ts';
import { printable, type Style, table } from '../text/index.ts';

/** What the labels and ports of a description cover on one target: more, as a rule, than whoever wrote them had in mind. */
export interface LabelCoverage {
  readonly relabels: readonly Relabelled[];
  readonly types: readonly CoveredType[];
  readonly ports: readonly CoveredPorts[];
}

/** Paths that get another label by the module's file contexts. */
export interface Relabelled {
  /** As the description has it. */
  readonly pattern: string;
  readonly type: string;
  /**
   * The labels that some of these paths have without the module, with the entries that give them: never too few. Undefined where not all labels
   * of that place are known.
   */
  readonly insteadOf: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A type of the policy that the description names in a rule or a label of its own, and all that carries it. */
export interface CoveredType {
  readonly type: string;
  readonly by: 'a rule' | 'a label';
  /** Whether there may be others: not all labels are known. */
  readonly atLeast: boolean;
  /** Patterns of file contexts that give it, with a path where one was found. */
  readonly entries: readonly { readonly pattern: string; readonly example: string | undefined }[];
}

/** A type of ports that the domain is granted by name. */
export interface CoveredPorts {
  readonly type: string;
  readonly access: string;
  /** `tcp 53`, `tcp 6000-6020`; those alone that the access is about. */
  readonly ports: readonly string[];
}

/** `base` are the file contexts of the policy without the module. */
export function labelCoverage(
  confinement: Confinement,
  policy: {
    readonly db: PolicyDb;
    readonly fileContexts: FileContexts;
    readonly base: FileContexts;
    readonly grants: readonly Grant[];
    /** The directories below which all labels are known; undefined for all. */
    readonly labelled: readonly string[] | undefined;
  },
): LabelCoverage {
  const { db, fileContexts, base, grants, labelled } = policy;
  return {
    relabels: relabelled(confinement, fileContexts, base, labelled),
    types: [...typesNamed(confinement)]
      .filter(([type]) => db.types.ids.has(type))
      .map(([type, by]) => ({
        ...{ type, by, atLeast: labelled !== undefined },
        entries: entriesOfType(base, type).map(({ entry: { pattern }, example }) => ({
          ...{ pattern, example },
        })),
      })),
    ports: grants.flatMap((grant) => portsOf(db, grant)),
  };
}

function relabelled(
  confinement: Confinement,
  linked: FileContexts,
  base: FileContexts,
  labelled: readonly string[] | undefined,
): readonly Relabelled[] {
  const known = new Set(base.entries.map(keyOf));
  const added = linked.entries.filter((entry) => !known.has(keyOf(entry)));
  return confinement.fileContexts.map(({ pattern: written, kind, type: ref }) => {
    const type = typeName(confinement, ref);
    const pattern = labelledBy(confinement, written);
    if (!isKnown(pattern, labelled)) return { pattern, type, insteadOf: undefined };
    // The tools write an entry of home directories out for each place where there are some.
    const home = /^HOME_(DIR|ROOT)/.exec(pattern)?.[0];
    const tail = pattern.slice(home?.length ?? 0);
    const isTaken = pattern !== written;
    const own = isTaken
      ? [{ pattern }]
      : added.filter(
          (entry) =>
            entry.kind === kind &&
            entry.context?.type === type &&
            (home === undefined ? entry.pattern === pattern : entry.pattern.endsWith(tail)),
        );
    const insteadOf: Record<string, string[]> = {};
    for (const entry of own) {
      for (const [label, entries] of labelsMatching(base, entry.pattern, kind).types) {
        if (label === type) continue;
        const patterns = [...(insteadOf[label] ?? []), ...entries.map((other) => other.pattern)];
        insteadOf[label] = [...new Set(patterns)];
      }
    }
    return { pattern, type, insteadOf };
  });
}

function isKnown(pattern: string, labelled: readonly string[] | undefined): boolean {
  const path = pattern.replace(/^HOME_(DIR|ROOT)/, 'HOME').replaceAll('\\.', '.');
  return labelled?.some((known) => path === known || path.startsWith(`${known}/`)) ?? true;
}

function keyOf({ pattern, kind }: FileContextEntry): string {
  return `${pattern} ${kind}`;
}

/** Types that are not the module's, where the description itself names them for what is in files or directories, and not on the way to them. */
function typesNamed(confinement: Confinement): ReadonlyMap<string, CoveredType['by']> {
  const named = new Map<string, CoveredType['by']>();
  const isOwn = (ref: string): boolean => ref === 'self' || ref.startsWith('own:');
  for (const { type } of confinement.fileContexts) if (!isOwn(type)) named.set(type, 'a label');
  for (const { blocks } of confinement.may) {
    for (const statement of everyStatement(blocks.flatMap(({ selinux }) => selinux))) {
      if (statement.kind !== 'allow' || statement.sources !== undefined) continue;
      const { classes, permissions, targets } = statement;
      const matters =
        classes.some((tclass) => tclass === 'file' || tclass.endsWith('_file')) ||
        (classes.includes('dir') && permissions.some((one) => !PASSING.includes(one)));
      if (!matters) continue;
      for (const ref of targets) if (!isOwn(ref)) named.set(ref, 'a rule');
    }
  }
  return named;
}

const PASSING: readonly string[] = ['getattr', 'open', 'search'];

function portsOf(db: PolicyDb, grant: Grant): readonly CoveredPorts[] {
  const { target, tclass, permissions, through } = grant;
  const access = permissions.find((one) => one === 'name_connect' || one === 'name_bind');
  const type = db.types.ids.get(target);
  if (access === undefined || through !== undefined || type === undefined) return [];
  const protocol = tclass.replace(/_socket$/, '');
  const carries = db.types.members.get(type);
  const ports = db.ports
    .filter(
      ({ protocol: of, context }) =>
        of === protocol && (context.type === type || carries?.has(context.type)),
    )
    .map(({ low, high }) => `${protocol} ${low === high ? low : `${low}-${high}`}`);
  return [{ type: target, access: `${tclass} ${access}`, ports }];
}

/** For a person: a line for each label and place, with what differs from target to target. The whole is in `--json`. */
export function coverageLines(
  columns: readonly { readonly title: string; readonly coverage: LabelCoverage }[],
  style: Style,
): string[] {
  // Label and place -> what is so of it -> where.
  const lines = new Map<string, { cells: Line['cells']; said: Map<string, string[]> }>();
  for (const { title, coverage } of columns) {
    for (const { cells, said } of linesOf(coverage)) {
      const key = cells.join('\0');
      const line = lines.get(key) ?? { cells, said: new Map() };
      line.said.set(said, [...(line.said.get(said) ?? []), title]);
      lines.set(key, line);
    }
  }
  if (lines.size === 0) return [];
  const rows = [...lines.values()].map(({ cells, said }) => [
    ...cells.map(printable),
    [...said]
      .map(([text, where]) =>
        where.length === columns.length
          ? printable(text)
          : `${where.join(', ')}: ${printable(text)}`,
      )
      .join('\n'),
  ]);
  const columnsOf = [
    { heading: 'label' },
    { heading: 'of', most: 40 },
    { heading: 'what else', most: 66 },
  ];
  return [style.strong('What its labels and ports cover'), '', table(columnsOf, rows, style.width)];
}

interface Line {
  readonly cells: readonly [label: string, of: string];
  readonly said: string;
}

function linesOf({ relabels, types, ports }: LabelCoverage): readonly Line[] {
  return [
    ...relabels.map(({ pattern, type, insteadOf }): Line => {
      const was = Object.keys(insteadOf ?? {}).sort();
      const said = was.length === 0 ? 'had no label' : `instead of ${was.join(', ')}`;
      return {
        cells: [type, pattern],
        said: insteadOf === undefined ? 'what it had is not known' : said,
      };
    }),
    ...types.map(({ type, by, entries, atLeast }): Line => {
      const patterns = [...new Set(entries.map(({ pattern }) => pattern))];
      return {
        cells: [type, `named in ${by}`],
        said: `${atLeast ? 'at least ' : ''}${firstOf(patterns) || 'no path'}`,
      };
    }),
    ...ports.map(
      ({ type, access, ports: of }): Line => ({
        cells: [type, access],
        said: firstOf(of) || 'no port of its own',
      }),
    ),
  ];
}

function firstOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  const more = names.length - 3;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
