import {
  attributesOf,
  type ClassId,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  type TypeId,
  XpermKind,
} from '../../policydb/index.ts';
import { accessVector, visitRules } from '../decision/access-vector.ts';
import {
  type BooleanValues,
  booleanSetting,
  booleansOf,
  everySetting,
  ruleEnabled,
} from '../rules/conditional.ts';
import { type ExtendedRule, formatXperms, ruleOf } from '../rules/rule.ts';
import { visitMembers } from './access.ts';
import type { PolicyPair } from './side.ts';

/** Commands of an `ioctl`, or types of `nlmsg`, that one policy lets through and the other does not, though both grant the permission. */
export interface CommandChange {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permission: 'ioctl' | 'nlmsg';
  /** What the right policy lets through and the left one does not, both ends included. */
  readonly gained: readonly Range[];
  readonly lost: readonly Range[];
  /** The policy that lets every command through, if one does. */
  readonly unlimited: 'left' | 'right' | undefined;
  /** A setting of the booleans that shows it; undefined for the policies' own, where no boolean decides. */
  readonly under: BooleanValues | undefined;
  /** False where more booleans decide than are tried: then the policies' own setting was compared alone. */
  readonly certain: boolean;
}

type Range = readonly [low: number, high: number];

/**
 * Every source type, target type and class of which rules on commands, of whatever kind, let other commands through in one policy than in
 * the other. `domain` restricts it to one source.
 */
export function commandDifference(pair: PolicyPair, domain?: string): readonly CommandChange[] {
  const keys = new Map<string, Key>();
  for (const db of [pair.left, pair.right]) collectPairs(db, domain, keys);
  return [...keys.values()].flatMap((key) => changesOf(pair, key)).sort(byNames);
}

type Key = Pick<CommandChange, 'source' | 'target' | 'tclass' | 'permission'>;

/** The pairs of types that have a rule on commands, attributes expanded. */
function collectPairs(db: PolicyDb, domain: string | undefined, keys: Map<string, Key>): void {
  const { rules, types, classes } = db;
  const only = domain === undefined ? undefined : types.ids.get(domain);
  const within =
    only === undefined ? undefined : new Set<TypeId>(attributesOf(types, only as TypeId));
  if (domain !== undefined && only === undefined) return;
  for (let row = 0; row < rules.count; row++) {
    if (rules.kind[row as RuleId]! < RuleKind.allowxperm) continue;
    const rule = row as RuleId;
    if (within !== undefined && !within.has(rules.source[rule]!)) continue;
    const id = rules.tclass[rule]!;
    const tclass = classes.names[id]!;
    // A rule about one of them holds back the other too.
    const permissions = PERMISSIONS.filter((name) => classes.permissionBits[id]!.has(name));
    const each = (source: TypeId): void =>
      visitMembers(db, rules.target[rule]!, (target) => {
        for (const permission of permissions) {
          const key = {
            source: types.names[source]!,
            target: types.names[target]!,
            tclass,
            permission,
          } as const;
          keys.set(`${key.source} ${key.target} ${tclass} ${permission}`, key);
        }
      });
    if (only === undefined) visitMembers(db, rules.source[rule]!, each);
    else each(only as TypeId);
  }
}

const PERMISSIONS = ['ioctl', 'nlmsg'] as const;

function changesOf(pair: PolicyPair, key: Key): CommandChange[] {
  const [left, right] = [sideOf(pair.left, key), sideOf(pair.right, key)];
  if (left === undefined || right === undefined) return [];
  if (left.text === right.text) return [];
  const names = [...new Set([...left.booleans, ...right.booleans])];
  const certain = names.length <= MOST_BOOLEANS;
  const tried = certain ? names : [];
  const changes: CommandChange[] = [];
  for (const on of everySetting(new Uint8Array(tried.length), [...tried.keys()])) {
    const values = Object.fromEntries(tried.map((name, i) => [name, on[i] === 1]));
    const [before, after] = [allowedUnder(left, values), allowedUnder(right, values)];
    // Where one does not grant the permission at all, that is another difference.
    if (before === undefined || after === undefined) continue;
    const [gained, lost] = [without(after, before), without(before, after)];
    const isNew = (of: 'gained' | 'lost', ranges: readonly Range[]): boolean =>
      ranges.length > 0 && changes.every((change) => change[of].length === 0);
    // The first setting in which any is gained, and the first in which any is lost.
    if (!isNew('gained', gained) && !isNew('lost', lost)) continue;
    const under = names.length === 0 ? undefined : values;
    const unlimited = isAll(after) ? 'right' : isAll(before) ? 'left' : undefined;
    changes.push({ ...key, gained, lost, unlimited, under, certain });
  }
  return changes;
}

function isAll([first]: readonly Range[]): boolean {
  return first?.[0] === 0 && first[1] === 0xffff;
}

/** 256 settings at most: rules on commands that a distribution ships stand in no conditional. */
const MOST_BOOLEANS = 8;

interface Side {
  readonly db: PolicyDb;
  readonly source: TypeId;
  readonly target: TypeId;
  readonly tclass: ClassId;
  readonly permission: Key['permission'];
  readonly bit: number;
  /** Rules on commands of the pair, of whatever kind. */
  readonly rows: readonly RuleId[];
  /** Names of the booleans that decide, and the rules as text: the same text lets the same through. */
  readonly booleans: readonly string[];
  readonly text: string;
}

function sideOf(db: PolicyDb, { source, target, tclass, permission }: Key): Side | undefined {
  const [from, to] = [db.types.ids.get(source), db.types.ids.get(target)];
  const id = db.classes.ids.get(tclass);
  if (from === undefined || to === undefined || id === undefined) return undefined;
  const bit = db.classes.permissionBits[id]!.get(permission);
  if (bit === undefined) return undefined;
  const rows: RuleId[] = [];
  const names = new Set<string>();
  visitRules(db, { source: from, target: to, tclass: id }, (rule) => {
    const kind = db.rules.kind[rule]!;
    const ofCommands = kind >= RuleKind.allowxperm;
    if (ofCommands) rows.push(rule);
    const grants = kind === RuleKind.allow && ((db.rules.data[rule]! >>> bit) & 1) === 1;
    const conditional = db.rules.conditional[rule]!;
    if ((ofCommands || grants) && conditional !== NONE) {
      for (const boolean of booleansOf(db.conditionals[conditional]!)) {
        names.add(db.booleans.names[boolean]!);
      }
    }
  });
  const text = rows.map((row) => {
    const { kind, ranges, condition } = ruleOf(db, row) as ExtendedRule;
    return JSON.stringify([kind, isOf(db, row, permission), ranges, condition ?? null]);
  });
  return {
    db,
    source: from,
    target: to,
    tclass: id,
    permission,
    bit,
    rows,
    booleans: [...names],
    text: text.sort().join(),
  };
}

/** Whether a policy lets any command of a permission through that it grants. */
export function letsAny(
  db: PolicyDb,
  key: Omit<Key, 'permission'>,
  permission: string,
  values: BooleanValues,
): boolean {
  if (permission !== 'ioctl' && permission !== 'nlmsg') return true;
  const side = sideOf(db, { ...key, permission });
  return side !== undefined && (allowedUnder(side, values)?.length ?? 0) > 0;
}

/** What is let through under a setting; undefined where the permission is not granted. */
function allowedUnder(side: Side, values: BooleanValues): readonly Range[] | undefined {
  const { db, source, target, tclass, permission, bit, rows } = side;
  const known = Object.entries(values).filter(([name]) => db.booleans.ids.has(name));
  const setting = booleanSetting(db, Object.fromEntries(known));
  const { allowed } = accessVector(db, source, target, tclass, setting);
  if (((allowed >>> bit) & 1) === 0) return undefined;
  const applying = rows.filter((row) => ruleEnabled(db, row, setting));
  if (applying.length === 0) return [[0, 0xffff]];
  return applying
    .filter((row) => db.rules.kind[row] === RuleKind.allowxperm && isOf(db, row, permission))
    .flatMap((row) => (ruleOf(db, row) as ExtendedRule).ranges);
}

function isOf(db: PolicyDb, rule: RuleId, permission: Key['permission']): boolean {
  return (db.xperms.kind[db.rules.data[rule]!] === XpermKind.nlmsg) === (permission === 'nlmsg');
}

function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const has = new Uint8Array(0x10000);
  for (const [low, high] of ranges) has.fill(1, low, high + 1);
  for (const [low, high] of taken) has.fill(0, low, high + 1);
  const left: [number, number][] = [];
  for (let value = has.indexOf(1); value !== -1; value = has.indexOf(1, value)) {
    const next = has.indexOf(0, value);
    const end = next === -1 ? has.length : next;
    left.push([value, end - 1]);
    value = end;
    if (value >= has.length) break;
  }
  return left;
}

/** `0x5412 0x5401-0x5403`. */
export function commandsText(ranges: readonly Range[]): string {
  return ranges.map(formatXperms).join(' ');
}

function byNames(a: CommandChange, b: CommandChange): number {
  const text = (each: CommandChange): string =>
    `${each.source} ${each.target} ${each.tclass} ${each.permission}`;
  return text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
}
