import { type PolicyDb, RuleKind } from '../src/selinux/policydb/index.ts';

/**
 * CIL text of a policy with `times` as many types, attributes and unconditional rules as `db`: copies side by side, their names
 * numbered, and a fifth of the allow rules once more from each copy to the next, so that paths lead across.
 */
export function largerPolicy(db: PolicyDb, times: number): string {
  const lines = [...classes(db), REST];
  for (let copy = 0; copy < times; copy++)
    lines.push(...types(db, copy), ...rules(db, copy, times));
  return `${lines.join('\n')}\n`;
}

const REST = `
(handleunknown deny)
(sensitivity s0) (sensitivityorder (s0))
(category c0) (categoryorder (c0)) (sensitivitycategory s0 (c0))
(type kernel) (role r) (roletype r kernel)
(user u) (userrole u r) (userlevel u (s0)) (userrange u ((s0) (s0)))
(sid kernel) (sidorder (kernel)) (sidcontext kernel (u r kernel ((s0) (s0))))
`;

function* classes(db: PolicyDb): Generator<string> {
  for (const common of db.commons) {
    yield `(common ${common.name} (${common.permissions.join(' ')}))`;
  }
  for (const [tclass, name] of db.classes.names.entries()) {
    const common = db.commons[db.classes.common[tclass]!];
    const own = db.classes.permissions[tclass]!.slice(common?.permissions.length ?? 0);
    yield `(class ${name} (${own.join(' ')}))`;
    if (common !== undefined) yield `(classcommon ${name} ${common.name})`;
  }
  yield `(classorder (${db.classes.names.join(' ')}))`;
}

function* types(db: PolicyDb, copy: number): Generator<string> {
  for (const [id, name] of db.types.names.entries()) {
    const members = db.types.members.get(id as never);
    if (members === undefined) yield `(type ${name}_${copy})`;
    else {
      yield `(typeattribute ${name}_${copy})`;
      const names = members.toArray().map((type) => `${db.types.names[type]}_${copy}`);
      if (names.length > 0) yield `(typeattributeset ${name}_${copy} (${names.join(' ')}))`;
    }
  }
}

function* rules(db: PolicyDb, copy: number, times: number): Generator<string> {
  const { names } = db.types;
  for (let rule = 0; rule < db.rules.unconditional; rule++) {
    const tclass = db.rules.tclass[rule]!;
    const source = `${names[db.rules.source[rule]!]}_${copy}`;
    const target = names[db.rules.target[rule]!]!;
    const data = db.rules.data[rule]!;
    if (db.rules.kind[rule] === RuleKind.allow) {
      const permissions = db.classes.permissions[tclass]!.filter((_, bit) => (data >>> bit) & 1);
      const end = `(${db.classes.names[tclass]} (${permissions.join(' ')})))`;
      yield `(allow ${source} ${target}_${copy} ${end}`;
      if (rule % 5 === 0) yield `(allow ${source} ${target}_${(copy + 1) % times} ${end}`;
    } else if (db.rules.kind[rule] === RuleKind.typeTransition) {
      const result = `${names[data]}_${copy}`;
      yield `(typetransition ${source} ${target}_${copy} ${db.classes.names[tclass]} ${result})`;
    }
  }
}
