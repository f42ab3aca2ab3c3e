import type { ContextsFile } from './entry.ts';
import { FileContextsError } from './file-contexts-error.ts';

/** One line of file_contexts.subs or file_contexts.subs_dist: paths at and below `from` are labelled as if they were at `to`. */
export interface Substitution {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The substitutions of one file, in its order. A line with one path only goes to `skipped`: libselinux passes over it. */
export function parseSubstitutions(
  { name, text }: ContextsFile,
  skipped: FileContextsError[],
): Substitution[] {
  const substitutions: Substitution[] = [];
  text.split('\n').forEach((content, i) => {
    const [from, to] = content.split(/[ \t\v\f\r]+/).filter((field) => field !== '');
    if (from === undefined || from.startsWith('#')) return;
    if (to === undefined) {
      skipped.push(
        new FileContextsError(name, i + 1, 'a path without the path that it stands for'),
      );
      return;
    }
    substitutions.push({ from, to, file: name, line: i + 1 });
  });
  return substitutions;
}

/** The first substitution that a path is at or below, applied; undefined if there is none. */
export function substitute(
  substitutions: readonly Substitution[],
  path: string,
): { readonly path: string; readonly by: Substitution } | undefined {
  for (const by of substitutions) {
    const rest = below(path, by.from);
    if (rest === undefined) continue;
    return { path: by.to === '/' && rest !== '' ? rest : by.to + rest, by };
  }
  return undefined;
}

/** What follows `directory` in `path`: '' for itself, `/…` below it, undefined elsewhere. */
export function below(path: string, directory: string): string | undefined {
  if (!path.startsWith(directory)) return undefined;
  const rest = path.slice(directory.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}
