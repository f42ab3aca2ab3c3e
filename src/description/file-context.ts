import type { FileKind } from '../selinux/words/index.ts';

/** One line of file contexts: what a pattern labels. */
export interface FileContext {
  /**
   * A regular expression over whole paths, as in file_contexts(5); `HOME_DIR` at its start stands for every user's home.
   */
  readonly pattern: string;
  readonly kind: FileKind;
  /** A type of the module (`own:log`), the program's executable (`own:exec`), or one of the policy's (`usr_t`). */
  readonly type: `own:${string}` | (string & {});
  /** The reason, where it is not plain: stands above the line. */
  readonly why?: string;
}

/** The file at exactly this path. */
export function fileAt(path: string, type: FileContext['type']): FileContext {
  return { pattern: escapePath(path), kind: 'file', type };
}

/** This directory and everything below it. */
export function treeAt(path: string, type: FileContext['type']): FileContext {
  return { pattern: `${escapePath(path)}(/.*)?`, kind: 'any', type };
}

/** `HOME/.config/x` → `HOME_DIR/\.config/x`; every character that a regular expression would read is escaped. */
export function escapePath(path: string): string {
  return path.replace(/^HOME(?=\/|$)/, 'HOME_DIR').replace(/[.*+?^$()[\]{}|\\]/g, '\\$&');
}

/** What is wrong with a pattern, or undefined. */
export function patternProblem(pattern: string): { message: string; hint: string } | undefined {
  if (!/^(\/|HOME_DIR(\/|$))/.test(pattern)) {
    return {
      message: `\`${pattern}\` is not an absolute path`,
      hint: 'start it with `/`, or with `HOME_DIR` for every home directory',
    };
  }
  if (/\s/.test(pattern)) {
    return {
      message: `\`${pattern}\` holds a blank`,
      hint: 'write `\\s` for a blank: file_contexts has blanks between columns',
    };
  }
  try {
    new RegExp(`^(?:${pattern})$`);
  } catch (error) {
    return {
      message: `\`${pattern}\` is not a regular expression: ${(error as Error).message.replace(/^.*\/: /, '')}`,
      hint: 'balance its parentheses and brackets, or use treeAt(path) or fileAt(path), which escape for you',
    };
  }
  if (/\/\/|\/\.\.?(\/|$)/.test(pattern)) {
    return {
      message: `\`${pattern}\` never matches a real path`,
      hint: 'leave out `//`, `/./` and `/../`',
    };
  }
  const dot = /(^|[^\\])\.(?![*+?{])/.exec(pattern.replace(/\[[^\]]*\]/g, ''));
  if (dot) {
    return {
      message: `\`${pattern}\` has a dot that stands for any character`,
      hint: 'write `\\.` for a dot, `[^/]` for any character of a name',
    };
  }
  return undefined;
}

/**
 * Which of the contexts wins for a path, by libselinux's order: patterns without special characters win over patterns with them,
 * then the longer fixed start, then the longer text, then one that names the file's kind.
 */
export function winner(
  contexts: readonly FileContext[],
  path: string,
  kind: FileKind,
): FileContext | undefined {
  return contexts
    .filter((context) => context.kind === 'any' || kind === 'any' || context.kind === kind)
    .filter((context) => new RegExp(`^(?:${context.pattern})$`, 's').test(path))
    .sort(bySpecificity)
    .at(-1);
}

/** Two paths that the pattern is meant for: the shortest, and one with something in every open place. */
export function samplePaths(pattern: string): readonly string[] {
  const plain = (text: string): string => text.replace(/\\(.)/g, '$1');
  const short = pattern.replace(/\((?:[^()]*)\)\?/g, '').replace(/[^\\]\?/g, '');
  const long = pattern.replace(/\(([^()]*)\)\?/g, '$1');
  return [...new Set([short, long])].map((text) =>
    plain(
      text
        .replace(/\(([^()|]*)(?:\|[^()]*)*\)/g, '$1')
        .replace(/\[\^\/\][*+]?|\.[*+]/g, 'x')
        .replace(/\[([^\]^])[^\]]*\][*+]?/g, '$1'),
    ),
  );
}

/** The path that everything which a context labels is, or is below: `/var/lib/x` for `/var/lib/x(/.*)?`. */
export function fixedPath({ pattern }: Pick<FileContext, 'pattern'>): string {
  const start = stem(pattern);
  const whole = start === pattern || pattern === `${start}(/.*)?`;
  const path = start.replace(/\\(.)/g, '$1');
  return whole ? path : path.slice(0, path.lastIndexOf('/')) || '/';
}

function bySpecificity(a: FileContext, b: FileContext): number {
  return (
    Number(!hasMeta(a.pattern)) - Number(!hasMeta(b.pattern)) ||
    stem(a.pattern).length - stem(b.pattern).length ||
    a.pattern.length - b.pattern.length ||
    Number(a.kind !== 'any') - Number(b.kind !== 'any')
  );
}

function hasMeta(pattern: string): boolean {
  return stem(pattern).length < pattern.length;
}

/** The pattern up to its first unescaped special character. */
function stem(pattern: string): string {
  return /^(?:\\.|[^.^$?*+|[({\\])*/.exec(pattern)![0];
}
