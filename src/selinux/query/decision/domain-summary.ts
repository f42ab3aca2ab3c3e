import {
  attributesOf,
  type ClassId,
  membersOf,
  NONE,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
} from '../../policydb/index.ts';
import { conditionalText } from '../rules/conditional.ts';
import { accessVector } from './access-vector.ts';

/** What a grant is about, as a person would file it; in the order in which a summary tells them. */
export const AREAS = [
  'capabilities',
  'own sockets',
  'BPF and tracing',
  'network',
  'sockets of others',
  'processes',
  'executes',
  'writes',
  'terminals',
  'reads',
  'other',
] as const;
export type Area = (typeof AREAS)[number];

/** One thing that a domain may do. */
export interface Grant {
  readonly area: Area;
  /** A type or attribute, `self` for the domain's own objects. */
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  /** The booleans under which it holds, as text; undefined for always. */
  readonly when: string | undefined;
  /** The attribute through which the domain has it; undefined for what is granted to this domain by name. */
  readonly through: string | undefined;
}

/**
 * What the allow rules give a domain, each permission once: what it has by being a domain is told as that, and left out of what it is
 * granted by name (compilers leave it out of the binary too, or not, as they please). `self` rules of an attribute are written out per
 * type in a binary policy; they are known by this, that every type of the attribute `domain` has them.
 */
export function domainSummary(db: PolicyDb, domain: TypeId): readonly Grant[] {
  const allows = [...attributesOf(db.types, domain)].map((source) => ({
    source,
    rules: [...rowsOf(rulesBySource(db), source)].filter(
      (rule) => db.rules.kind[rule] === RuleKind.allow,
    ),
  }));
  const grants: Grant[] = [];
  const covered = new Map<number, number>();

  for (const { source, rules } of allows.filter((entry) => entry.source !== domain)) {
    for (const rule of rules) {
      grants.push(grantOf(db, domain, rule, db.rules.data[rule]!, db.types.names[source]));
      if (db.rules.conditional[rule] === NONE) cover(rule);
    }
  }
  const own = allows.find((entry) => entry.source === domain)?.rules ?? [];
  // Unconditional rules stand first in the table, so that a conditional one tells only what it adds.
  for (const rule of own) {
    const tclass = db.rules.tclass[rule]!;
    const base =
      db.rules.target[rule] === domain ? sharedSelfAccess(db, tclass) & db.rules.data[rule]! : 0;
    if (base !== 0) grants.push(grantOf(db, domain, rule, base, 'domain'));
    const rest = db.rules.data[rule]! & ~base & ~coverage(rule);
    if (rest !== 0) grants.push(grantOf(db, domain, rule, rest, undefined));
    if (db.rules.conditional[rule] === NONE) cover(rule);
  }
  return grants;

  function cover(rule: RuleId): void {
    const key = keyOf(db, db.rules.target[rule]!, db.rules.tclass[rule]!);
    covered.set(key, (covered.get(key) ?? 0) | db.rules.data[rule]!);
  }

  /** The permissions that earlier rules give on everything that this rule's target stands for. */
  function coverage(rule: RuleId): number {
    const target = db.rules.target[rule]!;
    const tclass = db.rules.tclass[rule]!;
    const over = db.types.attributes.has(target) ? [target] : attributesOf(db.types, target);
    let mask = 0;
    for (const type of over) mask |= covered.get(keyOf(db, type, tclass)) ?? 0;
    return mask;
  }
}

function keyOf(db: PolicyDb, target: TypeId, tclass: ClassId): number {
  return tclass * db.types.names.length + target;
}

/** The permissions that every type of the attribute `domain` has on itself. */
function sharedSelfAccess(db: PolicyDb, tclass: ClassId): number {
  const attribute = db.types.ids.get('domain');
  if (attribute === undefined) return 0;
  let mask = db.classes.allPermissions[tclass]!;
  for (const type of membersOf(db.types, attribute)) {
    if (mask === 0) break;
    mask &= accessVector(db, type, type, tclass).allowed;
  }
  return mask;
}

function grantOf(
  db: PolicyDb,
  domain: TypeId,
  rule: RuleId,
  mask: number,
  through: string | undefined,
): Grant {
  const tclass = db.rules.tclass[rule]!;
  const target = db.rules.target[rule]!;
  const conditional = db.rules.conditional[rule]!;
  const name = db.classes.names[tclass]!;
  const permissions = db.classes.permissions[tclass]!.filter((_, bit) => (mask >>> bit) & 1).sort();
  return {
    area: areaOf(name, permissions, target === domain),
    target: target === domain ? 'self' : db.types.names[target]!,
    tclass: name,
    permissions,
    when: conditional === NONE ? undefined : whenText(db, rule),
    through,
  };
}

/** The rule's condition; for the false branch its negation. */
function whenText(db: PolicyDb, rule: RuleId): string {
  const text = conditionalText(db, db.conditionals[db.rules.conditional[rule]!]!);
  return db.rules.branch[rule] === 1 ? text : `! ( ${text} )`;
}

export function areaOf(tclass: string, permissions: readonly string[], isSelf: boolean): Area {
  const some = (...names: string[]): boolean => names.some((name) => permissions.includes(name));
  if (/^cap(ability|_userns)/.test(tclass)) return 'capabilities';
  if (/^(bpf|perf_event)$/.test(tclass)) return 'BPF and tracing';
  if (
    /^(packet|node|netif|peer|association)$/.test(tclass) ||
    some('name_connect', 'name_bind', 'node_bind')
  ) {
    return 'network';
  }
  if (/_socket$|^socket$/.test(tclass)) return isSelf ? 'own sockets' : 'sockets of others';
  if (tclass === 'sock_file') return 'sockets of others';
  if (/^(process2?|fd|fifo_file|key)$/.test(tclass)) return 'processes';
  if (tclass === 'chr_file') return 'terminals';
  if (/^(file|dir|lnk_file|blk_file|filesystem)$/.test(tclass)) {
    if (some('execute', 'execute_no_trans', 'entrypoint')) return 'executes';
    return some(...WRITING) ? 'writes' : 'reads';
  }
  return 'other';
}

const WRITING = [
  'add_name',
  'append',
  'create',
  'link',
  'relabelto',
  'remove_name',
  'rename',
  'setattr',
  'unlink',
  'write',
];
