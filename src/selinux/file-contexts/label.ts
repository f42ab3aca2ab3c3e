import type { Context, FileKind } from '../words/index.ts';
import type { FileContextEntry } from './entry.ts';
import type { FileContexts, PatternNode } from './file-contexts.ts';
import { matches } from './match.ts';
import { type Substitution, substitute } from './substitution.ts';

/** What file contexts say about one path. */
export interface Label {
  readonly path: string;
  readonly kind: FileKind;
  /** The path that was compared with the entries: without doubled slashes, substitutions applied. */
  readonly lookedUp: string;
  /** The substitutions that led there, in order; at most one of the administrator's and one of the distribution's. */
  readonly substitutions: readonly Substitution[];
  /**
   * `labelled`: `context` is the label. `none`: the winner says `<<none>>`, so the file keeps the label that it has.
   * `unmatched`: no entry matches.
   */
  readonly outcome: 'labelled' | 'none' | 'unmatched';
  readonly context: Context | undefined;
  readonly winner: FileContextEntry | undefined;
  /** The other entries that match the path and kind: literals first, then the regular expressions from the last to the first. */
  readonly beaten: readonly FileContextEntry[];
}

/**
 * The label of a path by the rules of libselinux 3.8. An entry without special characters that is exactly the path wins over every
 * regular expression; of the regular expressions the last one read wins; but one with `<<none>>` wins at once over those that
 * start with fewer fixed directories. Kind `any` asks without a kind, which matches entries of every kind.
 * Throws FileContextsError for a regular expression that cannot be read and would have come before the winner, and for a winner whose
 * context is none.
 */
export function labelOf(contexts: FileContexts, path: string, kind: FileKind = 'any'): Label {
  const { lookedUp, substitutions } = resolve(contexts, path);
  const fits = (entry: FileContextEntry): boolean =>
    kind === 'any' || entry.kind === 'any' || entry.kind === kind;
  const literals = (contexts.literals.get(lookedUp) ?? []).filter(fits);
  const subject = bytesOf(lookedUp);
  const unreadable: { readonly entry: FileContextEntry; readonly error: unknown }[] = [];
  const matching = (entry: FileContextEntry): boolean => {
    if (!fits(entry)) return false;
    try {
      return matches(entry, subject);
    } catch (error) {
      unreadable.push({ entry, error });
      return false;
    }
  };
  const found = chainOf(contexts.root, lookedUp).map((node) =>
    node.entries.filter(matching).reverse(),
  );
  const winner = literals[0] ?? bestOf(found);
  if (winner?.fault !== undefined) throw winner.fault;
  for (const { entry, error } of unreadable) {
    if (winner?.literal === undefined && entry.order > (winner?.order ?? -1)) throw error;
  }
  return {
    path,
    kind,
    lookedUp,
    substitutions,
    outcome: winner === undefined ? 'unmatched' : winner.context ? 'labelled' : 'none',
    context: winner?.context,
    winner,
    beaten: [...literals, ...found.flat().sort((a, b) => b.order - a.order)].filter(
      (entry) => entry !== winner,
    ),
  };
}

/** `found`: what matches in each node, deepest node first, latest entry first. */
function bestOf(found: readonly (readonly FileContextEntry[])[]): FileContextEntry | undefined {
  let best: FileContextEntry | undefined;
  for (const [latest] of found) {
    if (latest === undefined || (best !== undefined && latest.order < best.order)) continue;
    if (latest.context === undefined && latest.fault === undefined) return latest;
    best = latest;
  }
  return best;
}

/** The nodes of the directories that a path is in, deepest first. */
function chainOf(root: PatternNode, path: string): PatternNode[] {
  const chain = [root];
  for (let at = 0; path[at] === '/'; ) {
    const slash = path.indexOf('/', at + 1);
    const child = slash < 0 ? undefined : chain[0]!.children.get(path.slice(at + 1, slash));
    if (child === undefined) break;
    chain.unshift(child);
    at = slash;
  }
  return chain;
}

function resolve(
  contexts: FileContexts,
  path: string,
): { lookedUp: string; substitutions: Substitution[] } {
  let lookedUp = path.replace(/\/{2,}/g, '/');
  if (lookedUp.length > 1 && lookedUp.endsWith('/')) lookedUp = lookedUp.slice(0, -1);
  const substitutions: Substitution[] = [];
  for (const list of [contexts.substitutions, contexts.distributionSubstitutions]) {
    const substituted = substitute(list, lookedUp);
    if (substituted === undefined) continue;
    lookedUp = substituted.path;
    substitutions.push(substituted.by);
  }
  return { lookedUp, substitutions };
}

/** A path as the bytes that PCRE compares: one character per byte of its UTF-8 form. */
function bytesOf(path: string): string {
  return ASCII.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}

const ASCII = /^[\0-\x7f]*$/;
