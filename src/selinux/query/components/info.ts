import { NONE, type PolicyDb, RuleKind } from '../../policydb/index.ts';
import { readingNotes } from '../reading-notes.ts';

/** What a policy consists of, counted as seinfo counts. */
export interface PolicyInfo {
  readonly version: number;
  readonly mls: boolean;
  readonly handleUnknown: string;
  /** What the file has that is read over. */
  readonly notes: readonly string[];
  readonly counts: Readonly<Record<CountName, number>>;
}

export type CountName = (typeof COUNT_NAMES)[number];

/** Counts every kind of component and rule. A type alias is no type; a transition by file name is one per source, as a rule is. */
export function policyInfo(db: PolicyDb): PolicyInfo {
  const byKind = new Uint32Array(Object.keys(RuleKind).length);
  for (let row = 0; row < db.rules.count; row++) byKind[db.rules.kind[row]!]!++;
  const attributes = db.types.attributes.size();
  const mlsConstraints = db.constraints.filter(({ mls }) => mls).length;
  const mlsValidate = db.validateTransitions.filter(({ mls }) => mls).length;
  return {
    version: db.version,
    mls: db.mls,
    handleUnknown: db.handleUnknown,
    notes: readingNotes(db),
    counts: {
      classes: db.classes.names.length,
      permissions: countPermissions(db),
      sensitivities: db.sensitivities.names.length,
      categories: db.categories.names.length,
      types: db.types.names.length - attributes,
      attributes,
      users: db.users.names.length,
      roles: db.roles.names.length,
      booleans: db.booleans.names.length,
      conditionals: db.conditionals.length,
      allow: byKind[RuleKind.allow]!,
      auditallow: byKind[RuleKind.auditallow]!,
      dontaudit: byKind[RuleKind.dontaudit]!,
      typeTransitions: byKind[RuleKind.typeTransition]! + db.filenameTransitions.count,
      typeChanges: byKind[RuleKind.typeChange]!,
      typeMembers: byKind[RuleKind.typeMember]!,
      rangeTransitions: db.rangeTransitions.count,
      roleAllows: db.roleAllows.count,
      roleTransitions: db.roleTransitions.count,
      constraints: db.constraints.length - mlsConstraints,
      validateTransitions: db.validateTransitions.length - mlsValidate,
      mlsConstraints,
      mlsValidateTransitions: mlsValidate,
      permissive: db.permissive.size(),
      neverAudit: db.neverAudit.size(),
      capabilities: db.capabilities.length,
      defaults: countDefaults(db),
      typeBounds: [...db.types.bounds].filter((bound) => bound !== NONE).length,
      allowxperm: byKind[RuleKind.allowxperm]!,
      auditallowxperm: byKind[RuleKind.auditallowxperm]!,
      dontauditxperm: byKind[RuleKind.dontauditxperm]!,
      ibendports: db.ibendports.length,
      ibpkeys: db.ibpkeys.length,
      initialSids: db.initialSids.length,
      fsUses: db.fsUses.length,
      genfs: db.genfs.length,
      ports: db.ports.length,
      netifs: db.netifs.length,
      nodes: db.nodes.length,
    },
  };
}

const COUNT_NAMES = [
  'classes',
  'permissions',
  'sensitivities',
  'categories',
  'types',
  'attributes',
  'users',
  'roles',
  'booleans',
  'conditionals',
  'allow',
  'auditallow',
  'dontaudit',
  'typeTransitions',
  'typeChanges',
  'typeMembers',
  'rangeTransitions',
  'roleAllows',
  'roleTransitions',
  'constraints',
  'validateTransitions',
  'mlsConstraints',
  'mlsValidateTransitions',
  'permissive',
  'neverAudit',
  'capabilities',
  'defaults',
  'typeBounds',
  'allowxperm',
  'auditallowxperm',
  'dontauditxperm',
  'ibendports',
  'ibpkeys',
  'initialSids',
  'fsUses',
  'genfs',
  'ports',
  'netifs',
  'nodes',
] as const;

/** A common's permissions count once, not once per class that inherits them. */
function countPermissions(db: PolicyDb): number {
  let count = 0;
  for (const common of db.commons) count += common.permissions.length;
  db.classes.permissions.forEach((permissions, id) => {
    const common = db.classes.common[id]!;
    count += permissions.length - (common === NONE ? 0 : db.commons[common]!.permissions.length);
  });
  return count;
}

function countDefaults(db: PolicyDb): number {
  let count = 0;
  for (const { user, role, type, range } of db.classes.defaults) {
    for (const each of [user, role, type, range]) if (each !== undefined) count++;
  }
  return count;
}
