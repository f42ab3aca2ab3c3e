import type { PolicyDb } from '../policydb/index.ts';

/** A conditional as a person writes it: `a && !b`; for its false branch the negation. */
export function conditionText(db: PolicyDb, conditional: number, branch: boolean): string {
  const OPERATOR = { and: '&&', or: '||', xor: '^', eq: '==', neq: '!=' } as const;
  const stack: string[] = [];
  for (const term of db.conditionals[conditional]!.expression) {
    if (term.op === 'boolean') stack.push(db.booleans.names[term.boolean]!);
    else if (term.op === 'not') stack.push(`!${stack.pop()}`);
    else {
      const right = stack.pop();
      stack.push(`(${stack.pop()} ${OPERATOR[term.op]} ${right})`);
    }
  }
  const text = stack.pop()!.replace(/^\((.*)\)$/, '$1');
  return branch ? text : text.includes(' ') ? `!(${text})` : `!${text}`;
}
