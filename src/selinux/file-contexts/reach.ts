import { Automaton, onlyByte, type Pattern, parsePattern } from '../../patterns/index.ts';
import type { FileKind } from '../words/index.ts';
import { type FileContextEntry, literalOf } from './entry.ts';
import type { FileContexts } from './file-contexts.ts';
import { FileContextsError } from './file-contexts-error.ts';
import { labelOf } from './label.ts';
import { patternOf } from './match.ts';
import { below, type Substitution } from './substitution.ts';

/**
 * What file contexts can say about many paths at once. Never too little: an entry that could win for some path is here, and one
 * that could not may be here too (where whether it can depends on more than one other entry).
 */
export interface LabelsWithin {
  /** Type -> the entries that can give it to a path within, the one that is read last first. */
  readonly types: ReadonlyMap<string, readonly FileContextEntry[]>;
  /** Entries with `<<none>>` that can win within: such a file keeps whatever label it has. */
  readonly keepsLabel: readonly FileContextEntry[];
  /** Whether a path within may match no entry at all. False only if one entry matches them all. */
  readonly unmatched: boolean;
  /** The substitutions that lead elsewhere from within; the labels there are counted. */
  readonly substitutions: readonly Substitution[];
}

/** The labels of a directory and everything below it. */
export function labelsBelow(
  contexts: FileContexts,
  directory: string,
  kind: FileKind = 'any',
): LabelsWithin {
  return labelsWithin(contexts, treeAt(directory.replace(/\/+/g, '/').replace(/\/$/, '')), kind);
}

/**
 * The labels of all paths that a pattern (a regular expression as in file contexts) matches.
 * Throws PatternProblem for a pattern that cannot be read.
 */
export function labelsMatching(
  contexts: FileContexts,
  pattern: string,
  kind: FileKind = 'any',
): LabelsWithin {
  return labelsWithin(contexts, regionOf(pattern), kind);
}

/** An entry that gives a type, and a path that shows it. */
export interface EntryOfType {
  readonly entry: FileContextEntry;
  /** A path to which the entry gives the type, or undefined if the paths tried are all taken by other entries. */
  readonly example: string | undefined;
}

/** Every entry that can give a type: what else carries it (the blast radius of a rule on that type). In reading order. */
export function entriesOfType(contexts: FileContexts, type: string): readonly EntryOfType[] {
  return contexts.entries
    .filter((entry) => entry.context?.type === type)
    .map((entry) => ({
      entry,
      example: samples(entry).find((path) => winnerOf(contexts, path, entry) === entry),
    }));
}

/** Undefined also where an entry that cannot be read decides about the path. */
function winnerOf(
  contexts: FileContexts,
  path: string,
  { kind }: FileContextEntry,
): FileContextEntry | undefined {
  try {
    return labelOf(contexts, path, kind).winner;
  } catch (error) {
    if (!(error instanceof FileContextsError)) throw error;
    return undefined;
  }
}

/** A set of paths: a whole tree, or what a pattern matches. */
interface Region {
  /** All paths within start like this. */
  readonly start: string;
  /** The directory, if the region is that directory and everything below it ('' is the root). */
  readonly tree: string | undefined;
  readonly automaton: () => Automaton;
}

function treeAt(directory: string): Region {
  const pattern = `${directory.replace(/[.^$?*+|[({\])}\\]/g, '\\$&')}(/.*)?`;
  return {
    start: directory,
    tree: directory,
    automaton: once(() => Automaton.atLeast(parsePattern(pattern))),
  };
}

function regionOf(text: string): Region {
  const tree = treeOf(text);
  if (tree?.withItself) return treeAt(tree.directory);
  const pattern = parsePattern(text);
  return {
    start: fixedStart(pattern),
    tree: undefined,
    automaton: once(() => Automaton.atLeast(pattern)),
  };
}

function labelsWithin(contexts: FileContexts, region: Region, kind: FileKind): LabelsWithin {
  const first = substituted([region], contexts.substitutions);
  const second = substituted(first.regions, contexts.distributionSubstitutions);
  const types = new Map<string, FileContextEntry[]>();
  const keepsLabel = new Set<FileContextEntry>();
  let unmatched = false;
  for (const { start, tree, automaton } of second.regions) {
    const all = contexts.entries.filter(
      (entry) =>
        (kind === 'any' || entry.kind === 'any' || entry.kind === kind) &&
        reaches(entry, start, tree, automaton),
    );
    const covering = all.filter((entry) => covers(entry, start, tree, automaton));
    const beats = (winner: FileContextEntry, entry: FileContextEntry): boolean =>
      winner.order > entry.order &&
      (winner.kind === 'any' || winner.kind === kind || winner.kind === entry.kind);
    for (const entry of all.reverse()) {
      if (entry.context === undefined) keepsLabel.add(entry);
      else if (entry.literal !== undefined || !covering.some((winner) => beats(winner, entry))) {
        const entries = types.get(entry.context.type);
        if (entries === undefined) types.set(entry.context.type, [entry]);
        else if (!entries.includes(entry)) entries.push(entry);
      }
    }
    if (!covering.some((entry) => entry.kind === 'any' || entry.kind === kind)) unmatched = true;
  }
  return {
    types,
    keepsLabel: [...keepsLabel],
    unmatched,
    substitutions: [...new Set([...first.by, ...second.by])],
  };
}

/** Where the paths of regions are looked up. A substitution that starts inside a region takes a part of it elsewhere. */
function substituted(
  regions: readonly Region[],
  list: readonly Substitution[],
): { regions: Region[]; by: Substitution[] } {
  const result: Region[] = [];
  const by: Substitution[] = [];
  const move = (directory: string, substitution: Substitution): void => {
    by.push(substitution);
    result.push(treeAt(directory === '/' ? '' : directory));
  };
  for (const region of regions) {
    const { tree } = region;
    const whole =
      tree === undefined
        ? undefined
        : list.find((substitution) => below(tree, substitution.from) !== undefined);
    if (whole !== undefined) {
      const rest = below(tree!, whole.from)!;
      move((whole.to === '/' && rest !== '' ? '' : whole.to) + rest, whole);
    } else result.push(region);
    for (const substitution of list) {
      if (substitution === whole) continue;
      const inside =
        tree === undefined
          ? treeAt(substitution.from).automaton().meets(region.automaton())
          : below(substitution.from, tree) !== undefined;
      if (inside) move(substitution.to, substitution);
    }
  }
  return { regions: result, by };
}

/** Whether an entry can match a path of a region. */
function reaches(
  entry: FileContextEntry,
  start: string,
  tree: string | undefined,
  automaton: () => Automaton,
): boolean {
  if (isUnreadableElsewhere(entry, start)) return false;
  const fixed = entry.literal ?? fixedStartOf(entry);
  if (tree !== undefined && (fixed === tree || fixed.startsWith(`${tree}/`))) return true;
  if (tree !== undefined && entry.literal !== undefined) return false;
  if (!fixed.startsWith(start) && !start.startsWith(fixed)) return false;
  return automatonOf(entry).meets(automaton());
}

/** Whether an entry cannot be read, and libselinux never looks at it here: it stands for paths below other directories. */
function isUnreadableElsewhere(entry: FileContextEntry, start: string): boolean {
  if (entry.literal !== undefined) return false;
  try {
    patternOf(entry);
    return false;
  } catch (error) {
    if (!(error instanceof FileContextsError)) throw error;
    // At most three, as file-contexts.ts keeps them.
    const directories = /^(?:\/[\w-]+){1,3}(?=\/)/.exec(entry.pattern)?.[0] ?? '';
    return !`${start}/`.startsWith(`${directories}/`) && !directories.startsWith(start);
  }
}

/** Whether an entry certainly matches every path of a region. */
function covers(
  entry: FileContextEntry,
  start: string,
  tree: string | undefined,
  automaton: () => Automaton,
): boolean {
  if (entry.literal !== undefined) return false;
  const of = treeOf(entry.pattern);
  if (of !== undefined) {
    return start.startsWith(`${of.directory}/`) || (of.withItself && tree === of.directory);
  }
  // Only what ends open can match a whole tree; of a region that is a pattern nothing is known but the pattern.
  if (tree !== undefined && !/[*+?}]$/.test(entry.pattern)) return false;
  if (!start.startsWith(fixedStartOf(entry))) return false;
  return Automaton.exactly(patternOf(entry))?.includes(automaton()) ?? false;
}

/** `DIRECTORY(/.*)?`, `DIRECTORY(/.+)?`, which differ in the name of the directory with a slash, or `DIRECTORY/.*`. */
function treeOf(pattern: string): { directory: string; withItself: boolean } | undefined {
  const tail = TREE_TAILS.find((text) => pattern.endsWith(text));
  if (tail === undefined) return undefined;
  const directory = literalOf(pattern.slice(0, -tail.length));
  return directory === undefined ? undefined : { directory, withItself: tail !== '/.*' };
}

const TREE_TAILS = ['(/.*)?', '(/.+)?', '/.*'] as const;

const automata = new WeakMap<FileContextEntry, Automaton>();

function automatonOf(entry: FileContextEntry): Automaton {
  let automaton = automata.get(entry);
  if (automaton === undefined) {
    automaton = Automaton.atLeast(patternOf(entry));
    automata.set(entry, automaton);
  }
  return automaton;
}

const fixedStarts = new WeakMap<FileContextEntry, string>();

function fixedStartOf(entry: FileContextEntry): string {
  let start = fixedStarts.get(entry);
  if (start === undefined) {
    start = fixedStart(patternOf(entry));
    fixedStarts.set(entry, start);
  }
  return start;
}

/** The text that every match starts with. */
function fixedStart(pattern: Pattern): string {
  if (pattern.op !== 'sequence') return '';
  const [first, ...parts] = pattern.parts;
  if (first?.op !== 'assertion' || first.kind !== 'start') return '';
  let start = '';
  for (const part of parts) {
    const byte = part.op === 'bytes' ? onlyByte(part.set) : -1;
    if (byte < 0) break;
    start += String.fromCharCode(byte);
  }
  return start;
}

/** A few paths that an entry's pattern matches: with as little as it asks for, and with something in its open places. */
export function samples(entry: FileContextEntry): readonly string[] {
  if (entry.literal !== undefined) return [entry.literal];
  const pattern = patternOf(entry);
  const texts = [0, 1, 2].flatMap((extra) =>
    [0, 1].map((branch) => sample(pattern, extra, branch)),
  );
  return [...new Set(texts)].filter((text) => !text.includes('//'));
}

function sample(pattern: Pattern, extra: number, branch: number): string {
  switch (pattern.op) {
    case 'bytes':
      return String.fromCharCode(typicalByte(pattern.set));
    case 'sequence':
      return pattern.parts.map((part) => sample(part, extra, branch)).join('');
    case 'choice':
      return sample(pattern.branches[branch % pattern.branches.length]!, extra, branch);
    case 'repeat': {
      const times = Math.min(pattern.most, pattern.least + extra, pattern.least + 8);
      return Array.from({ length: times }, () => sample(pattern.of, extra, branch)).join('');
    }
    default:
      return '';
  }
}

/** A letter if there is one, then a digit, then whatever is first. */
function typicalByte(set: Uint32Array): number {
  for (const [low, high] of [
    [0x61, 0x7a],
    [0x30, 0x39],
    [0x21, 0x7e],
    [0, 255],
  ] as const) {
    for (let byte = low; byte <= high; byte++)
      if ((set[byte >>> 5]! >>> (byte & 31)) & 1) return byte;
  }
  return 0;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    if (made === undefined) made = { value: make() };
    return made.value;
  };
}
