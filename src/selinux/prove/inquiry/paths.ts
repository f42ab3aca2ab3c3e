import {
  type FileContextEntry,
  type FileContexts,
  type LabelsWithin,
  labelOf,
  labelsMatching,
} from '../../file-contexts/index.ts';
import type { TypeId } from '../../policydb/index.ts';
import type { FileKind } from '../../words/index.ts';
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
  for (const path of paths) {
    doubtUnknownLabels(inquiry, path);
    if (HOME.test(path) && !knowsHomes(fileContexts)) {
      inquiry.doubt(
        `file contexts say nothing of home directories, so the types of ${path} are not known: give file_contexts.homedirs beside file_contexts`,
      );
    }
    const found = labels(fileContexts, path);
    for (const [name, [entry]] of found.types) {
      // Entries may name an alias.
      const type = db.types.ids.get(name);
      if (type !== undefined && concerned.has(type) && !types.has(type)) {
        types.set(type, entry!.pattern);
      }
    }
    noteUnlabelled(inquiry, path, found.keepsLabel);
  }
  return types;
}

/** What file contexts leave without a label below a path. */
function noteUnlabelled(
  inquiry: Inquiry,
  path: string,
  keepsLabel: LabelsWithin['keepsLabel'],
): void {
  const fileContexts = inquiry.subject.fileContexts!;
  if (keepsLabel.length > 0) {
    const patterns = keepsLabel.map(({ pattern }) => pattern);
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
  const regions = paths.flatMap((path) => regionsOf(fileContexts, path));
  for (const region of regions) {
    const { types } = answered(fileContexts, `${region}/.+`, 'symlink');
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
  if (!fileContexts.entries.some((entry) => entry.pattern === pattern)) return `all of ${pattern}`;
  if (others.length === 0) return `the label of ${pattern} alone`;
  const shown = others.slice(0, 2).map((entry) => entry.pattern);
  return `the label of ${pattern}, also of ${shown.join(', ')}${others.length > 2 ? ` and ${others.length - 2} more` : ''}`;
}

export function isHome(path: string): boolean {
  return HOME.test(path);
}

type Found = Pick<LabelsWithin, 'types' | 'keepsLabel'>;

function labels(contexts: FileContexts, path: string): Found {
  // Where the winner is for regular files only, as for /etc/shadow, nothing is below.
  const { winner, context } = labelOf(contexts, path.replace(HOME, SOME_HOME), 'file');
  if (!HOME.test(path) && winner?.kind === 'file' && context !== undefined) {
    return { types: new Map([[context.type, [winner]]]), keepsLabel: [] };
  }
  const found = regionsOf(contexts, path).map((region) => answered(contexts, `${region}(/.+)?`));
  const types = new Map<string, readonly FileContextEntry[]>();
  for (const one of found) {
    for (const [name, entries] of one.types) if (!types.has(name)) types.set(name, entries);
  }
  return { types, keepsLabel: found.flatMap(({ keepsLabel }) => keepsLabel) };
}

/** A path as regular expressions: `HOME` is the home of everybody that file contexts know, and root's. */
function regionsOf(contexts: FileContexts, path: string): readonly string[] {
  // The root is the tree below nothing.
  const rest = escaped(path.replace(HOME, '').replace(/\/+/g, '/').replace(/\/$/, ''));
  if (!HOME.test(path)) return [rest];
  return [...homesOf(contexts), '/root'].map((home) => home + rest);
}

/**
 * The home directories: those below /home, and whatever else file contexts label as a home directory, a user's of another name or place
 * (genhomedircon(8) writes an entry for each).
 */
function homesOf(contexts: FileContexts): readonly string[] {
  let homes = homesByContexts.get(contexts);
  if (homes === undefined) {
    const { winner, context } = labelOf(contexts, SOME_HOME, 'dir');
    const others = contexts.entries
      .filter((entry) => entry.kind === 'dir' && entry.context?.type === context?.type)
      .map(({ pattern }) => (pattern.includes('|') ? `(${pattern})` : pattern));
    homes = [...new Set([ANY_HOME, ...(isForHomes(winner) ? others : [])])];
    homesByContexts.set(contexts, homes);
  }
  return homes;
}

/** Whether file contexts have entries of their own for home directories: they stand in a file beside the others. */
function knowsHomes(contexts: FileContexts): boolean {
  return [labelOf(contexts, SOME_HOME, 'dir'), labelOf(contexts, `${SOME_HOME}/${SOME_NAME}`)].some(
    ({ winner }) => isForHomes(winner),
  );
}

function isForHomes(entry: FileContextEntry | undefined): boolean {
  return entry?.pattern.startsWith('/home/') ?? false;
}

/** The same for every never and for every policy that is proved with these contexts. */
function answered(contexts: FileContexts, region: string, kind: FileKind = 'any'): LabelsWithin {
  const answers = answersByContexts.get(contexts) ?? new Map<string, LabelsWithin>();
  answersByContexts.set(contexts, answers);
  const key = `${kind} ${region}`;
  const answer = answers.get(key) ?? labelsMatching(contexts, region, kind);
  answers.set(key, answer);
  return answer;
}

const homesByContexts = new WeakMap<FileContexts, readonly string[]>();
const answersByContexts = new WeakMap<FileContexts, Map<string, LabelsWithin>>();

function escaped(path: string): string {
  return path.replace(/[.^$?*+|[({\])}\\]/g, '\\$&');
}

function isUnlabelled(contexts: FileContexts, path: string): boolean {
  return labelOf(contexts, path.replace(HOME, SOME_HOME)).outcome === 'unmatched';
}

/** Every distribution's file contexts begin with an entry for every path. */
function coversAll({ entries }: FileContexts): boolean {
  return entries.some(({ pattern, kind }) => pattern === '/.*' && kind === 'any');
}

const HOME = /^HOME(?=\/|$)/;
const ANY_HOME = '/home/[^/]+';
const SOME_HOME = '/home/user';
/** Too odd to have an entry of its own. */
const SOME_NAME = 'qzx-unlikely-0';
