import {
  type ClassId,
  type Constraint,
  type ConstraintOperand,
  type ConstraintTerm,
  type ContextIds,
  type Level,
  NONE,
  type PolicyDb,
  type RoleId,
} from '../../policydb/index.ts';
import { dominates, levelEquals } from '../level.ts';

/** The constraints of a class; for classes without any, the same empty list. */
export function constraintsOf(db: PolicyDb, tclass: ClassId): readonly Constraint[] {
  let lists = byClass.get(db);
  if (lists === undefined) {
    lists = db.classes.names.map(() => []);
    for (const constraint of db.constraints) lists[constraint.tclass]!.push(constraint);
    byClass.set(db, lists);
  }
  return lists[tclass]!;
}

const byClass = new WeakMap<PolicyDb, Constraint[][]>();

/**
 * The mask of permissions that two contexts may have at most on a class: what constraints and, for a process that changes its role, the
 * role allow rules leave. Where the source's type has a parent (typebounds), the parent's contexts must pass too.
 */
export function permittedByContexts(
  db: PolicyDb,
  source: ContextIds,
  target: ContextIds,
  tclass: ClassId,
): number {
  let permitted = db.classes.allPermissions[tclass]!;
  for (const { permissions, expression } of constraintsOf(db, tclass)) {
    if ((permitted & permissions) === 0) continue;
    if (!constraintHolds(db, expression, source, target)) permitted &= ~permissions;
  }
  const transitions = roleChecked(db, tclass);
  if ((permitted & transitions) !== 0 && source.role !== target.role) {
    if (!roleMayChange(db, source.role, target.role)) permitted &= ~transitions;
  }
  const parent = db.types.bounds[source.type]!;
  if (parent !== NONE && permitted !== 0) {
    const targetParent = db.types.bounds[target.type]!;
    permitted &= permittedByContexts(
      db,
      { ...source, type: parent },
      targetParent === NONE ? target : { ...target, type: targetParent },
      tclass,
    );
  }
  return permitted >>> 0;
}

/** Whether a constraint's expression is true for two contexts. */
export function constraintHolds(
  db: PolicyDb,
  expression: readonly ConstraintTerm[],
  source: ContextIds,
  target: ContextIds,
): boolean {
  return evaluate(db, expression, source, target) === TRUE;
}

/**
 * Whether an expression is true for some levels, as far as that can be told without choosing them: `false` is certain, for every
 * level. The contexts' ranges are not looked at.
 */
export function mayHoldForSomeLevels(
  db: PolicyDb,
  expression: readonly ConstraintTerm[],
  source: ContextIds,
  target: ContextIds,
): boolean {
  const anyRange = { range: undefined };
  return evaluate(db, expression, { ...source, ...anyRange }, { ...target, ...anyRange }) !== FALSE;
}

/** The permissions of a class that also need a role allow rule when the role changes: those of `process` that change a domain. */
export function roleChecked(db: PolicyDb, tclass: ClassId): number {
  if (db.classes.names[tclass] !== 'process') return 0;
  const bits = db.classes.permissionBits[tclass]!;
  let mask = 0;
  for (const name of ['transition', 'dyntransition']) {
    const bit = bits.get(name);
    if (bit !== undefined) mask |= 1 << bit;
  }
  return mask;
}

export function roleMayChange({ roleAllows }: PolicyDb, from: RoleId, to: RoleId): boolean {
  for (let i = 0; i < roleAllows.count; i++) {
    if (roleAllows.source[i] === from && roleAllows.target[i] === to) return true;
  }
  return false;
}

/** Kleene's three values: `and` is the least of two, `or` the greatest, `not` the opposite. */
type Truth = -1 | 0 | 1;
const TRUE = 1;
const FALSE = -1;
const UNKNOWN = 0;

function evaluate(
  db: PolicyDb,
  expression: readonly ConstraintTerm[],
  source: ContextIds,
  target: ContextIds,
): Truth {
  const stack: Truth[] = [];
  for (const term of expression) {
    switch (term.op) {
      case 'not':
        stack.push(-stack.pop()! as Truth);
        break;
      case 'and':
        stack.push(Math.min(stack.pop()!, stack.pop()!) as Truth);
        break;
      case 'or':
        stack.push(Math.max(stack.pop()!, stack.pop()!) as Truth);
        break;
      case 'names': {
        const is = term.ids.has(identityOf(term.operand, source, target));
        stack.push(is === (term.relation === '==') ? TRUE : FALSE);
        break;
      }
      case 'compare':
        stack.push(compare(db, term, source, target));
        break;
    }
  }
  return stack[0]!;
}

function compare(
  db: PolicyDb,
  { relation, left, right }: Extract<ConstraintTerm, { op: 'compare' }>,
  source: ContextIds,
  target: ContextIds,
): Truth {
  if (left[0] === 'l' || left[0] === 'h') {
    const a = levelOf(left, source, target);
    const b = levelOf(right, source, target);
    if (a === undefined || b === undefined) return UNKNOWN;
    switch (relation) {
      case '==':
        return levelEquals(a, b) ? TRUE : FALSE;
      case '!=':
        return levelEquals(a, b) ? FALSE : TRUE;
      case 'dom':
        return dominates(a, b) ? TRUE : FALSE;
      case 'domby':
        return dominates(b, a) ? TRUE : FALSE;
      case 'incomp':
        return dominates(a, b) || dominates(b, a) ? FALSE : TRUE;
    }
  }
  const a = identityOf(left, source, target);
  const b = identityOf(right, source, target);
  if (relation === '==') return a === b ? TRUE : FALSE;
  if (relation === '!=') return a === b ? FALSE : TRUE;
  // Only roles have an order besides levels.
  const over = db.roles.dominates[a]!.has(b as RoleId);
  const under = db.roles.dominates[b]!.has(a as RoleId);
  if (relation === 'dom') return over ? TRUE : FALSE;
  if (relation === 'domby') return under ? TRUE : FALSE;
  return over || under ? FALSE : TRUE;
}

/** The user, role or type of the operand's context. */
function identityOf(operand: ConstraintOperand, source: ContextIds, target: ContextIds): number {
  const context = operand[1] === '1' ? source : target;
  if (operand[0] === 'u') return context.user;
  return operand[0] === 'r' ? context.role : context.type;
}

function levelOf(
  operand: ConstraintOperand,
  source: ContextIds,
  target: ContextIds,
): Level | undefined {
  const { range } = operand[1] === '1' ? source : target;
  return operand[0] === 'l' ? range?.low : range?.high;
}
