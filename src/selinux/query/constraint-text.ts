import type { ConstraintTerm, IdSet, PolicyDb } from '../policydb/index.ts';

/**
 * A constraint's expression as policy sources write it, with the parentheses that it needs: `not` binds closest, then `and`, then
 * `or`. Sets stand as their author wrote them where the policy still knows that.
 */
export function constraintText(db: PolicyDb, expression: readonly ConstraintTerm[]): string {
  const stack: Part[] = [];
  for (const term of expression) {
    switch (term.op) {
      case 'not':
        stack.push({ text: `not ${inside(stack.pop()!, NOT)}`, binds: NOT });
        break;
      case 'and':
      case 'or': {
        const binds = term.op === 'and' ? AND : OR;
        const right = stack.pop()!;
        const left = stack.pop()!;
        stack.push({ text: `${inside(left, binds)} ${term.op} ${inside(right, binds)}`, binds });
        break;
      }
      case 'compare':
        stack.push({ text: `${term.left} ${term.relation} ${term.right}`, binds: NOT });
        break;
      case 'names':
        stack.push({ text: `${term.operand} ${term.relation} ${namesText(db, term)}`, binds: NOT });
        break;
    }
  }
  return stack[0]!.text;
}

interface Part {
  readonly text: string;
  readonly binds: number;
}

const OR = 0;
const AND = 1;
const NOT = 2;

function inside(part: Part, binds: number): string {
  return part.binds < binds ? `(${part.text})` : part.text;
}

function namesText(db: PolicyDb, term: Extract<ConstraintTerm, { op: 'names' }>): string {
  const table = { u: db.users, r: db.roles, t: db.types }[term.operand[0] as 'u' | 'r' | 't'];
  const names = (ids: IdSet<number>): string[] => ids.toArray().map((id) => table.names[id]!);
  const { written } = term;
  const list =
    written !== undefined && !written.types.isEmpty() && written.excluded.isEmpty()
      ? names(written.types)
      : names(term.ids);
  return list.length === 1 ? list[0]! : `{ ${list.join(' ')} }`;
}
