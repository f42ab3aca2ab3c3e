import type { Confinement } from '../confinement/index.ts';
import type { FileContexts } from '../file-contexts/index.ts';
import {
  attributesOf,
  type BooleanId,
  type ClassId,
  type PolicyDb,
  type RuleId,
  RuleKind,
  rowsOf,
  rulesBySource,
  type TypeId,
  type TypeTable,
} from '../policydb/index.ts';
import { isBounded, leftByBounds } from './bounds.ts';
import type { Ruleset } from './ruleset.ts';
import { knownPermission } from './totality.ts';

/** What a proof is about: one domain of one policy, with the description that it is held against. */
export interface Subject {
  readonly db: PolicyDb;
  readonly confinement: Confinement;
  readonly domain: TypeId;
  /** Absent where none were given: then no path has a known type. */
  readonly fileContexts: FileContexts | undefined;
  /** What labels packets, where it is at hand: an exception for the resolver is then held against it. */
  readonly ruleset: Ruleset | undefined;
  /** Of a policy that was put together from what is known of another: what it may lack. */
  readonly limits: Limits;
  /** How the domain can act as another one, as a sentence; undefined where it cannot. Every other never presupposes that it does not. */
  readonly leaves?: string;
  /** Permissions that the domain has and that nobody has judged, as `class permission`: no never can be said to hold beside one. */
  readonly unjudged: readonly string[];
  /** ClassId -> its `allow` rules whose source is the domain or an attribute of it. */
  readonly allowed: ReadonlyMap<ClassId, readonly RuleId[]>;
  /** The same of `allowxperm`. */
  readonly extended: ReadonlyMap<ClassId, readonly RuleId[]>;
}

/** What is known beside the policy: of one that was put together from facts, what it may lack; and what the distribution alone grants. */
export interface Limits {
  /** Why rules of the domain may be missing, one sentence each: a doubt about every never. */
  readonly doubts?: readonly string[];
  /** The directories below which all labels are known, `HOME` among them; absent where they are known everywhere. */
  readonly labelled?: readonly string[];
  /** The policy without modules of others: only what it grants every domain is base. Without it the origin of such a rule is unknown. */
  readonly base?: PolicyDb;
  /** What is presupposed of `base`, where others than the distribution may have put modules into it: said by every never that rests on it. */
  readonly baseAssumes?: string;
  /** Rules that were put in to ask what they open: only ways that are not open without them, as the booleans are set, are found. */
  readonly added?: ReadonlySet<RuleId>;
  /** Of rules that several requests put in at once, each request's number; `ways` then collects what each opens alone. */
  readonly addedBy?: ReadonlyMap<RuleId, number>;
  /** Request -> the first way that it opens, or undefined where that cannot be told from all of them together. */
  readonly ways?: Map<number, string | undefined>;
  /** Collects what is asked of the domain's rules: permissions by class. A rule that grants none of them cannot change the answer. */
  readonly asked?: Map<ClassId, number>;
}

/** Whether the labels of everything at and below a path are known. */
export function labelsKnown({ limits }: Subject, path: string): boolean {
  return limits.labelled?.some((known) => path === known || path.startsWith(`${known}/`)) ?? true;
}

/** Gathers the domain's rules, once for all guarantees. */
export function subjectOf(
  db: PolicyDb,
  confinement: Confinement,
  domain: TypeId,
  fileContexts: FileContexts | undefined,
  ruleset: Ruleset | undefined,
  limits: Limits = {},
): Subject {
  const allowed = new Map<ClassId, RuleId[]>();
  const extended = new Map<ClassId, RuleId[]>();
  const index = rulesBySource(db);
  for (const source of attributesOf(db.types, domain)) {
    for (const rule of rowsOf(index, source)) {
      const kind = db.rules.kind[rule];
      const rules =
        kind === RuleKind.allow ? allowed : kind === RuleKind.allowxperm ? extended : undefined;
      if (rules === undefined) continue;
      const tclass = db.rules.tclass[rule]!;
      const list = rules.get(tclass);
      if (list === undefined) rules.set(tclass, [rule]);
      else list.push(rule);
    }
  }
  const unjudged = unjudgedOf(db, allowed);
  return { db, confinement, domain, fileContexts, ruleset, limits, unjudged, allowed, extended };
}

function unjudgedOf(db: PolicyDb, allowed: Subject['allowed']): string[] {
  const found: string[] = [];
  for (const [tclass, rules] of allowed) {
    const name = db.classes.names[tclass]!;
    let granted = 0;
    for (const rule of rules) granted |= db.rules.data[rule]!;
    db.classes.permissions[tclass]!.forEach((permission, bit) => {
      if (((granted >>> bit) & 1) === 1 && knownPermission(name, permission) === undefined) {
        found.push(`${name} ${permission}`);
      }
    });
  }
  return found;
}

/** Some of what one rule grants the domain. */
export interface Grant {
  readonly rule: RuleId;
  readonly tclass: ClassId;
  /** Of the permissions asked for those that the rule has and typebounds can leave. Not 0. */
  readonly permissions: number;
  /** Of the rule's targets those that are asked for, ascending. Not empty. */
  readonly targets: readonly TypeId[];
}

/** What the domain is granted of some permissions of a class, on targets that are asked for. */
export function grantsOf(
  subject: Subject,
  tclass: ClassId,
  permissions: number,
  asked: (target: TypeId, tclass: ClassId) => boolean = () => true,
  among?: readonly TypeId[],
): Grant[] {
  const { db } = subject;
  const bounded = isBounded(subject);
  const { asked: collected } = subject.limits;
  collected?.set(tclass, ((collected.get(tclass) ?? 0) | permissions) >>> 0);
  const grants: Grant[] = [];
  for (const rule of subject.allowed.get(tclass) ?? []) {
    const granted = (db.rules.data[rule]! & permissions) >>> 0;
    if (granted === 0) continue;
    const on = targetsOf(db, db.rules.target[rule]!, among).filter((each) => asked(each, tclass));
    if (on.length === 0) continue;
    if (!bounded) {
      grants.push({ rule, tclass, permissions: granted, targets: on });
      continue;
    }
    // By what typebounds leaves of it.
    const targets = new Map<number, TypeId[]>();
    for (const target of on) {
      const left = (granted & leftByBounds(db, subject.domain, target, tclass)) >>> 0;
      if (left !== 0) targets.set(left, [...(targets.get(left) ?? []), target]);
    }
    for (const [left, on] of targets) {
      grants.push({ rule, tclass, permissions: left, targets: on });
    }
  }
  return grants;
}

/** The types that a name in a rule stands for, or those of `among` that it does; ascending as `among` is. */
function targetsOf(
  { types }: PolicyDb,
  name: TypeId,
  among: readonly TypeId[] | undefined,
): readonly TypeId[] {
  const members = types.members.get(name);
  if (members === undefined) return among === undefined || among.includes(name) ? [name] : [];
  let all = listsByTypes.get(types);
  if (all === undefined) {
    all = new Map();
    listsByTypes.set(types, all);
  }
  let list = all.get(name);
  if (list === undefined) {
    list = members.toArray();
    all.set(name, list);
  }
  return among === undefined || among.length > list.length
    ? list
    : among.filter((type) => members.has(type));
}

/** A proof goes through the same attributes again and again. */
const listsByTypes = new WeakMap<TypeTable, Map<TypeId, readonly TypeId[]>>();

/** A grant on many targets as grants on one target each. */
export function perTarget(grant: Grant): Grant[] {
  return grant.targets.map((target) => ({ ...grant, targets: [target] }));
}

export function permissionMask(db: PolicyDb, tclass: ClassId, names: readonly string[]): number {
  let mask = 0;
  for (const name of names) {
    const bit = db.classes.permissionBits[tclass]!.get(name);
    if (bit !== undefined) mask |= 1 << bit;
  }
  return mask >>> 0;
}

/** The ids of the policy's booleans of these tunables of the description; a tunable that the policy lacks is never on. */
export function tunableBooleans(
  { db, confinement }: Subject,
  tunables: readonly string[],
): BooleanId[] {
  return tunables.flatMap((tunable) => db.booleans.ids.get(`${confinement.name}_${tunable}`) ?? []);
}
