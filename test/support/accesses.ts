import {
  attributesOf,
  membersOf,
  type PolicyDb,
  RuleKind,
  rowsOf,
  rulesBySource,
} from '../../src/selinux/policydb/index.ts';
import { conditionalText } from '../../src/selinux/query/index.ts';

/**
 * What a type may do, access by access (`etc_t file read`, with its condition), by its own rules and those of its attributes: two policies
 * that write the same down in other rules agree here. What holds always is not said again under a condition.
 */
export function accessesOf(
  db: PolicyDb,
  type: string,
  kind: 'allow' | 'dontaudit' = 'allow',
): ReadonlySet<string> {
  const id = db.types.ids.get(type);
  if (id === undefined) throw new Error(`the policy has no type ${type}`);
  const always = new Set<string>();
  const sometimes = new Map<string, Set<string>>();
  for (const source of attributesOf(db.types, id)) {
    for (const rule of rowsOf(rulesBySource(db), source)) {
      if (db.rules.kind[rule] !== RuleKind[kind]) continue;
      const tclass = db.rules.tclass[rule]!;
      const mask = db.rules.data[rule]!;
      const permissions = db.classes.permissions[tclass]!.filter((_, bit) => (mask >>> bit) & 1);
      const conditional = db.rules.conditional[rule]!;
      const condition =
        conditional < 0
          ? undefined
          : `${conditionalText(db, db.conditionals[conditional]!)} ${db.rules.branch[rule]}`;
      membersOf(db.types, db.rules.target[rule]!).forEach((target) => {
        for (const permission of permissions) {
          const access = `${db.types.names[target]} ${db.classes.names[tclass]} ${permission}`;
          if (condition === undefined) always.add(access);
          else sometimes.set(access, (sometimes.get(access) ?? new Set()).add(condition));
        }
      });
    }
  }
  for (const [access, conditions] of sometimes) {
    if (always.has(access)) continue;
    for (const condition of conditions) always.add(`${access} [${condition}]`);
  }
  return always;
}
