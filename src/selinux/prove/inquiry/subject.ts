import { booleanName, type Confinement } from '../../../description/index.ts';
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
} from '../../policydb/index.ts';
import { knownPermission } from '../kernel/totality.ts';
import { mislabelledExecutables } from './executables.ts';
import type { PolicySet } from './policy-set.ts';

/** What a proof takes from a description; of a domain that no description made, what the policy itself says. */
export interface Described
  extends Pick<Confinement, 'name' | 'domain' | 'may' | 'never' | 'residuals' | 'module'>,
    Partial<Pick<Confinement, 'program' | 'takesOver'>> {
  /** The type of the program's executables; undefined where none can be told. */
  readonly executableType: string | undefined;
  /** Where nobody described it: which executables are taken for its own, and why, as a sentence. */
  readonly executablesSaid?: string;
}

/** What a proof is about: one domain of one policy, with the description that it is held against. */
export interface Subject extends PolicySet, Purpose {
  readonly confinement: Described;
  readonly domain: TypeId;
  /** The domain that the nevers are of; another one than `domain` where the rules of one that it can enter are asked by themselves. */
  readonly home: TypeId;
  /** The domains whose rules are asked, as if one process had them all: this one, and those of its description that it can enter. */
  readonly sources: readonly TypeId[];
  /** The domains that count as itself: what it may do there is asked too, so that coming there is no way out. */
  readonly own: ReadonlySet<TypeId>;
  /** How the domain can act as another one, as a sentence; undefined where it cannot. Every other never presupposes that it does not. */
  readonly leaves?: string;
  /** The same of processes of other domains that it can attach to: what is written into them has their rights. */
  readonly attaches?: string;
  /** The other domains of its description to which it can hand work, each as a sentence that every never presupposes. */
  readonly beside?: readonly string[];
  /** Permissions that the domain has and that nobody has judged, as `class permission`: no never can be said to hold beside one. */
  readonly unjudged: readonly string[];
  /** ClassId -> its `allow` rules whose source is one of the domains or an attribute of it. */
  readonly allowed: ReadonlyMap<ClassId, readonly RuleId[]>;
  /** The same of the rules on commands: `allowxperm` and `auditallowxperm`. */
  readonly extended: ReadonlyMap<ClassId, readonly RuleId[]>;
}

/** What a proof is made for, where it is not for the verdict on the policy as it is. */
export interface Purpose {
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
export function labelsKnown({ labelled }: PolicySet, path: string): boolean {
  return labelled?.some((known) => path === known || path.startsWith(`${known}/`)) ?? true;
}

/** Gathers the domain's rules, once for all guarantees, and those of the other `sources`. */
export function subjectOf(
  set: PolicySet,
  confinement: Described,
  {
    domain,
    home = domain,
    sources = [domain],
    own = new Set([domain]),
  }: Pick<Subject, 'domain'> & Partial<Pick<Subject, 'home' | 'sources' | 'own'>>,
  purpose: Purpose = {},
): Subject {
  const { db } = set;
  const allowed = new Map<ClassId, RuleId[]>();
  const extended = new Map<ClassId, RuleId[]>();
  const index = rulesBySource(db);
  const names = new Set(sources.flatMap((source) => [...attributesOf(db.types, source)]));
  for (const source of names) {
    for (const rule of rowsOf(index, source)) {
      const kind = db.rules.kind[rule]!;
      const rules =
        kind === RuleKind.allow ? allowed : ON_COMMANDS.has(kind) ? extended : undefined;
      if (rules === undefined) continue;
      const tclass = db.rules.tclass[rule]!;
      const list = rules.get(tclass);
      if (list === undefined) rules.set(tclass, [rule]);
      else list.push(rule);
    }
  }
  const unjudged = unjudgedOf(db, allowed);
  // The program is that of the domain at home; where a sibling's rules are asked alone, it is not theirs.
  const mislabelled = domain === home ? mislabelledExecutables(set, confinement) : [];
  const doubts = [...(set.doubts ?? []), ...mislabelled];
  const which = { domain, home, sources, own };
  return { ...set, doubts, ...purpose, ...which, confinement, unjudged, allowed, extended };
}

/**
 * One that only audits makes the kernel look at commands too, and lets none through (services.c, services_compute_xperms_drivers). So
 * does `dontauditxperm`, which does not count: `semodule -DB`, with which people look for a denial, takes it out, and opens every command.
 */
const ON_COMMANDS: ReadonlySet<number> = new Set([RuleKind.allowxperm, RuleKind.auditallowxperm]);

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

/** The ids of the policy's booleans of these tunables of the description; a tunable that the policy lacks is never on. */
export function tunableBooleans(
  { db, confinement }: Subject,
  tunables: readonly string[],
): BooleanId[] {
  return tunables.flatMap(
    (tunable) => db.booleans.ids.get(booleanName(confinement, tunable)) ?? [],
  );
}
