import type { PolicyDb } from '../../policydb/index.ts';

/** One kind of thing that a policy declares, and how it is listed. */
export interface Component {
  /** As the command line calls it. */
  readonly name: string;
  /** One line of help. */
  readonly summary: string;
  /** What selects entries, in help: `NAME`, `CLASS`, `PORT[-PORT]`. */
  readonly selector: string;
  /** Every entry, sorted by its text. */
  entries(db: PolicyDb): readonly Entry[];
  /** Whether a selector picks an entry; without this, an entry's key must equal it. Throws RangeError for a selector that makes no sense. */
  matcher?(selector: string): (entry: Entry) => boolean;
}

export interface Entry {
  /** What a selector is held against. */
  readonly key: string;
  /** The name or statement on its own. */
  readonly text: string;
  /** The whole statement; may have several lines. */
  readonly expanded: string;
  /** The same as data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Entries by their text, in code unit order: the same on every machine. */
export function sorted(entries: Entry[]): readonly Entry[] {
  return entries.sort((a, b) => order(a.text, b.text) || order(a.expanded, b.expanded));
}

/** Names in the same order. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort(order);
}

/** `a`, or `{ a b c }`. */
export function setText(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `{ ${names.join(' ')} }`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
