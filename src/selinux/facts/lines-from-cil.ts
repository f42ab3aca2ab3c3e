/**
 * What a compiled module comes to, as lines of CIL, one for each permission, without its declarations. What an optional block requires must
 * `exist`, or the block is left out. Undefined where its lines cannot stand elsewhere: they name a set of types that the compiler declared for them.
 */
export function linesOfModule(
  text: string,
  exists: (name: string) => boolean,
): readonly string[] | undefined {
  const lines = parseCil(text).flatMap((each) => linesOf(each, exists));
  const sets = [...text.matchAll(/\(typeattribute (\w+)\)/g)].map((match) => match[1]!);
  return lines.some((line) => namesOneOf(line, sets)) ? undefined : [...new Set(lines)].sort();
}

export type Cil = string | readonly Cil[];

function linesOf(statement: Cil, exists: (name: string) => boolean): string[] {
  if (typeof statement === 'string') return [];
  const [kind, first, second, third] = statement;
  switch (kind) {
    case 'typeattributeset':
    case 'roleattributeset':
      return first === 'cil_gen_require' ? [] : [cilText(statement)];
    case 'type':
    case 'typeattribute':
      return [];
    case 'roletype':
      return first === 'object_r' ? [] : [cilText(statement)];
    case 'optional': {
      const inside = statement.slice(2);
      return requiredBy(inside).every(exists)
        ? inside.flatMap((each) => linesOf(each, exists))
        : [];
    }
    case 'booleanif':
      return statement.slice(2).flatMap((branch) => {
        const [value, ...inside] = branch as readonly Cil[];
        return inside
          .flatMap((each) => linesOf(each, exists))
          .map((line) => `(booleanif ${cilText(first!)} (${cilText(value!)} ${line}))`);
      });
    case 'allow':
    case 'dontaudit': {
      const [tclass, permissions] = third as readonly [string, readonly string[]];
      return permissions.map(
        (permission) =>
          `(${kind} ${cilText(first!)} ${cilText(second!)} (${tclass} (${permission})))`,
      );
    }
    default:
      return [cilText(statement)];
  }
}

function requiredBy(statements: readonly Cil[]): string[] {
  return statements.flatMap(([kind, set, name]) =>
    kind === 'typeattributeset' && set === 'cil_gen_require' ? [String(name)] : [],
  );
}

function namesOneOf(line: string, sets: readonly string[]): boolean {
  return [...line.matchAll(/\w+/g)].some(([word]) => sets.includes(word));
}

function cilText(cil: Cil): string {
  return typeof cil === 'string' ? cil : `(${cil.map(cilText).join(' ')})`;
}

/** Lists in parentheses, words, texts in quotes; `;` begins a comment. */
export function parseCil(text: string): Cil[] {
  const top: Cil[] = [];
  const open: Cil[][] = [top];
  for (const [token] of text.matchAll(/;[^\n]*|"[^"]*"|[()]|[^\s()";]+/g)) {
    if (token.startsWith(';')) continue;
    if (token === '(') {
      const list: Cil[] = [];
      open.at(-1)!.push(list);
      open.push(list);
    } else if (token === ')') open.pop();
    else open.at(-1)!.push(token);
  }
  return top;
}
