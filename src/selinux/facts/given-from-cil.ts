import type { Condition, Given } from './facts.ts';
import { type Cil, parseCil } from './lines-from-cil.ts';

/**
 * What a compiled module gives, from the CIL that the distribution's own converter makes of it (`pp`). Optional blocks count where
 * `exists` knows all types and attributes that they require. Names stay as they are written.
 */
export function givenFromCil(text: string, exists: (name: string) => boolean): Given[] {
  const given: Given[] = [];
  for (const statement of parseCil(text)) collect(statement, undefined, exists, given);
  return given;
}

function collect(
  statement: Cil,
  condition: Condition | undefined,
  exists: (name: string) => boolean,
  given: Given[],
): void {
  if (typeof statement === 'string') return;
  const [kind, first, second, third, fourth] = statement;
  switch (kind) {
    case 'allow':
    case 'dontaudit': {
      const [tclass, permissions] = third as [string, readonly string[]];
      const [source, target] = [String(first), String(second)];
      given.push({
        kind,
        source,
        target: target === 'self' ? source : target,
        tclass,
        permissions,
        condition,
      });
      break;
    }
    case 'typetransition':
      // With a name there are five; the last is the result.
      given.push({
        kind: 'type_transition',
        source: String(first),
        target: String(second),
        tclass: String(third),
        result: String(statement[5] ?? fourth),
      });
      break;
    case 'typeattributeset':
      if (first === 'cil_gen_require' || typeof second === 'string') break;
      for (const type of second ?? []) {
        if (typeof type === 'string')
          given.push({ kind: 'attribute', type, attribute: String(first) });
      }
      break;
    case 'optional': {
      const inside = statement.slice(2);
      if (required(inside).every(exists)) {
        for (const each of inside) collect(each, condition, exists, given);
      }
      break;
    }
    case 'booleanif':
      for (const branch of statement.slice(2)) {
        const [value, ...inside] = branch as readonly Cil[];
        const under = { boolean: flat(first!), value: value === 'true' };
        for (const each of inside) collect(each, under, exists, given);
      }
      break;
  }
}

function required(statements: readonly Cil[]): string[] {
  return statements.flatMap((statement) => {
    const [kind, set, name] = statement as readonly Cil[];
    return kind === 'typeattributeset' && set === 'cil_gen_require' ? [String(name)] : [];
  });
}

function flat(expression: Cil): string {
  return typeof expression === 'string' ? expression : expression.map(flat).join(' ');
}
