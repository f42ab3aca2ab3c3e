import type { Cursor } from '../cursor.ts';
import type { BooleanId, Conditional, ConditionalTerm, RuleSpan } from '../policydb.ts';
import { readRules } from './avtab.ts';
import type { Header } from './header.ts';
import type { RuleColumns } from './rule-columns.ts';
import type { Symbols } from './symbol-tables.ts';

/** Conditionals: an expression over booleans, and the rules of its two branches, which join the other rules' table. */
export function readConditionals(
  cursor: Cursor,
  header: Header,
  symbols: Symbols,
  columns: RuleColumns,
): readonly Conditional[] {
  cursor.begin('conditionals');
  const count = cursor.count('conditionals', 16);
  const conditionals: Conditional[] = [];
  for (let i = 0; i < count; i++) {
    const at = cursor.offset;
    // The state that the compiler worked out. It follows from the booleans, so it is checked for form only.
    const state = cursor.u32();
    if (state > 1 && state !== UNDEFINED) {
      cursor.fail(`a conditional's state is ${state}, not 0 or 1`, at);
    }
    const expression = readExpression(cursor, symbols.booleans.names.length);
    const branch = (branch: 0 | 1): RuleSpan => {
      const from = columns.next;
      readRules(cursor, header, symbols, columns, { conditional: i, branch });
      return { from, to: columns.next };
    };
    const whenTrue = branch(1);
    const whenFalse = branch(0);
    conditionals.push({ expression, whenTrue, whenFalse });
  }
  return conditionals;
}

function readExpression(cursor: Cursor, booleans: number): ConditionalTerm[] {
  const at = cursor.offset;
  const count = cursor.count('expression terms', 8);
  const expression: ConditionalTerm[] = [];
  let depth = 0;
  for (let i = 0; i < count; i++) {
    const termAt = cursor.offset;
    const kind = cursor.u32();
    const value = cursor.u32();
    if (kind === BOOLEAN) {
      depth++;
      const boolean = cursor.checkedId(value, booleans, 'boolean', termAt + 4) as BooleanId;
      expression.push({ op: 'boolean', boolean });
    } else {
      const op =
        OPERATOR[kind] ?? cursor.fail(`a conditional's term ${kind} has no meaning`, termAt);
      if (depth < (op === 'not' ? 1 : 2)) cursor.fail(`\`${op}\` lacks an operand`, termAt);
      if (op !== 'not') depth--;
      expression.push({ op });
    }
    if (depth > DEEPEST) cursor.fail(`a conditional is nested deeper than ${DEEPEST}`, termAt);
  }
  if (depth !== 1) cursor.fail(`a conditional's expression leaves ${depth} values, not 1`, at);
  return expression;
}

/** -1: the compiler could not evaluate it. */
const UNDEFINED = 0xffffffff;

const BOOLEAN = 1;

/** The kernel's COND_EXPR_MAXDEPTH. */
const DEEPEST = 10;

const OPERATOR: Readonly<Record<number, 'not' | 'or' | 'and' | 'xor' | 'eq' | 'neq'>> = {
  2: 'not',
  3: 'or',
  4: 'and',
  5: 'xor',
  6: 'eq',
  7: 'neq',
};
