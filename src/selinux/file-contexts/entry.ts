import { type Context, type FileKind, parseContext } from '../words/index.ts';
import { FileContextsError } from './file-contexts-error.ts';

/** A text with the name that people know it by. */
export interface ContextsFile {
  readonly name: string;
  readonly text: string;
}

/** One line of file contexts. */
export interface FileContextEntry {
  /** The regular expression, as written. */
  readonly pattern: string;
  readonly kind: FileKind;
  /** What a matching file is labelled; undefined is `<<none>>`: such a file keeps the label that it has. */
  readonly context: Context | undefined;
  /** What is wrong with a context that is none: libselinux notices when a file is to be labelled so, and the entry wins like any other. */
  readonly fault: FileContextsError | undefined;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The only path that the pattern matches, if it has no special characters; undefined for a real regular expression. */
  readonly literal: string | undefined;
  /** Counts the entries of all files in the order that they are read: a later regular expression beats an earlier one. */
  readonly order: number;
}

/**
 * The entries of one file, in its order (file_contexts(5)): a pattern, perhaps a kind, a context; further fields are ignored, as
 * libselinux does. Throws FileContextsError at the first line that is none of: blank, comment, entry.
 */
export function parseEntries({ name, text }: ContextsFile, firstOrder: number): FileContextEntry[] {
  const entries: FileContextEntry[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    line++;
    const entry = parseEntry(text.slice(start, end), name, line, firstOrder + entries.length);
    if (entry !== undefined) entries.push(entry);
    start = end + 1;
  }
  return entries;
}

function parseEntry(
  text: string,
  file: string,
  line: number,
  order: number,
): FileContextEntry | undefined {
  const fields = fieldsOf(text);
  if (fields.length === 0 || fields[0]!.startsWith('#')) return undefined;
  const fail = (problem: string): never => {
    throw new FileContextsError(file, line, problem);
  };
  for (const field of fields) {
    if (!ASCII.test(field)) fail('a field holds characters that are not printable ASCII');
    if (field.length >= LONGEST_FIELD) fail(`a field has ${LONGEST_FIELD} characters or more`);
  }
  const [pattern, second, third] = fields as [string, string?, string?];
  if (second === undefined) return fail('a pattern without a context; write `PATTERN CONTEXT`');
  const kind = third === undefined ? 'any' : KINDS[second];
  if (kind === undefined) {
    return fail(`\`${second}\` is no kind of file; the kinds are -- -d -l -s -p -b -c`);
  }
  const label = third ?? second;
  const context = label === '<<none>>' ? undefined : parseContext(label);
  const fault =
    context === undefined && label !== '<<none>>'
      ? new FileContextsError(
          file,
          line,
          `\`${label}\` is no context; write user:role:type[:range] or <<none>>`,
        )
      : undefined;
  return { pattern, kind, context, fault, file, line, literal: literalOf(pattern), order };
}

/** At most three fields; what separates them is what C's isspace calls a space. */
function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  const length = text.length;
  for (let i = 0; i < length && fields.length < 3; ) {
    while (i < length && isSpace(text.charCodeAt(i))) i++;
    const start = i;
    while (i < length && !isSpace(text.charCodeAt(i))) i++;
    if (i > start) fields.push(text.slice(start, i));
    if (fields.length === 1 && text[start] === '#') return [];
  }
  return fields;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 9 && code <= 13);
}

const ASCII = /^[\x21-\x7e]*$/;
/** libselinux keeps lengths in 16 bits. */
const LONGEST_FIELD = 65_535;

const KINDS: Readonly<Record<string, FileKind>> = {
  '--': 'file',
  '-d': 'dir',
  '-l': 'symlink',
  '-s': 'socket',
  '-p': 'pipe',
  '-b': 'block',
  '-c': 'char',
};

/**
 * The single path that a pattern stands for, or undefined. Only these characters may be escaped in it (libselinux 3.8); a pattern
 * with another escape, even of an ordinary character, counts as a regular expression.
 */
export function literalOf(pattern: string): string | undefined {
  if (!pattern.includes('\\')) return SPECIAL.test(pattern) ? undefined : pattern;
  let literal = '';
  for (let i = 0; i < pattern.length; i++) {
    let character = pattern[i]!;
    if (character === '\\') {
      character = pattern[++i] ?? '';
      if (character === '' || !ESCAPABLE.includes(character)) return undefined;
    } else if (SPECIAL.test(character)) return undefined;
    literal += character;
  }
  return literal;
}

const SPECIAL = /[.^$?*+|[({\])}]/;
const ESCAPABLE = '.^$?*+|[({])}-_,';
