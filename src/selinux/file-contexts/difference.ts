import { type FileKind, formatContext } from '../words/index.ts';
import type { FileContextEntry } from './entry.ts';
import type { FileContexts } from './file-contexts.ts';
import { labelOf } from './label.ts';
import { samples } from './reach.ts';
import type { Substitution } from './substitution.ts';

/** What another release's file contexts label otherwise. */
export interface LabelDifference {
  /** Entries, by pattern and kind, that one side lacks or that give another label; by pattern. */
  readonly entries: readonly ChangedEntry[];
  /** Whether entries that both sides have stand in another order, which can decide between two that match one path. */
  readonly reordered: boolean;
  readonly substitutions: {
    readonly added: readonly Substitution[];
    readonly removed: readonly Substitution[];
  };
}

export interface ChangedEntry {
  readonly pattern: string;
  readonly kind: FileKind;
  /** The label that the entry gives: `<<none>>` for none; undefined where the side lacks the entry. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** A path, of a few that the pattern matches, that is labelled otherwise; undefined if other entries give them all what they had. */
  readonly example: RelabelledPath | undefined;
}

export interface RelabelledPath {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Every entry that differs between two file contexts, with a path for which it makes a difference where one was found. What decides is the
 * label of paths, not the order of entries: one that only moved is told if a path shows it, and otherwise that some moved, since not every path
 * can be tried.
 */
export function labelDifference(left: FileContexts, right: FileContexts): LabelDifference {
  const [before, after] = [byKey(left), byKey(right)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const entries = keys.flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const example = relabelled(left, right, now ?? old!);
    if (labelText(old) === labelText(now) && example === undefined) return [];
    const { pattern, kind } = now ?? old!;
    return [{ pattern, kind, before: labelText(old), after: labelText(now), example }];
  });
  return {
    entries: entries.sort((a, b) => (`${a.pattern} ${a.kind}` < `${b.pattern} ${b.kind}` ? -1 : 1)),
    reordered: sharedOrder(left, after) !== sharedOrder(right, before),
    substitutions: {
      added: missingIn(left, right),
      removed: missingIn(right, left),
    },
  };
}

/** Pattern and kind -> the entry that is read last, which wins over its like. */
function byKey({ entries }: FileContexts): ReadonlyMap<string, FileContextEntry> {
  return new Map(entries.map((entry) => [keyOf(entry), entry]));
}

function keyOf({ pattern, kind }: FileContextEntry): string {
  return `${pattern} ${kind}`;
}

/** The entries that the other side has too, as they follow each other. */
function sharedOrder(
  { entries }: FileContexts,
  other: ReadonlyMap<string, FileContextEntry>,
): string {
  return entries
    .map(keyOf)
    .filter((key) => other.has(key))
    .join('\n');
}

function labelText(entry: FileContextEntry | undefined): string | undefined {
  return entry && (entry.context ? formatContext(entry.context) : '<<none>>');
}

function relabelled(
  left: FileContexts,
  right: FileContexts,
  entry: FileContextEntry,
): RelabelledPath | undefined {
  for (const path of samples(entry)) {
    const [before, after] = [left, right].map((contexts) => outcome(contexts, path, entry.kind));
    if (before !== after) return { path, before: before!, after: after! };
  }
  return undefined;
}

function outcome(contexts: FileContexts, path: string, kind: FileKind): string {
  const label = labelOf(contexts, path, kind);
  if (label.outcome === 'unmatched') return 'no label';
  return label.context ? formatContext(label.context) : '<<none>>';
}

function missingIn(here: FileContexts, there: FileContexts): readonly Substitution[] {
  const all = (contexts: FileContexts): readonly Substitution[] => [
    ...contexts.substitutions,
    ...contexts.distributionSubstitutions,
  ];
  const known = new Set(all(here).map(({ from, to }) => `${from} ${to}`));
  return all(there).filter(({ from, to }) => !known.has(`${from} ${to}`));
}
