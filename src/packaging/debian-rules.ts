import type { Line } from './package-blocks.ts';

/** One rule of make in `debian/rules`. */
export interface MakeRule {
  /** Index of its first line. */
  readonly line: number;
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** Commands with their lines, without the tab. Comments are left out. */
  readonly recipe: { readonly text: string; readonly line: number }[];
  readonly doubleColon: boolean;
}

/** A variable that is set, in the file or for one target. */
export interface MakeVariable {
  readonly line: number;
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  readonly exported: boolean;
  /** Set whatever conditions hold. */
  readonly unconditional: boolean;
}

/** As much of a makefile as can be read without running it. Included files are not looked into. */
export interface Makefile {
  readonly rules: readonly MakeRule[];
  readonly variables: readonly MakeVariable[];
  /** Where what recipes begin with is changed from a tab: from there on, rules can be neither read nor added. */
  readonly recipePrefix: number | undefined;
  /** Names of included files, with the index of the line. */
  readonly includes: readonly { readonly text: string; readonly line: number }[];
}

export function makefileOf(lines: readonly Line[]): Makefile {
  const rules: MakeRule[] = [];
  const variables: MakeVariable[] = [];
  const includes: { text: string; line: number }[] = [];
  const exported = new Set<string>();
  let conditions = 0;
  let defining = false;
  let current: MakeRule | undefined;
  for (const { text, line } of logicalLines(lines)) {
    if (defining) {
      defining = !/^\s*endef\b/.test(text);
    } else if (text.startsWith('\t') && current !== undefined) {
      if (!/^\s*(#|$)/.test(text)) current.recipe.push({ text: text.slice(1), line });
    } else if (/^\s*(#|$)/.test(text)) {
      // Neither ends a recipe.
    } else if (/^\s*(ifeq|ifneq|ifdef|ifndef)\b/.test(text)) {
      conditions++;
    } else if (/^\s*(else|endif)\b/.test(text)) {
      if (/^\s*endif/.test(text)) conditions--;
    } else if (/^\s*(override\s+|export\s+)*define\b/.test(text)) {
      defining = true;
    } else if (/^\s*[-s]?include\b/.test(text)) {
      includes.push({ text: text.replace(/^\s*[-s]?include\s+/, ''), line });
    } else {
      const names = /^\s*export((?:\s+[\w.-]+)*)\s*$/.exec(text)?.[1];
      if (names !== undefined) {
        // Without a name it is all of them.
        for (const name of names.trim() === '' ? ['*'] : names.trim().split(/\s+/))
          exported.add(name);
        continue;
      }
      const variable = variableOf(text, line, conditions === 0);
      if (variable !== undefined) {
        variables.push(variable);
        continue;
      }
      current = ruleOf(text, line);
      if (current === undefined) continue;
      rules.push(current);
      if (current.targets.includes('.EXPORT_ALL_VARIABLES')) exported.add('*');
    }
  }
  return {
    rules,
    variables: variables.map((one) => ({
      ...one,
      exported: one.exported || exported.has(one.name) || exported.has('*'),
    })),
    includes,
    recipePrefix: variables.find(({ name }) => name === '.RECIPEPREFIX')?.line,
  };
}

/** Lines with those that a backslash continues. */
function logicalLines(lines: readonly Line[]): { text: string; line: number }[] {
  const joined: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  lines.forEach(({ text }, line) => {
    open = open ? { ...open, text: `${open.text} ${text.trim()}` } : { text, line };
    if (text.endsWith('\\')) {
      open.text = open.text.slice(0, -1);
    } else {
      joined.push(open);
      open = undefined;
    }
  });
  return open ? [...joined, open] : joined;
}

/** `NAME = value`, exported or not, also as a target has it for itself. */
function variableOf(text: string, line: number, unconditional: boolean): MakeVariable | undefined {
  const match =
    /^([^:=#]+:(?![:=])\s*)?\s*((?:(?:export|override|private)\s+)*)([\w.-]+)\s*(::?:?=|\?=|\+=|!=|=)\s*(.*?)\s*(?<!\\)(#.*)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  return {
    line,
    name: match[3]!,
    operator: match[4]!,
    value: match[5]!,
    exported: /\bexport\b/.test(match[2]!),
    unconditional: unconditional && match[1] === undefined,
  };
}

function ruleOf(text: string, line: number): MakeRule | undefined {
  const match = /^([^\s#:=][^:=#]*?)\s*(::?)(?!=)([^;#]*)(?:;(.*))?/.exec(text);
  if (match === null) return undefined;
  const words = (list: string): string[] => list.split(/\s+/).filter((word) => word !== '');
  return {
    line,
    targets: words(match[1]!),
    prerequisites: words(match[3]!),
    recipe: match[4] === undefined ? [] : [{ text: match[4], line }],
    doubleColon: match[2] === '::',
  };
}
