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
  /** line → name of the section that a macro there brings, perhaps */
  readonly perhaps: ReadonlyMap<number, string>;
}

export interface Section {
  /** Without the percent sign, in lower case; `preamble` for what stands before the first header. */
  readonly name: string;
  readonly args: string;
  /** Index of its header; -1 for the preamble. */
  readonly header: number;
  /** Index of the next section's header, or the number of lines. */
  readonly end: number;
  /** A macro brings the header, perhaps: `%{?with_daemon:%files daemon}`. */
  readonly perhaps: boolean;
}

/**
 * Which sections each line from `from` on can belong to, by their headers, if before it the file is in one of `before`: what a condition takes out
 * leaves the section that was before it. What two conditions have in common is not known, so more sections can be named than there are ways.
 */
export function ownersOf(
  { lines, macro, perhaps }: SpecOutline,
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
    } else if (perhaps.has(i)) {
      current = new Set([...current, i]);
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
export function isText({ lines, macro, perhaps }: SpecOutline, i: number): boolean {
  const { text } = lines[i]!;
  if (macro[i] === 1) return true;
  if (perhaps.has(i)) return false;
  return !/^\s*$/.test(text) && ![COMMENT, BRANCH, SECTIONS].some((one) => one.test(text));
}

/** The name of the section whose header this line is or may bring, in lower case. */
export function sectionName({ lines, perhaps }: SpecOutline, i: number): string | undefined {
  return perhaps.get(i) ?? SECTIONS.exec(lines[i]!.text)?.[1]?.toLowerCase();
}

const COMMENT = /^\s*(#|%dnl\b)/;
const BRANCH = /^\s*%(if|ifarch|ifnarch|ifos|ifnos|elif|elifarch|elifos|else|endif)(?![A-Za-z_])/;
const NAMES =
  'package|description|prep|generate_buildrequires|conf|build|install|check|clean|(?:pre|post)(?:un)?(?:trans)?|pre(?:un)?trans|verifyscript|trigger\\w*|(?:trans)?filetrigger\\w*|files|changelog|sepolicy|patchlist|sourcelist';
const SECTIONS = new RegExp(`^%(${NAMES})(?=\\s|$)(.*)`, 'i');
/** `%{?with_daemon:%files daemon}`, `%{lua:print("%files\n")}` */
const WITHIN = new RegExp(`^\\s*%.*?[:\\s"']%(${NAMES})(?=[\\s}\\\\]|$)`, 'i');

/**
 * Macros of Fedora and openSUSE that bring sections: redhat-rpm-config, go-rpm-macros, fonts-rpm-macros, python-rpm-macros, javapackages-tools,
 * rpm-config-SUSE.
 */
const BRINGING: ReadonlyMap<string, string> = new Map([
  ...['ldconfig_scriptlets', 'ldconfig_post'].map((name) => [name, 'post'] as const),
  ['ldconfig_postun', 'postun'],
  ...['gopkgfiles', 'fontfiles'].map((name) => [name, 'files'] as const),
  ...[
    ...['gopkg', 'godevelpkg', 'goaltpkg', 'gometapkg', 'fontpkg', 'fontmetapkg', 'debug_package'],
    ...['mingw_debug_package', 'pyproject_extras_subpkg', 'python_extras_subpkg'],
    ...['javadoc_package', 'lang_package', 'python_subpackages', 'kernel_module_package'],
  ].map((name) => [name, 'package'] as const),
]);

/** The section that a line's macro brings, perhaps: one that is in sight, one of a known macro, or of a macro that the spec defines. */
function broughtBy(line: string, own: ReadonlyMap<string, string>): string | undefined {
  const within = WITHIN.exec(line)?.[1];
  if (within !== undefined) return within.toLowerCase();
  const macro = /^\s*%\{?[!?]*(\w+)/.exec(line)?.[1] ?? '';
  return own.get(macro) ?? BRINGING.get(macro);
}
const CONDITION = /^\s*%(if|ifarch|ifnarch|ifos|ifnos|endif)(?![A-Za-z_])/;

/** Finds sections, conditionals and macro bodies. Refuses a spec in which conditionals or macro bodies do not end. */
export function outlineOf(text: string): SpecOutline {
  const lines = linesOf(text);
  const outer = new Int32Array(lines.length).fill(-1);
  const macro = new Uint8Array(lines.length);
  const closes = new Map<number, number>();
  const open: number[] = [];
  const headers: Omit<Section, 'end'>[] = [];
  const perhaps = new Map<number, string>();
  /** Macros of the spec's own that bring a section. */
  const own = new Map<string, string>();
  let body: { from: number; depth: number; defines: string | undefined } | undefined;

  lines.forEach(({ text: line }, i) => {
    outer[i] = open[0] ?? -1;
    if (body !== undefined) {
      macro[i] = 1;
      const inside = SECTIONS.exec(line.trimStart())?.[1];
      if (body.defines !== undefined && inside !== undefined) {
        own.set(body.defines, inside.toLowerCase());
      } else if (body.defines === undefined && inside !== undefined && !perhaps.has(body.from)) {
        const name = inside.toLowerCase();
        headers.push({ name, args: '', header: body.from, perhaps: true });
        perhaps.set(body.from, name);
      }
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
    const definition = /^\s*%(?:define|global)\s+(\w+)\S*\s*/.exec(line);
    if (definition !== null) {
      const rest = line.slice(definition[0].length);
      const section = SECTIONS.exec(rest)?.[1] ?? WITHIN.exec(rest)?.[1];
      if (section !== undefined) own.set(definition[1]!, section.toLowerCase());
    }
    const depth = definition
      ? bracesAfter(line.slice(definition[0].length), 0, true)
      : bracesAfter(line, 0);
    if (depth > 0 || (definition && line.endsWith('\\'))) {
      body = { from: i, depth, defines: definition?.[1] };
      return;
    }
    if (definition !== null || condition !== undefined || BRANCH.test(line)) return;
    const section = SECTIONS.exec(line);
    const name = section?.[1]?.toLowerCase() ?? broughtBy(line, own);
    if (name === undefined) return;
    headers.push({ name, args: section?.[2]?.trim() ?? '', header: i, perhaps: section === null });
    if (section === null) perhaps.set(i, name);
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
  const preamble = { name: 'preamble', args: '', header: -1, perhaps: false };
  const sections = [preamble, ...headers].map((section, i) => ({
    ...section,
    end: headers[i]?.header ?? lines.length,
  }));
  return { lines, sections, outer, closes, macro, perhaps };
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
