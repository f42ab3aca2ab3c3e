import { type Line, linesOf } from './package-blocks.ts';
import { PackagingRefusal } from './package-refusal.ts';

/** A spec file as far as it must be understood to put something between its lines. */
export interface SpecOutline {
  readonly lines: readonly Line[];
  /** In the order of the file. */
  readonly sections: readonly Section[];
  /** line → index of the `%if` of the outermost conditional around it | -1. The lines of the `%if` and `%endif` count as inside. */
  readonly outer: Int32Array;
  /** index of an outermost `%if` → index of its `%endif` */
  readonly closes: ReadonlyMap<number, number>;
  /** Lines inside a macro's body: nothing in them is what it seems. */
  readonly macro: Uint8Array;
}

export interface Section {
  /** Without the percent sign, in lower case; `preamble` for what stands before the first header. */
  readonly name: string;
  readonly args: string;
  /** Index of its header; -1 for the preamble. */
  readonly header: number;
  /** Index of the next section's header, or the number of lines. */
  readonly end: number;
}

/**
 * Which sections each line from `from` on can belong to, by their headers, if before it the file is in one of `before`: what a condition takes out
 * leaves the section that was before it. What two conditions have in common is not known, so more sections can be named than there are ways.
 */
export function ownersOf(
  { lines, macro }: SpecOutline,
  from: number,
  before: ReadonlySet<number>,
): ReadonlySet<number>[] {
  let current = before;
  const open: { entered: ReadonlySet<number>; left: Set<number>; otherwise: boolean }[] = [];
  return lines.slice(from).map(({ text }, k) => {
    const i = from + k;
    if (macro[i] === 1) {
      // Whether a macro brings the section that stands in it is not known.
      if (SECTIONS.test(text)) current = new Set([...current, i]);
    } else if (!COMMENT.test(text)) {
      const word = BRANCH.exec(text)?.[1];
      const inner = open.at(-1);
      if (word === undefined) {
        if (SECTIONS.test(text)) current = new Set([i]);
      } else if (/^(el|endif)/.test(word)) {
        if (inner === undefined) return current;
        for (const one of current) inner.left.add(one);
        if (word === 'else') inner.otherwise = true;
        current = inner.entered;
        if (word === 'endif') {
          open.pop();
          current = new Set([...inner.left, ...(inner.otherwise ? [] : inner.entered)]);
        }
      } else {
        open.push({ entered: current, left: new Set(), otherwise: false });
      }
    }
    return current;
  });
}

/** Whether a line says something in the section that it stands in. */
export function isText({ lines, macro }: SpecOutline, i: number): boolean {
  const { text } = lines[i]!;
  if (macro[i] === 1) return true;
  return !/^\s*$/.test(text) && ![COMMENT, BRANCH, SECTIONS].some((one) => one.test(text));
}

/** The name of the section whose header this line is, in lower case. */
export function sectionName(text: string): string | undefined {
  return SECTIONS.exec(text)?.[1]?.toLowerCase();
}

const COMMENT = /^\s*(#|%dnl\b)/;
const BRANCH = /^\s*%(if|ifarch|ifnarch|ifos|ifnos|elif|elifarch|elifos|else|endif)(?![A-Za-z_])/;
const SECTIONS =
  /^%(package|description|prep|generate_buildrequires|conf|build|install|check|clean|(?:pre|post)(?:un)?(?:trans)?|pre(?:un)?trans|verifyscript|trigger\w*|(?:trans)?filetrigger\w*|files|changelog|sepolicy|patchlist|sourcelist)(?=\s|$)(.*)/i;
const CONDITION = /^\s*%(if|ifarch|ifnarch|ifos|ifnos|endif)(?![A-Za-z_])/;

/** Finds sections, conditionals and macro bodies. Refuses a spec in which conditionals or macro bodies do not end. */
export function outlineOf(text: string): SpecOutline {
  const lines = linesOf(text);
  const outer = new Int32Array(lines.length).fill(-1);
  const macro = new Uint8Array(lines.length);
  const closes = new Map<number, number>();
  const open: number[] = [];
  const headers: { name: string; args: string; header: number }[] = [];
  let body: { from: number; depth: number } | undefined;

  lines.forEach(({ text: line }, i) => {
    outer[i] = open[0] ?? -1;
    if (body !== undefined) {
      macro[i] = 1;
      body.depth = bracesAfter(line, body.depth);
      if (body.depth === 0 && !line.endsWith('\\')) body = undefined;
      return;
    }
    if (COMMENT.test(line)) return;
    const condition = CONDITION.exec(line)?.[1];
    if (condition === 'endif') {
      const opener = open.pop();
      if (opener === undefined)
        throw new PackagingRefusal(i + 1, '`%endif` without `%if`', 'correct the spec first');
      if (open.length === 0) closes.set(opener, i);
      return;
    }
    if (condition !== undefined) {
      open.push(i);
      outer[i] = open[0]!;
    }
    const definition = /^\s*%(define|global)\s+\S+\s*/.exec(line);
    const depth = definition
      ? bracesAfter(line.slice(definition[0].length), 0, true)
      : bracesAfter(line, 0);
    if (depth > 0 || (definition && line.endsWith('\\'))) {
      body = { from: i, depth };
      return;
    }
    const section = SECTIONS.exec(line);
    if (section)
      headers.push({ name: section[1]!.toLowerCase(), args: section[2]!.trim(), header: i });
  });
  if (open.length > 0) {
    const condition = lines[open.at(-1)!]!.text.trim();
    throw new PackagingRefusal(
      open.at(-1)! + 1,
      `\`${condition}\` has no \`%endif\``,
      'correct the spec first',
    );
  }
  if (body !== undefined)
    throw new PackagingRefusal(
      body.from + 1,
      'a macro starts here and does not end',
      'balance its braces',
    );
  const sections = [{ name: 'preamble', args: '', header: -1 }, ...headers].map((section, i) => ({
    ...section,
    end: headers[i]?.header ?? lines.length,
  }));
  return { lines, sections, outer, closes, macro };
}

/**
 * How many braces are open at the end of a line. Outside a macro only `%{` opens; inside, every brace counts, as rpm does. The body of a
 * definition (`always`) may start with a plain brace.
 */
function bracesAfter(line: string, before: number, always = false): number {
  let depth = before;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '%' && line[i + 1] === '%') i++;
    else if (c === '{' && (depth > 0 || always || line[i - 1] === '%')) depth++;
    else if (c === '}' && depth > 0) depth--;
  }
  return depth;
}
