import type { Cursor } from '../cursor.ts';
import type {
  ClassId,
  Constraint,
  ConstraintOperand,
  ConstraintRelation,
  ConstraintTerm,
  TypeSet,
} from '../policydb.ts';
import type { ForwardReferences, ReferenceTable } from '../references.ts';
import { readEbitmap } from './ebitmap.ts';
import type { Header } from './header.ts';

export interface ConstraintPlace {
  readonly tclass: ClassId;
  /** How many permissions the class has. */
  readonly permissions: number;
  /** Whether this is a validatetrans list, where a third context exists. */
  readonly relabel: boolean;
}

/** `count` constraints of one class: a permission mask and a postfix expression each. */
export function readConstraints(
  cursor: Cursor,
  header: Header,
  count: number,
  { tclass, permissions, relabel }: ConstraintPlace,
  references: ForwardReferences,
): Constraint[] {
  const mask = permissions === 32 ? 0xffffffff : 2 ** permissions - 1;
  const constraints: Constraint[] = [];
  for (let i = 0; i < count; i++) {
    const bits = (cursor.u32() & mask) >>> 0;
    const expression = readExpression(cursor, header, relabel, references);
    constraints.push({
      tclass,
      permissions: bits,
      expression,
      mls: expression.some((term) => term.op === 'compare' && /^[lh]/.test(term.left)),
    });
  }
  return constraints;
}

function readExpression(
  cursor: Cursor,
  header: Header,
  relabel: boolean,
  references: ForwardReferences,
): ConstraintTerm[] {
  const at = cursor.offset;
  const count = cursor.count('expression terms', 12);
  const expression: ConstraintTerm[] = [];
  // As the kernel evaluates it: operands are pushed, `not` needs one, `and` and `or` take two and leave one.
  let depth = 0;
  for (let i = 0; i < count; i++) {
    const termAt = cursor.offset;
    const kind = cursor.u32();
    const attribute = cursor.u32();
    const operator = cursor.u32();
    switch (kind) {
      case NOT:
        if (depth < 1) cursor.fail('`not` has no operand', termAt);
        expression.push({ op: 'not' });
        break;
      case AND:
      case OR:
        if (depth < 2) cursor.fail('`and` or `or` lacks an operand', termAt);
        depth--;
        expression.push({ op: kind === AND ? 'and' : 'or' });
        break;
      case ATTRIBUTE:
        depth++;
        expression.push(comparison(cursor, attribute, operator, termAt));
        break;
      case NAMES:
        depth++;
        expression.push(
          namesTerm(cursor, { header, relabel, references }, attribute, operator, termAt),
        );
        break;
      default:
        cursor.fail(`a constraint's term ${kind} has no meaning`, termAt);
    }
    if (depth > DEEPEST) cursor.fail(`a constraint is nested deeper than ${DEEPEST}`, termAt);
  }
  if (depth !== 1) cursor.fail(`a constraint's expression leaves ${depth} values, not 1`, at);
  return expression;
}

function comparison(
  cursor: Cursor,
  attribute: number,
  operator: number,
  termAt: number,
): ConstraintTerm {
  const [left, right] =
    COMPARED[attribute] ??
    cursor.fail(`a constraint compares attribute ${attribute}, which has no meaning`, termAt);
  const relation = relationOf(cursor, operator, termAt);
  if (UNORDERED.test(left) && relation !== '==' && relation !== '!=') {
    cursor.fail('a constraint orders users or types, which have no order', termAt);
  }
  return { op: 'compare', relation, left, right };
}

function namesTerm(
  cursor: Cursor,
  policy: {
    readonly header: Header;
    readonly relabel: boolean;
    readonly references: ForwardReferences;
  },
  attribute: number,
  operator: number,
  termAt: number,
): ConstraintTerm {
  const { header, relabel, references } = policy;
  const operand =
    NAMED[attribute] ??
    cursor.fail(`a constraint names attribute ${attribute}, which has no meaning`, termAt);
  if (!relabel && operand.endsWith('3')) {
    cursor.fail('a constraint looks at a third context, which only validatetrans has', termAt);
  }
  const relation = relationOf(cursor, operator, termAt);
  if (relation !== '==' && relation !== '!=') {
    cursor.fail('a constraint compares a set of names by order', termAt);
  }
  const table = NAMED_TABLE[operand[0]!]!;
  const setAt = cursor.offset;
  const ids = readEbitmap<number>(cursor);
  references.note(table, ids, cursor.section, setAt);
  const written = header.has('constraintNames')
    ? readTypeSet(cursor, table, references)
    : undefined;
  return { op: 'names', relation, operand, ids, written };
}

/** The set as its author wrote it. Its ids are display only, so a stray one is left to those who print it. */
function readTypeSet(
  cursor: Cursor,
  table: ReferenceTable,
  references: ForwardReferences,
): TypeSet {
  const at = cursor.offset;
  const types = readEbitmap<number>(cursor);
  const excluded = readEbitmap<number>(cursor);
  references.note(table, types, cursor.section, at);
  references.note(table, excluded, cursor.section, at);
  const flagsAt = cursor.offset;
  const flags = cursor.u32();
  if (flags > (STAR | COMPLEMENT)) cursor.fail(`a set's flags ${flags} have no meaning`, flagsAt);
  return { types, excluded, star: (flags & STAR) !== 0, complement: (flags & COMPLEMENT) !== 0 };
}

function relationOf(cursor: Cursor, operator: number, at: number): ConstraintRelation {
  return (
    RELATION[operator] ?? cursor.fail(`a constraint's operator ${operator} has no meaning`, at)
  );
}

const NOT = 1;
const AND = 2;
const OR = 3;
const ATTRIBUTE = 4;
const NAMES = 5;

const STAR = 1;
const COMPLEMENT = 2;

/** The kernel's CEXPR_MAXDEPTH. */
const DEEPEST = 5;

const UNORDERED = /^[ut]/;

const RELATION: Readonly<Record<number, ConstraintRelation>> = {
  1: '==',
  2: '!=',
  3: 'dom',
  4: 'domby',
  5: 'incomp',
};

const COMPARED: Readonly<Record<number, readonly [ConstraintOperand, ConstraintOperand]>> = {
  1: ['u1', 'u2'],
  2: ['r1', 'r2'],
  4: ['t1', 't2'],
  32: ['l1', 'l2'],
  64: ['l1', 'h2'],
  128: ['h1', 'l2'],
  256: ['h1', 'h2'],
  512: ['l1', 'h1'],
  1024: ['l2', 'h2'],
};

const NAMED: Readonly<Record<number, ConstraintOperand>> = {
  1: 'u1',
  2: 'r1',
  4: 't1',
  9: 'u2',
  10: 'r2',
  12: 't2',
  17: 'u3',
  18: 'r3',
  20: 't3',
};

const NAMED_TABLE: Readonly<Record<string, ReferenceTable>> = {
  u: 'user',
  r: 'role',
  t: 'type',
};
