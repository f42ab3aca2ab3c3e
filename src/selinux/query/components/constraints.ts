import type { Constraint, PolicyDb } from '../../policydb/index.ts';
import { constraintText } from '../constraint-text.ts';
import { type Component, setText, sorted, sortedNames } from './component.ts';

export const constraints: Component = {
  name: 'constraints',
  summary: 'conditions that permissions of a class depend on (constrain, mlsconstrain)',
  selector: 'CLASS',
  entries: (db) => listed(db, db.constraints),
};

export const validateTransitions: Component = {
  name: 'validatetrans',
  summary: 'conditions on relabelling (validatetrans, mlsvalidatetrans)',
  selector: 'CLASS',
  entries: (db) => listed(db, db.validateTransitions),
};

function listed(db: PolicyDb, all: readonly Constraint[]): ReturnType<Component['entries']> {
  return sorted(
    all.map((constraint) => {
      const { tclass, permissions: mask, mls } = constraint;
      const name = db.classes.names[tclass]!;
      const permissions = sortedNames(
        db.classes.permissions[tclass]!.filter((_, bit) => (mask >>> bit) & 1),
      );
      const relabel = all === db.validateTransitions;
      const statement = `${mls ? 'mls' : ''}${relabel ? 'validatetrans' : 'constrain'}`;
      const expression = constraintText(db, constraint.expression);
      const text = `${statement} ${name} ${relabel ? '' : `${setText(permissions)} `}(${expression});`;
      return {
        key: name,
        text,
        expanded: text,
        data: { statement, class: name, ...(relabel ? {} : { permissions }), expression },
      };
    }),
  );
}
