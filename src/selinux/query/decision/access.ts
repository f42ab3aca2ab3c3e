import {
  type ClassId,
  type ContextIds,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
  XpermKind,
} from '../../policydb/index.ts';
import { suggestion } from '../../words/index.ts';
import { constraintText } from '../constraint-text.ts';
import { contextText } from '../context-text.ts';
import { QueryError } from '../query-error.ts';
import { netlinkNotes } from '../reading-notes.ts';
import {
  type BooleanValues,
  booleanSetting,
  MOST_BOOLEANS,
  ruleEnabled,
} from '../rules/conditional.ts';
import { type ExtendedRule, type Rule, ruleOf } from '../rules/rule.ts';
import { type Asked, asked, identitiesOf, rangesToTry } from './access-contexts.ts';
import { boundedPair, visitRules } from './access-vector.ts';
import {
  type BooleanTerm,
  type Branch,
  coverOf,
  isAlways,
  isNever,
  settingsWhere,
} from './conditional-cover.ts';
import {
  constraintHolds,
  constraintsOf,
  mayHoldForSomeLevels,
  permittedByContexts,
  roleChecked,
  roleMayChange,
} from './constraint.ts';

/** May a source do something with an object of a class and a target? */
export interface AccessQuestion {
  /** A type, or a whole context. */
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  /** Default: all of the class. */
  readonly permissions?: readonly string[];
  /** Of `ioctl` or `nlmsg` only this command or message type. */
  readonly command?: number;
  /** The policy's defaults except for these, or every setting of all booleans. Default: the policy's defaults. */
  readonly booleans?: BooleanValues | 'every';
}

export interface AccessAnswer {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly booleans: BooleanValues | 'every';
  /** Whether the source is permissive: what the policy denies is then logged and done all the same. */
  readonly permissive: boolean;
  readonly permissions: readonly PermissionAnswer[];
  /** What is left of the commands of a granted `ioctl` or `nlmsg`; absent where no rule narrows them. */
  readonly extended: readonly ExtendedAnswer[];
  /** Where another kernel than Linux's own reads something else into these permissions. */
  readonly notes: readonly string[];
}

export interface PermissionAnswer {
  readonly permission: string;
  /**
   * `granted` under the booleans that were asked about (all settings for `every`); `sometimes`: under some of them, see `when`;
   * `denied`: under none; `unknown`: it cannot be said, see `reason`.
   */
  readonly access: 'granted' | 'sometimes' | 'denied' | 'unknown';
  /** `sometimes`: under any of these the rules grant it, under no other setting. */
  readonly when: readonly BooleanTerm[] | undefined;
  /** Why it is not granted, or cannot be said. */
  readonly reason: Reason | undefined;
  /** The allow rules that grant it, and those that grant it to the parent of a bounded type. */
  readonly rules: readonly Rule[];
  /** The contexts for which constraints and roles let it pass: those that were given, or the first found that the policy permits. */
  readonly contexts: { readonly source: string; readonly target: string } | undefined;
}

export interface Reason {
  readonly kind:
    | 'no rule'
    | 'typebounds'
    | 'commands'
    | 'constraint'
    | 'role'
    | 'unknown permission'
    | 'too many booleans'
    | 'contexts';
  readonly text: string;
}

export interface ExtendedAnswer {
  readonly permission: 'ioctl' | 'nlmsg';
  /** The commands or message types that remain; both ends included. */
  readonly ranges: ExtendedRule['ranges'];
  /** With `every`: the settings in which no extended rule applies, so that every command is let through. Empty: there are none. */
  readonly unlimited: readonly BooleanTerm[];
  /** Every extended rule on the pair: any of them, also one that only audits, makes the kernel look at commands. */
  readonly rules: readonly Rule[];
  /** Whether a rule is conditional; then `ranges` is what any setting may leave. */
  readonly sometimes: boolean;
}

/**
 * What the kernel decides, with the rules that say so: type enforcement under the booleans, typebounds, constraints (MLS among them)
 * and role changes. For a type in place of a context the question is whether *some* context that the policy permits has the access.
 * Throws QueryError for a name that the policy lacks.
 */
export function access(db: PolicyDb, question: AccessQuestion): AccessAnswer {
  const { source, target, tclass, booleans = {} } = question;
  const from = asked(db, source);
  const to = asked(db, target);
  const id = db.classes.ids.get(tclass);
  const wanted = question.permissions ?? (id === undefined ? [] : db.classes.permissions[id]!);
  if (id === undefined && wanted.length === 0) {
    throw new QueryError(
      `the policy has no class \`${tclass}\``,
      suggestion(tclass, db.classes.names) ??
        'for a class that only a newer kernel has, name the permissions',
    );
  }
  const bits = id === undefined ? undefined : db.classes.permissionBits[id]!;
  const head = {
    source,
    target,
    tclass,
    booleans,
    permissive: db.permissive.has(from.type),
  };
  const decide = (permission: string): PermissionAnswer => {
    const bit = bits?.get(permission);
    return id === undefined || bit === undefined
      ? unknownPermission(db, tclass, permission, id !== undefined)
      : decidePermission(
          db,
          from,
          to,
          id,
          permission,
          (1 << bit) >>> 0,
          booleans,
          question.command,
        );
  };
  const permissions = wanted.map(decide);
  return {
    ...head,
    permissions,
    extended:
      id === undefined ? [] : extendedAnswers(db, from.type, to.type, id, booleans, permissions),
    notes:
      tclass === 'netlink_route_socket' && wanted.some((name) => name.startsWith('nlmsg_'))
        ? netlinkNotes(db)
        : [],
  };
}

function unknownPermission(
  db: PolicyDb,
  tclass: string,
  permission: string,
  classKnown: boolean,
): PermissionAnswer {
  const what = classKnown ? `permission \`${permission}\` of \`${tclass}\`` : `class \`${tclass}\``;
  const handled = {
    allow: 'a kernel that asks for it grants it (handle_unknown is allow)',
    deny: 'a kernel that asks for it denies it (handle_unknown is deny)',
    reject: 'a kernel that knows it does not load this policy (handle_unknown is reject)',
  }[db.handleUnknown];
  const near = classKnown
    ? suggestion(permission, db.classes.permissions[db.classes.ids.get(tclass)!]!)
    : suggestion(tclass, db.classes.names);
  return {
    permission,
    access: db.handleUnknown === 'allow' ? 'unknown' : 'denied',
    when: undefined,
    reason: {
      kind: 'unknown permission',
      text: `the policy has no ${what}; ${handled}${near === undefined ? '' : `; ${near}`}`,
    },
    rules: [],
    contexts: undefined,
  };
}

function decidePermission(
  db: PolicyDb,
  from: Asked,
  to: Asked,
  tclass: ClassId,
  permission: string,
  mask: number,
  booleans: BooleanValues | 'every',
  command: number | undefined,
): PermissionAnswer {
  const answer = (
    access: PermissionAnswer['access'],
    rest: Partial<PermissionAnswer>,
  ): PermissionAnswer => ({
    permission,
    access,
    when: undefined,
    reason: undefined,
    rules: [],
    contexts: undefined,
    ...rest,
  });
  const levels = grantingRules(db, from.type, to.type, tclass, mask, booleans);
  const missing = levels.findIndex(({ rules }) => rules.length === 0);
  const rules = levels.flatMap((level) => level.rules).map((rule) => ruleOf(db, rule));
  if (missing >= 0) return answer('denied', { reason: noRule(db, levels[missing]!, missing) });

  const found = findContexts(db, from, to, tclass, mask);
  if (found.contexts === undefined) {
    return answer(found.certain ? 'denied' : 'unknown', { reason: found.reason, rules });
  }
  const contexts = {
    source: contextText(db, found.contexts.source),
    target: contextText(db, found.contexts.target),
  };
  const filter = extendedRows(db, from.type, to.type, tclass, permission);
  const admitting = filter.filter((row) => admits(db, row, permission, command));
  const setting = booleans === 'every' ? undefined : booleanSetting(db, booleans);
  if (setting !== undefined) {
    const applies = (row: RuleId): boolean => ruleEnabled(db, row, setting);
    return filter.some(applies) && !admitting.some(applies)
      ? answer('denied', { rules, reason: noCommand(permission, command) })
      : answer('granted', { rules, contexts });
  }

  const table = settingsWhere(
    db,
    levels.map((level) => level.rules.map((rule) => branchOf(db, rule))),
    {
      rules: filter.map((rule) => branchOf(db, rule)),
      admitting: admitting.map((rule) => branchOf(db, rule)),
    },
  );
  if (table === undefined) return answer('unknown', { rules, contexts, reason: TOO_MANY_BOOLEANS });
  if (isAlways(table)) return answer('granted', { rules, contexts });
  if (isNever(table)) {
    const reason = filter.length > 0 ? noCommand(permission, command) : NO_SETTING;
    return answer('denied', { rules, reason });
  }
  return answer('sometimes', { when: coverOf(db, table), rules, contexts });
}

const TOO_MANY_BOOLEANS: Reason = {
  kind: 'too many booleans',
  text: `it depends on more than ${MOST_BOOLEANS} booleans; ask for one setting of them`,
};

const NO_SETTING: Reason = {
  kind: 'no rule',
  text: 'no setting of the booleans makes its rules apply',
};

/** The rules for one pair that must be allowed; the first is what was asked, each further one the parents' (typebounds). */
interface BoundLevel {
  readonly source: TypeId;
  readonly target: TypeId;
  readonly rules: readonly RuleId[];
}

function grantingRules(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  permissions: number,
  booleans: BooleanValues | 'every',
): readonly BoundLevel[] {
  const setting = booleans === 'every' ? undefined : booleanSetting(db, booleans);
  const levels: BoundLevel[] = [];
  for (let pair = { source, target }; ; ) {
    const rules: RuleId[] = [];
    visitRules(db, { kind: RuleKind.allow, ...pair, tclass, permissions }, (rule) => {
      if (setting === undefined || ruleEnabled(db, rule, setting)) rules.push(rule);
    });
    levels.push({ ...pair, rules: rules.sort((a, b) => a - b) });
    const parent = db.types.bounds[pair.source]!;
    if (parent === NONE) return levels;
    pair = boundedPair(db, parent, pair.target);
  }
}

function noRule(db: PolicyDb, { source, target }: BoundLevel, level: number): Reason {
  const pair = `\`${db.types.names[source]}\` on \`${db.types.names[target]}\``;
  return level === 0
    ? { kind: 'no rule', text: `no allow rule that applies grants it to ${pair}` }
    : {
        kind: 'typebounds',
        text: `the type that bounds the source does not have it: no rule for ${pair}`,
      };
}

function branchOf(db: PolicyDb, rule: RuleId): Branch {
  const conditional = db.rules.conditional[rule]!;
  if (conditional === NONE) return 'always';
  return { conditional: db.conditionals[conditional]!, branch: db.rules.branch[rule] === 1 };
}

type Found =
  | { readonly contexts: { readonly source: ContextIds; readonly target: ContextIds } }
  | { readonly contexts: undefined; readonly certain: boolean; readonly reason: Reason };

/**
 * Contexts that constraints and role rules let pass. Users and roles are tried all; levels, where a whole context was not given, only some
 * of them: if none fits, it is certain only when the constraints fail for any level.
 */
function findContexts(db: PolicyDb, from: Asked, to: Asked, tclass: ClassId, mask: number): Found {
  if (from.context !== undefined && to.context !== undefined) {
    const pair = { source: from.context, target: to.context };
    return passes(db, pair, tclass, mask)
      ? { contexts: pair }
      : { contexts: undefined, certain: true, reason: refusal(db, pair, tclass, mask) };
  }
  let certain = true;
  let tried: Pair | undefined;
  for (const source of partsOf(db, from)) {
    for (const target of partsOf(db, to)) {
      const bare = { source: source.context, target: target.context };
      tried ??= bare;
      if (!mayPass(db, bare, tclass, mask)) continue;
      for (const sourceRange of source.ranges) {
        for (const targetRange of target.ranges) {
          const pair = {
            source: { ...source.context, range: sourceRange },
            target: { ...target.context, range: targetRange },
          };
          if (passes(db, pair, tclass, mask)) return { contexts: pair };
        }
      }
      certain = false;
    }
  }
  if (tried === undefined) {
    return {
      contexts: undefined,
      certain: true,
      reason: { kind: 'contexts', text: 'the policy permits no context with these types' },
    };
  }
  return {
    contexts: undefined,
    certain,
    reason: certain
      ? {
          kind: 'constraint',
          text: `no user, role and level passes: ${refusal(db, tried, tclass, mask).text}`,
        }
      : {
          kind: 'contexts',
          text: 'constraints refuse every level that was tried, but not every level was; ask with whole contexts',
        },
  };
}

interface Pair {
  readonly source: ContextIds;
  readonly target: ContextIds;
}

function partsOf(
  db: PolicyDb,
  { type, context }: Asked,
): readonly { readonly context: ContextIds; readonly ranges: readonly ContextIds['range'][] }[] {
  if (context !== undefined) return [{ context, ranges: [context.range] }];
  return identitiesOf(db, type).map(({ user, role }) => ({
    context: { user, role, type, range: undefined },
    ranges: rangesToTry(db, user),
  }));
}

function passes(db: PolicyDb, { source, target }: Pair, tclass: ClassId, mask: number): boolean {
  return (permittedByContexts(db, source, target, tclass) & mask) !== 0;
}

/** Like `passes`, for contexts whose levels are still open: false is certain for every level. */
function mayPass(db: PolicyDb, pair: Pair, tclass: ClassId, mask: number): boolean {
  const { source, target } = pair;
  for (const { permissions, expression } of constraintsOf(db, tclass)) {
    if ((permissions & mask) === 0) continue;
    if (!mayHoldForSomeLevels(db, expression, source, target)) return false;
  }
  if ((roleChecked(db, tclass) & mask) !== 0 && source.role !== target.role) {
    if (!roleMayChange(db, source.role, target.role)) return false;
  }
  const above = parents(db, pair);
  return above === undefined || mayPass(db, above, tclass, mask);
}

function parents(db: PolicyDb, { source, target }: Pair): Pair | undefined {
  const parent = db.types.bounds[source.type]!;
  if (parent === NONE) return undefined;
  const types = boundedPair(db, parent, target.type);
  return { source: { ...source, type: types.source }, target: { ...target, type: types.target } };
}

/** The first thing that refuses a pair of contexts; levels that are open count as refusing. */
function refusal(db: PolicyDb, pair: Pair, tclass: ClassId, mask: number): Reason {
  const { source, target } = pair;
  for (const { permissions, expression } of constraintsOf(db, tclass)) {
    if ((permissions & mask) === 0 || constraintHolds(db, expression, source, target)) continue;
    return { kind: 'constraint', text: constraintText(db, expression) };
  }
  if ((roleChecked(db, tclass) & mask) !== 0 && source.role !== target.role) {
    if (!roleMayChange(db, source.role, target.role)) {
      const { names } = db.roles;
      return {
        kind: 'role',
        text: `no rule \`allow ${names[source.role]} ${names[target.role]}\` between the roles`,
      };
    }
  }
  const above = parents(db, pair);
  if (above === undefined)
    throw new Error('a pair of contexts that passes was asked for its refusal');
  return refusal(db, above, tclass, mask);
}

/**
 * The rules on commands of a pair. Where one applies, whatever its kind, the kernel lets through what is allowed by name: of `ioctl` nothing
 * where all rules are about `nlmsg`, and of `nlmsg` nothing where they are about `ioctl` (security/selinux/avc.c, `base_perms`).
 */
function extendedRows(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  permission: string,
): readonly RuleId[] {
  if (permission !== 'ioctl' && permission !== 'nlmsg') return [];
  const rows: RuleId[] = [];
  visitRules(db, { source, target, tclass }, (rule) => {
    if (db.rules.kind[rule]! >= RuleKind.allowxperm) rows.push(rule);
  });
  return rows.sort((a, b) => a - b);
}

/** Whether a rule lets a command through; without one, whether it lets any. */
function admits(
  db: PolicyDb,
  rule: RuleId,
  permission: string,
  command: number | undefined,
): boolean {
  if (!allowsCommandsOf(db, rule, permission)) return false;
  const { ranges } = ruleOf(db, rule) as ExtendedRule;
  if (command === undefined) return ranges.length > 0;
  // The kernel looks at the lower 16 bits of a command.
  const value = permission === 'ioctl' ? command & 0xffff : command;
  return ranges.some(([low, high]) => low <= value && value <= high);
}

function allowsCommandsOf(db: PolicyDb, rule: RuleId, permission: string): boolean {
  if (db.rules.kind[rule] !== RuleKind.allowxperm) return false;
  const isNlmsg = db.xperms.kind[db.rules.data[rule]!] === XpermKind.nlmsg;
  return isNlmsg === (permission === 'nlmsg');
}

function noCommand(permission: string, command: number | undefined): Reason {
  const what = command === undefined ? 'any command' : `0x${command.toString(16)}`;
  return {
    kind: 'commands',
    text: `rules on the commands of ${permission} (allowxperm, auditallowxperm, dontauditxperm) do not let ${what} through`,
  };
}

function extendedAnswers(
  db: PolicyDb,
  source: TypeId,
  target: TypeId,
  tclass: ClassId,
  booleans: BooleanValues | 'every',
  permissions: readonly PermissionAnswer[],
): readonly ExtendedAnswer[] {
  const setting = booleans === 'every' ? undefined : booleanSetting(db, booleans);
  return (['ioctl', 'nlmsg'] as const).flatMap((permission) => {
    const asked = permissions.find((each) => each.permission === permission);
    if (asked === undefined || asked.rules.length === 0) return [];
    if (asked.access === 'denied' && asked.reason?.kind !== 'commands') return [];
    const rows = extendedRows(db, source, target, tclass, permission).filter(
      (row) => setting === undefined || ruleEnabled(db, row, setting),
    );
    if (rows.length === 0) return [];
    const rules = rows.map((rule) => ruleOf(db, rule));
    const unlimited =
      setting === undefined
        ? settingsWhere(db, [], { rules: rows.map((row) => branchOf(db, row)), admitting: [] })
        : undefined;
    return {
      permission,
      ranges: unionOf(
        db,
        rows.filter((row) => allowsCommandsOf(db, row, permission)),
      ),
      unlimited:
        setting === undefined
          ? unlimited === undefined
            ? [{}]
            : isNever(unlimited)
              ? []
              : coverOf(db, unlimited)
          : [],
      rules,
      sometimes: setting === undefined && rules.some((rule) => rule.condition !== undefined),
    };
  });
}

function unionOf(db: PolicyDb, rows: readonly RuleId[]): ExtendedRule['ranges'] {
  const ranges = rows
    .flatMap((row) => (ruleOf(db, row) as ExtendedRule).ranges)
    .toSorted((a, b) => a[0] - b[0]);
  const union: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = union.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else union.push([low, high]);
  }
  return union;
}
