import {
  type FileContexts,
  type LabelsWithin,
  labelOf,
  labelsBelow,
  labelsMatching,
} from '../file-contexts/index.ts';
import type { TypeId } from '../policydb/index.ts';
import type { Inquiry } from './inquiry.ts';
import { labelsKnown, type Subject } from './subject.ts';

/**
 * Of the types that the domain has to do with, those that files at and below these paths can have by file contexts, each with the
 * pattern that gives it. Without file contexts nothing is known, which is a doubt.
 */
export function typesBelow(
  inquiry: Inquiry,
  paths: readonly string[],
  concerned: ReadonlySet<TypeId>,
): ReadonlyMap<TypeId, string> {
  const { db, fileContexts } = inquiry.subject;
  const types = new Map<TypeId, string>();
  if (fileContexts === undefined) {
    inquiry.doubt(`no file contexts were given, so the types of ${paths.join(', ')} are not known`);
    return types;
  }
  for (const path of paths) doubtUnknownLabels(inquiry, path);
  const names = new Set([...concerned].map((type) => db.types.names[type]!));
  for (const path of paths.flatMap(homes)) {
    const found = labels(fileContexts, path, names);
    for (const [name, [entry]] of found.types) {
      const type = db.types.ids.get(name);
      if (type !== undefined && !types.has(type)) types.set(type, entry!.pattern);
    }
    if (found.keepsLabel.length > 0) {
      const patterns = found.keepsLabel.map(({ pattern }) => pattern);
      inquiry.note(
        `${patterns.slice(0, 3).join(', ')} below ${path} have no label of their own (<<none>>)`,
      );
    }
    const inside = labelOf(fileContexts, `${path.replace(HOME, SOME_HOME)}/${SOME_NAME}`, 'file');
    if (inside.outcome === 'none') {
      inquiry.doubt(
        `file contexts leave what is below ${path} with whatever label it has (<<none>>), so its types are not known`,
      );
    }
    if (!coversAll(fileContexts) && isUnlabelled(fileContexts, path)) {
      inquiry.doubt(`file contexts give no label to ${path}`);
    }
  }
  return types;
}

/** Where facts say nothing of the labels at a path, what is known of others proves nothing. */
export function doubtUnknownLabels(inquiry: Inquiry, path: string): void {
  if (labelsKnown(inquiry.subject, path)) return;
  inquiry.doubt(`the labels of what is below ${path} are not among what is known of this policy`);
}

/**
 * Whether symbolic links with a type are known to be on the way to these paths and none below them: file contexts give it to no link in
 * there. To follow such a link is to get there, and tells no more than where it points.
 */
export function linksOnTheWay(
  { db, fileContexts }: Subject,
  paths: readonly string[],
): (type: TypeId) => boolean {
  if (fileContexts === undefined) return () => false;
  const below = new Set<TypeId>();
  for (const path of paths.flatMap(homes)) {
    const { types } = labelsMatching(fileContexts, `${patternOf(path)}/.+`, 'symlink');
    for (const name of types.keys()) {
      const type = db.types.ids.get(name);
      if (type !== undefined) below.add(type);
    }
  }
  return (type) => !below.has(type);
}

/** The types of a path itself and, unless it is labelled as a regular file, of what in it has no entry of its own. */
export function typesAt(subject: Subject, path: string): readonly TypeId[] {
  const { fileContexts } = subject;
  if (fileContexts === undefined) return [];
  const here = path.replace(HOME, SOME_HOME);
  const [file, directory] = [
    labelOf(fileContexts, here, 'file'),
    labelOf(fileContexts, here, 'dir'),
  ];
  const labels =
    file.winner?.kind === 'file'
      ? [file]
      : [
          ...(directory.winner?.kind === 'dir' ? [] : [file]),
          directory,
          labelOf(fileContexts, `${here}/${SOME_NAME}`, 'file'),
          labelOf(fileContexts, `${here}/${SOME_NAME}`, 'dir'),
        ];
  return labels.flatMap(({ context }) => subject.db.types.ids.get(context?.type ?? '') ?? []);
}

/** Where else a type is found: the patterns of file contexts that give it, besides the given one. */
export function elsewhere({ db, fileContexts }: Subject, type: TypeId, pattern: string): string {
  if (fileContexts === undefined) return '';
  const name = db.types.names[type]!;
  const others = fileContexts.entries.filter(
    (entry) => entry.context?.type === name && entry.pattern !== pattern,
  );
  if (others.length === 0) return `the label of ${pattern} alone`;
  const shown = others.slice(0, 2).map((entry) => entry.pattern);
  return `the label of ${pattern}, also of ${shown.join(', ')}${others.length > 2 ? ` and ${others.length - 2} more` : ''}`;
}

/** `HOME` is everybody's: root's home directory is /root. */
function homes(path: string): readonly string[] {
  return HOME.test(path) ? [path, path.replace(HOME, '/root')] : [path];
}

function labels(
  contexts: FileContexts,
  path: string,
  names: ReadonlySet<string>,
): Pick<LabelsWithin, 'types' | 'keepsLabel'> {
  const start = path.replace(HOME, '/home/');
  const near = narrowed(contexts, start, names);
  if (!near.entries.some(({ context }) => names.has(context?.type ?? ''))) return NOTHING;
  if (HOME.test(path)) return labelsMatching(near, `${patternOf(path)}(/.*)?`);
  // Where the winner is for regular files only, as for /etc/shadow, nothing is below.
  const { winner, context } = labelOf(contexts, path, 'file');
  if (winner?.kind === 'file' && context !== undefined) {
    return { types: new Map([[context.type, [winner]]]), keepsLabel: [] };
  }
  return labelsBelow(near, path);
}

/** The path as a regular expression, with `HOME` as anybody's home. */
function patternOf(path: string): string {
  const rest = path.replace(HOME, '').replace(/[.^$?*+|[({\])}\\]/g, '\\$&');
  return HOME.test(path) ? `/home/[^/]+${rest}` : rest;
}

const NOTHING: Pick<LabelsWithin, 'types' | 'keepsLabel'> = { types: new Map(), keepsLabel: [] };

function isUnlabelled(contexts: FileContexts, path: string): boolean {
  return labelOf(contexts, path.replace(HOME, SOME_HOME)).outcome === 'unmatched';
}

/** Every distribution's file contexts begin with an entry for every path. */
function coversAll({ entries }: FileContexts): boolean {
  return entries.some(({ pattern, kind }) => pattern === '/.*' && kind === 'any');
}

const HOME = /^HOME(?=\/|$)/;
const SOME_HOME = '/home/user';
/** Too odd to have an entry of its own. */
const SOME_NAME = 'qzx-unlikely-0';

/**
 * The entries that can matter below `start`: those that give one of the types below it, and those that begin above it, which alone can
 * beat others everywhere. Saves the comparing of thousands of patterns.
 */
function narrowed(contexts: FileContexts, start: string, names: ReadonlySet<string>): FileContexts {
  const starts = [start];
  for (const list of [contexts.substitutions, contexts.distributionSubstitutions]) {
    for (const { from, to } of list) {
      for (const known of [...starts]) {
        if (from.startsWith(known)) starts.push(to);
        else if (known.startsWith(from)) starts.push(to + known.slice(from.length));
      }
    }
  }
  const shapes = shapesOf(contexts);
  const entries = contexts.entries.filter((entry, i) => {
    const gives = entry.context === undefined || names.has(entry.context.type);
    const { stem, openEnd } = shapes[i]!;
    if (!gives && !openEnd) return false;
    return starts.some(
      (known) =>
        (gives && stem.startsWith(known)) ||
        (known.startsWith(stem) && (gives || entry.pattern.length < known.length + LONG_TAIL)),
    );
  });
  return { ...contexts, entries };
}

interface Shape {
  readonly stem: string;
  /** Whether it can match a whole tree. */
  readonly openEnd: boolean;
}

/** The entries' shapes, in their order: the same for every never, and for every policy that is proved with these contexts. */
function shapesOf(contexts: FileContexts): readonly Shape[] {
  let shapes = shapesByContexts.get(contexts);
  if (shapes === undefined) {
    shapes = contexts.entries.map(({ pattern }) => ({
      stem: plainStart(pattern),
      openEnd: OPEN_END.test(pattern),
    }));
    shapesByContexts.set(contexts, shapes);
  }
  return shapes;
}

const shapesByContexts = new WeakMap<FileContexts, readonly Shape[]>();

/** What can match a whole tree ends like this. */
const OPEN_END = /\.[*+](\)\?)?$/;
/** Room for `[^/]+(/.*)?`: a pattern with more to it is about something within the tree. To leave one out errs towards violated. */
const LONG_TAIL = 15;

/** The text before the first special character; without the character before a quantifier, and none where branches begin. */
function plainStart(pattern: string): string {
  const end = pattern.search(/[.^$?*+|[({\\]/);
  if (end < 0) return pattern;
  if (pattern.includes('|') && branchesAtTop(pattern)) return '';
  return pattern.slice(0, /[?*{]/.test(pattern[end]!) ? end - 1 : end);
}

function branchesAtTop(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}
