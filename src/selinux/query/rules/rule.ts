import {
  type ClassId,
  type FilenameTransitionId,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type XpermId,
  XpermKind,
} from '../../policydb/index.ts';
import { conditionalText } from './conditional.ts';

/** A type enforcement rule in names, as evidence of an answer. */
export type Rule = AccessRule | ExtendedRule | TypeRule;

interface RuleBase {
  /** A type or an attribute. */
  readonly source: string;
  /** A type or an attribute. */
  readonly target: string;
  readonly tclass: string;
  /** Absent where the rule always applies. */
  readonly condition?: Condition;
}

/** The rule stands in the `branch` of `if (expression)`. */
export interface Condition {
  readonly expression: string;
  readonly branch: boolean;
}

export interface AccessRule extends RuleBase {
  readonly kind: 'allow' | 'auditallow' | 'dontaudit';
  /** Sorted. */
  readonly permissions: readonly string[];
}

export interface ExtendedRule extends RuleBase {
  readonly kind: 'allowxperm' | 'auditallowxperm' | 'dontauditxperm';
  /** The permission that is extended. */
  readonly permission: 'ioctl' | 'nlmsg';
  /** Commands or message types, ascending, apart, both ends included. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

export interface TypeRule extends RuleBase {
  readonly kind: 'type_transition' | 'type_member' | 'type_change';
  readonly default: string;
  /** A `type_transition` for objects of this name only. */
  readonly filename?: string;
}

/** RuleKind -> the word that a policy's author writes. */
export const RULE_WORD = [
  'allow',
  'auditallow',
  'dontaudit',
  'type_transition',
  'type_member',
  'type_change',
  'allowxperm',
  'auditallowxperm',
  'dontauditxperm',
] as const;

/** A row of `rules` in names. */
export function ruleOf(db: PolicyDb, id: RuleId): Rule {
  const { rules, types, classes } = db;
  const kind = rules.kind[id]!;
  const tclass = rules.tclass[id]!;
  const conditional = rules.conditional[id]!;
  const base: RuleBase = {
    source: types.names[rules.source[id]!]!,
    target: types.names[rules.target[id]!]!,
    tclass: classes.names[tclass]!,
    ...(conditional === NONE
      ? {}
      : {
          condition: {
            expression: conditionalText(db, db.conditionals[conditional]!),
            branch: rules.branch[id] === 1,
          },
        }),
  };
  const data = rules.data[id]!;
  switch (kind) {
    case RuleKind.allow:
    case RuleKind.auditallow:
    case RuleKind.dontaudit:
      return { kind: RULE_WORD[kind], ...base, permissions: permissionNames(db, tclass, data) };
    case RuleKind.typeTransition:
    case RuleKind.typeMember:
    case RuleKind.typeChange:
      return { kind: RULE_WORD[kind], ...base, default: types.names[data]! };
    default: {
      const permission = db.xperms.kind[data] === XpermKind.nlmsg ? 'nlmsg' : 'ioctl';
      return {
        kind: RULE_WORD[kind],
        ...base,
        permission,
        ranges: xpermRanges(db, data as XpermId),
      };
    }
  }
}

/** A row of `filenameTransitions` in names. */
export function filenameTransitionOf(db: PolicyDb, id: FilenameTransitionId): TypeRule {
  const table = db.filenameTransitions;
  return {
    kind: 'type_transition',
    source: db.types.names[table.source[id]!]!,
    target: db.types.names[table.target[id]!]!,
    tclass: db.classes.names[table.tclass[id]!]!,
    default: db.types.names[table.newType[id]!]!,
    filename: table.names[table.name[id]!]!,
  };
}

/** The permissions of a mask, sorted by name. */
export function permissionNames(db: PolicyDb, tclass: ClassId, mask: number): readonly string[] {
  const bits = db.classes.permissions[tclass]!;
  const names: string[] = [];
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    names.push(bits[31 - Math.clz32(rest & -rest)]!);
  }
  return names.sort();
}

/** What a row of `xperms` covers, as ranges of ioctl commands or netlink message types. */
export function xpermRanges(db: PolicyDb, id: XpermId): readonly (readonly [number, number])[] {
  const { kind, driver, bits } = db.xperms;
  const whole = kind[id] === XpermKind.ioctlDriver;
  const ranges: [number, number][] = [];
  for (let bit = 0; bit < 256; bit++) {
    if (((bits[id * 8 + (bit >>> 5)]! >>> (bit & 31)) & 1) === 0) continue;
    const low = whole ? bit << 8 : (driver[id]! << 8) | bit;
    const high = whole ? low | 0xff : low;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === low - 1) last[1] = high;
    else ranges.push([low, high]);
  }
  return ranges;
}

/** The line that sesearch prints for a rule; it puts no quotes around a file name. */
export function formatRule(rule: Rule): string {
  return `${rule.kind} ${rule.source} ${rule.target}:${rule.tclass} ${formatRuleEnd(rule)}`;
}

/** What follows the class. */
function formatRuleEnd(rule: Rule): string {
  const when = rule.condition === undefined ? '' : formatWhen(rule.condition);
  if ('permissions' in rule) return `${braced(rule.permissions)};${when}`;
  if ('ranges' in rule)
    return `${rule.permission} ${braced(rule.ranges.map(formatXperms))};${when}`;
  const name = rule.filename === undefined ? '' : ` ${rule.filename}`;
  return `${rule.default}${name};${when}`;
}

/** ` [ a && b ]:True`: a space, the expression and the branch, as sesearch writes them. */
export function formatWhen({ expression, branch }: Condition): string {
  return ` [ ${expression} ]:${branch ? 'True' : 'False'}`;
}

/** One word as it is, more of them between braces. */
export function braced(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `{ ${words.join(' ')} }`;
}

/** Commands or types of messages, both ends included: `0x5401-0x5403`. */
export function formatXperms([low, high]: readonly [number, number]): string {
  return low === high ? hex(low) : `${hex(low)}-${hex(high)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
