import { type ContextsFile, type FileContextEntry, literalOf, parseEntries } from './entry.ts';
import type { FileContextsError } from './file-contexts-error.ts';
import { parseSubstitutions, type Substitution } from './substitution.ts';

/** The files that label a system, as libselinux reads them: `base` and what stands beside it. */
export interface FileContextsSource {
  /** file_contexts */
  readonly base: ContextsFile;
  /** file_contexts.homedirs: home directories of the users that the policy knows, and of everybody else. */
  readonly homeDirectories?: ContextsFile | undefined;
  /** file_contexts.local: the administrator's own (semanage fcontext). */
  readonly local?: ContextsFile | undefined;
  /** file_contexts.subs_dist: the distribution's substitutions. */
  readonly distributionSubstitutions?: ContextsFile | undefined;
  /** file_contexts.subs: the administrator's substitutions; applied before the distribution's. */
  readonly substitutions?: ContextsFile | undefined;
}

/** All entries of a system, and how to find those that can match a path. */
export interface FileContexts {
  /** In the order that the files are read: base, home directories, local. */
  readonly entries: readonly FileContextEntry[];
  readonly substitutions: readonly Substitution[];
  readonly distributionSubstitutions: readonly Substitution[];
  /** Path -> the entries without special characters that stand for it, those that are for one kind of file first. */
  readonly literals: ReadonlyMap<string, readonly FileContextEntry[]>;
  /** The regular expressions by the directories that they start with. */
  readonly root: PatternNode;
  /** Lines that libselinux passes over too, or would use as they are: contexts that are none. They are worth a warning. */
  readonly faults: readonly FileContextsError[];
}

/**
 * Regular expressions that start with the same fixed directories, at most three deep: a path is compared with the entries of the
 * directories that it is in, and with no others (libselinux 3.8, label_file.c, struct spec_node).
 */
export interface PatternNode {
  /** In reading order. */
  readonly entries: FileContextEntry[];
  readonly children: Map<string, PatternNode>;
}

/** Reads a system's file contexts. Throws FileContextsError, with file and line, for a line that libselinux would refuse too; a context that is none, which libselinux
 * looks at only when it is asked for such a path, is refused too unless `tolerant`: nothing is to be proved on it. */
export function readFileContexts(
  source: FileContextsSource,
  { tolerant = false }: { readonly tolerant?: boolean } = {},
): FileContexts {
  const faults: FileContextsError[] = [];
  const entries: FileContextEntry[] = [];
  for (const file of [source.base, source.homeDirectories, source.local]) {
    if (file !== undefined) entries.push(...parseEntries(file, entries.length));
  }
  const literals = new Map<string, FileContextEntry[]>();
  const root: PatternNode = { entries: [], children: new Map() };
  for (const entry of entries) {
    if (entry.literal === undefined) nodeOf(root, entry.pattern).entries.push(entry);
    else if (literals.has(entry.literal)) literals.get(entry.literal)!.push(entry);
    else literals.set(entry.literal, [entry]);
  }
  for (const same of literals.values())
    same.sort((a, b) => KIND_ORDER[b.kind] - KIND_ORDER[a.kind]);
  for (const { fault } of entries) {
    if (fault === undefined) continue;
    if (!tolerant) throw fault;
    faults.push(fault);
  }
  const substitutionsOf = (file: ContextsFile | undefined): readonly Substitution[] =>
    file === undefined ? [] : parseSubstitutions(file, faults);
  return {
    entries,
    faults,
    substitutions: substitutionsOf(source.substitutions),
    distributionSubstitutions: substitutionsOf(source.distributionSubstitutions),
    literals,
    root,
  };
}

/** Where a regular expression is kept: below the leading directories that are plain text. */
function nodeOf(root: PatternNode, pattern: string): PatternNode {
  let node = root;
  let at = 0;
  for (let depth = 0; depth < DEEPEST; ) {
    const slash = pattern.indexOf('/', at + 1);
    if (slash < 0) break;
    // The text after the pattern's first character, whatever that character is.
    const written = pattern.slice(at + 1, slash);
    at = slash;
    if (written === '') continue;
    const name = literalOf(written);
    if (name === undefined) break;
    let child = node.children.get(name);
    if (child === undefined) {
      child = { entries: [], children: new Map() };
      node.children.set(name, child);
    }
    node = child;
    depth++;
  }
  return node;
}

/** libselinux's SPEC_NODE_MAX_DEPTH. */
const DEEPEST = 3;

/** Of several entries for one path the one for the file's own kind counts; asked without a kind, libselinux's first is the regular file. */
const KIND_ORDER: Readonly<Record<FileContextEntry['kind'], number>> = {
  any: 0,
  dir: 1,
  char: 2,
  block: 3,
  socket: 4,
  pipe: 5,
  symlink: 6,
  file: 7,
};
