import {
  attributesOf,
  type Column,
  type ContextIds,
  type IdSet,
  type Level,
  type PolicyDb,
  type Range,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
} from '../../src/selinux/policydb/index.ts';
import { COMPONENTS, policyInfo } from '../../src/selinux/query/index.ts';

/** Throws unless every id of a policy is inside its table and every span inside its column: what the reader promises, checked without it. */
export function assertValid(db: PolicyDb): void {
  const types = db.types.names.length;
  const classes = db.classes.names.length;
  const roles = db.roles.names.length;

  below(db.permissive, types, 'permissive');
  below(db.neverAudit, types, 'neveraudit');
  named(db.types.names, 'type');
  named(db.classes.names, 'class');
  named(db.roles.names, 'role');
  named(db.users.names, 'user');
  named(db.booleans.names, 'boolean');
  named(db.sensitivities.names, 'sensitivity');
  named(db.categories.names, 'category');
  for (const permissions of db.classes.permissions) {
    named(permissions, 'permission');
    check(permissions.length <= 32, 'permissions');
  }
  column(db.classes.common, -1, db.commons.length, 'common');
  column(db.types.bounds, -1, types, 'bounds');
  column(db.roles.bounds, -1, roles, 'bounds');
  column(db.users.bounds, -1, db.users.names.length, 'bounds');
  for (const set of db.roles.types) below(set, types, 'role types');
  for (const set of db.roles.dominates) below(set, roles, 'role dominates');
  for (const set of db.users.roles) below(set, roles, 'user roles');
  for (const range of db.users.ranges) if (range !== undefined) validRange(db, range);
  for (const level of db.users.defaultLevels) if (level !== undefined) validLevel(db, level);
  for (const set of db.sensitivities.categories) below(set, db.categories.names.length, 'level');

  check(db.types.attributeOffsets.length === types + 1, 'attribute offsets');
  for (let type = 0 as TypeId; type < types; type++) {
    const list = attributesOf(db.types, type);
    column(list, 0, types, 'attributes');
    check([...list].includes(type), 'a type among its own attributes');
  }
  for (const [attribute, members] of db.types.members) {
    check(db.types.attributes.has(attribute), 'members of a type');
    below(members, types, 'members');
    check(!members.intersects(db.types.attributes), 'an attribute as a member');
  }

  const { rules } = db;
  column(rules.source, 0, types, 'source');
  column(rules.target, 0, types, 'target');
  column(rules.tclass, 0, classes, 'class');
  column(rules.kind, 0, 9, 'kind');
  column(rules.conditional, -1, db.conditionals.length, 'conditional');
  for (let row = 0; row < rules.count; row++) {
    const kind = rules.kind[row]!;
    const data = rules.data[row]!;
    if (kind >= RuleKind.allowxperm) check(data < db.xperms.count, 'xperm');
    else if (kind >= RuleKind.typeTransition) check(data < types, 'new type');
    else check((data & ~db.classes.allPermissions[rules.tclass[row]!]!) === 0, 'permissions');
    check((rules.conditional[row]! === -1) === row < rules.unconditional, 'conditional place');
  }
  column(db.xperms.kind, 1, 4, 'xperm kind');
  check(db.xperms.bits.length === db.xperms.count * 8, 'xperm bits');
  let next: number = rules.unconditional;
  for (const { whenTrue, whenFalse, expression } of db.conditionals) {
    check(whenTrue.from === next && whenTrue.to === whenFalse.from, 'branch');
    next = whenFalse.to;
    for (const term of expression) {
      if (term.op === 'boolean') check(term.boolean < db.booleans.names.length, 'boolean');
    }
  }
  check(next === rules.count, 'all rules in their branches');
  let indexed = 0;
  const index = rulesBySource(db);
  for (let type = 0; type < types; type++) indexed += rowsOf(index, type).length;
  check(indexed === rules.count, 'all rules in the index');

  column(db.roleAllows.source, 0, roles, 'role');
  column(db.roleAllows.target, 0, roles, 'role');
  column(db.roleTransitions.newRole, 0, roles, 'role');
  column(db.roleTransitions.target, 0, types, 'type');
  column(db.roleTransitions.tclass, 0, classes, 'class');
  column(db.rangeTransitions.source, 0, types, 'type');
  for (const range of db.rangeTransitions.ranges) validRange(db, range);
  column(db.filenameTransitions.source, 0, types, 'type');
  column(db.filenameTransitions.newType, 0, types, 'type');
  for (const name of db.filenameTransitions.name) {
    check(db.filenameTransitions.names[name] !== undefined, 'file name');
  }
  for (const context of contexts(db)) validContext(db, context);

  // And nothing that lists a policy may stumble over it.
  policyInfo(db);
  for (const component of COMPONENTS) component.entries(db);
}

function contexts(db: PolicyDb): ContextIds[] {
  return [
    ...db.initialSids.map(({ context }) => context),
    ...db.fsContexts.flatMap(({ fileSystem, files }) => [fileSystem, files]),
    ...db.ports.map(({ context }) => context),
    ...db.netifs.flatMap((netif) => [netif.interface, netif.packets]),
    ...db.nodes.map(({ context }) => context),
    ...db.fsUses.map(({ context }) => context),
    ...db.ibpkeys.map(({ context }) => context),
    ...db.ibendports.map(({ context }) => context),
    ...db.genfs.map(({ context }) => context),
  ];
}

function validContext(db: PolicyDb, { user, role, type, range }: ContextIds): void {
  check(db.users.names[user] !== undefined, 'user');
  check(db.roles.names[role] !== undefined, 'role');
  check(db.types.names[type] !== undefined, 'type');
  check((range !== undefined) === db.mls, 'range');
  if (range !== undefined) validRange(db, range);
}

function validRange(db: PolicyDb, { low, high }: Range): void {
  validLevel(db, low);
  validLevel(db, high);
}

function validLevel(db: PolicyDb, { sensitivity, categories }: Level): void {
  check(db.sensitivities.names[sensitivity] !== undefined, 'sensitivity');
  below(categories, db.categories.names.length, 'category');
}

function column(values: Column<number>, from: number, to: number, what: string): void {
  for (const value of values) check(value >= from && value < to, what);
}

function below(set: IdSet<number>, limit: number, what: string): void {
  set.forEach((id) => {
    check(id < limit, what);
  });
}

function named(names: readonly (string | undefined)[], what: string): void {
  for (const name of names) check(typeof name === 'string' && name !== '', what);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the reader let through a policy with a wrong ${what}`);
}
