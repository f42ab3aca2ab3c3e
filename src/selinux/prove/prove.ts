import type { Never, NeverKind, Residual } from '../../description/index.ts';
import { neverIds } from '../../verdict/index.ts';
import { type ClassId, type PolicyDb, type RuleId, RuleKind } from '../policydb/index.ts';
import { considerations } from './inquiry/considerations.ts';
import { beside, enteredFrom } from './inquiry/domains.ts';
import { takenPaths } from './inquiry/executables.ts';
import { Inquiry } from './inquiry/inquiry.ts';
import type { PolicySet } from './inquiry/policy-set.ts';
import { type Described, type Purpose, type Subject, subjectOf } from './inquiry/subject.ts';
import type { Verdict, Witness } from './inquiry/verdict.ts';
import type { AssertedNever } from './nevers/assertion.ts';
import type { Guarantee } from './nevers/guarantee.ts';
import { GUARANTEES } from './nevers/index.ts';
import { forbidTransitions } from './nevers/leaving.ts';

/** One never of a description with what came of proving it. */
export interface Proved {
  /** Its kind; with a number where the description has several of a kind: `read-2`. Stable as long as their order is. */
  readonly id: string;
  readonly verdict: Verdict;
}

/** Every never of a description, in its order, proved over a policy that the description's module is linked into. */
export function prove(set: PolicySet, confinement: Described): readonly Proved[] {
  const ids = neverIds(confinement.never);
  const known = new Map<string, readonly Subject[] | undefined>();
  return confinement.never.map((never, i) => {
    const key = (never.leavesOut ?? []).join(' ');
    if (!known.has(key)) known.set(key, subjectsIn(set, confinement, never.leavesOut));
    const subjects = known.get(key);
    return {
      id: ids[i]!,
      verdict:
        subjects === undefined
          ? absent(confinement, never)
          : worst(subjects.map((subject) => proveOne(subject, never))),
    };
  });
}

/**
 * What a never is proved of: the domain; where it can enter others of its description, all of them as one that has the rules of each, so that no way
 * is lost that one of them begins and another ends, and then each alone, since a rule on commands in one takes nothing away from another.
 */
function subjectsIn(
  set: PolicySet,
  confinement: Described,
  leavesOut: readonly string[] = [],
): readonly Subject[] | undefined {
  const together = subjectIn(set, confinement, {}, leavesOut);
  if (together === undefined) return undefined;
  const { sources, own, home } = together;
  const besides = { ...waysOut(together), ...beside(set.db, confinement, sources) };
  const alone = sources.length === 1 ? [] : sources;
  const { domains = [] } = confinement.module ?? {};
  return [
    { ...together, ...besides },
    ...alone.map((domain) => {
      const name = set.db.types.names[domain]!;
      const { executableType = confinement.executableType } =
        domains.find((one) => one.domain === name) ?? {};
      const which = { domain, home, sources: [domain], own };
      return { ...subjectOf(set, { ...confinement, executableType }, which), ...besides };
    }),
  ];
}

/** The first of the worst outcome. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const rank = ({ outcome }: Verdict): number => SEVERITY.indexOf(outcome);
  return verdicts.reduce((found, verdict) => (rank(verdict) < rank(found) ? verdict : found));
}

const SEVERITY: readonly Verdict['outcome'][] = ['violated', 'undecided', 'holds-as-set', 'holds'];

/** A never as it stands, with all that its proof asked of the domain's rules. */
export interface Standing extends Proved {
  readonly asked: ReadonlyMap<ClassId, number>;
}

/** Every never of a description, for asking again and again what further rules would open. */
export function standing(set: PolicySet, confinement: Described): readonly Standing[] {
  const subject = subjectIn(set, confinement);
  const ids = neverIds(confinement.never);
  return confinement.never.map((never, i) => {
    const asked = new Map<ClassId, number>();
    const verdict =
      subject === undefined ? absent(confinement, never) : proveOne({ ...subject, asked }, never);
    return { id: ids[i]!, verdict, asked };
  });
}

/** A way that rules would open, and the never that it is against. */
export interface AddedWay {
  readonly id: string;
  readonly never: Never;
  readonly what: string;
}

/**
 * The first way against each never that is open, as the booleans are set, with the rules `added` and not without them, whatever stands open
 * besides. `set` has the policy that holds them; `stands` is what was proved of the policy without. Only nevers that asked for something that
 * the rules grant are proved: up to the first such question both proofs are the same.
 */
export function waysAdded(
  set: PolicySet,
  confinement: Described,
  added: ReadonlySet<RuleId>,
  stands: readonly Standing[],
): readonly AddedWay[] {
  let subject: Subject | undefined;
  return stands.flatMap(({ id, verdict, asked }): AddedWay[] => {
    const { never } = verdict;
    const { asksAll } = guaranteeOf(never);
    if (!asksAll && !touches(set.db, added, asked)) return [];
    subject ??= subjectIn(set, confinement, { added });
    if (subject === undefined) return [];
    const before = new Set(waysOf(verdict).map(({ what }) => what));
    // Of ways that are found whole, those that stood are not new.
    const way = waysOf(proveOne(subject, never)).find(({ what }) => !asksAll || !before.has(what));
    return way === undefined ? [] : [{ id, never, what: way.what }];
  });
}

/** Of one never: request -> the first way that it opens alone; undefined for one that has to be asked alone by `waysAdded`. */
export interface WaysOfEach {
  readonly stands: Standing;
  readonly ways: ReadonlyMap<number, string | undefined>;
}

/**
 * The same for many requests at once. The set's policy holds the rules of all, `addedBy` says whose each is. More rules never take a way away, so a
 * request that has no part in any way of all together opens none alone; for one that has, the way is tried with the others' rules left out.
 * No two requests may be about the same class on the same type: what one narrows (`allowxperm`) another may open.
 */
export function waysAddedByEach(
  set: PolicySet,
  confinement: Described,
  addedBy: ReadonlyMap<RuleId, number>,
  stands: readonly Standing[],
): readonly WaysOfEach[] {
  const added = new Set(addedBy.keys());
  const subject = subjectIn(set, confinement, { added, addedBy });
  if (subject === undefined) return [];
  return stands.flatMap((one): WaysOfEach[] => {
    const ways = new Map<number, string | undefined>();
    const { never } = one.verdict;
    // What is found whole cannot be told apart by who asked.
    if (guaranteeOf(never).asksAll) {
      for (const asker of addedBy.values()) ways.set(asker, undefined);
    } else if (touches(set.db, added, one.asked)) {
      proveOne({ ...subject, ways }, never);
    }
    return ways.size === 0 ? [] : [{ stands: one, ways }];
  });
}

/** What is proved about, or undefined where the policy has no such domain. */
function subjectIn(
  set: PolicySet,
  confinement: Described,
  purpose: Purpose = {},
  leavesOut: readonly string[] = [],
): Subject | undefined {
  const { types } = set.db;
  const domain = types.ids.get(confinement.domain);
  if (domain === undefined || types.attributes.has(domain)) return undefined;
  const sources = [domain, ...enteredFrom(set.db, confinement, domain, leavesOut)];
  return subjectOf(set, confinement, { domain, sources, own: new Set(sources) }, purpose);
}

function touches(
  db: PolicyDb,
  added: ReadonlySet<RuleId>,
  asked: ReadonlyMap<ClassId, number>,
): boolean {
  return [...added].some((rule) => {
    const mask = asked.get(db.rules.tclass[rule]!);
    if (mask === undefined) return false;
    // A rule on commands has no mask: any question about its class may be about them.
    return db.rules.kind[rule] !== RuleKind.allow || (db.rules.data[rule]! & mask) !== 0;
  });
}

/** Of a permissive domain those that would be open once it is enforced: it is what the description promises. */
function waysOf(verdict: Verdict): readonly Witness[] {
  const enforced = verdict.outcome === 'violated' ? (verdict.enforced ?? verdict) : verdict;
  return enforced.outcome === 'violated' ? enforced.witnesses : [];
}

/** What a domain does as another one is that one's doing, so a proof about this one says nothing of it: where there is a way out, that is said. */
function waysOut(subject: Subject): Pick<Subject, 'leaves' | 'attaches'> {
  const leaves = firstWay(leavingItsOwn(subject));
  const attaches = firstWay(attachingToOthers(subject));
  return {
    ...(leaves && { leaves: `it does nothing as another domain, although it may ${leaves}` }),
    ...(attaches && {
      attaches: `it does nothing through a process of another domain, although it may ${attaches}`,
    }),
  };
}

function leavingItsOwn(subject: Subject): Verdict {
  const inquiry = bareInquiry(subject, { kind: 'transition', why: '' });
  forbidTransitions(inquiry, [...subject.own]);
  return inquiry.conclude();
}

function bareInquiry(subject: Subject, never: Never): Inquiry {
  return new Inquiry(subject, {
    never,
    ...{ question: '', residuals: [], considered: [], presupposes: [] },
  });
}

/** The never about processes forbids its own too, through which a domain can do no more than by itself. */
function attachingToOthers(subject: Subject): Verdict {
  const inquiry = bareInquiry(subject, { kind: 'ptrace', why: '' });
  inquiry.forbid('ptrace-attach', { on: (target) => !subject.own.has(target) });
  return inquiry.conclude();
}

function firstWay(verdict: Verdict): string | undefined {
  const [first] = [
    ...(verdict.outcome === 'violated' ? verdict.witnesses : []),
    ...('breaks' in verdict ? verdict.breaks : []),
  ];
  if (first === undefined) return undefined;
  const under = first.settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
  return `${first.what}${under.length > 0 ? ` with ${under.join(' and ')}` : ''}`;
}

/** One never, by the record of its kind. */
export function proveOne(subject: Subject, never: Never): Verdict {
  const guarantee = guaranteeOf(never);
  const inquiry = new Inquiry(subject, {
    never,
    question: guarantee.question(never),
    residuals: residualsOf(subject.confinement, guarantee),
    considered: considerations(subject, guarantee.considers ?? []),
    presupposes: [
      guarantee.aboutLeaving ? undefined : subject.leaves,
      guarantee.aboutAttaching ? undefined : subject.attaches,
      ...takenPaths(subject.confinement),
      ...(subject.beside ?? []),
    ].filter((text) => text !== undefined),
  });
  guarantee.prove(inquiry, never);
  return inquiry.conclude();
}

/** Those of a description's nevers that `neverallow` rules can say, with the rules, in its order. */
export function assertedNevers(nevers: readonly Never[]): readonly AssertedNever[] {
  return nevers.flatMap((never): AssertedNever[] => {
    const asserted = guaranteeOf(never).asserted?.(never);
    return asserted === undefined ? [] : [{ never, ...asserted }];
  });
}

/** The table has under each kind the record that takes nevers of that kind, which the type of a lookup cannot say. */
function guaranteeOf({ kind }: Never): Guarantee<NeverKind> {
  return GUARANTEES[kind] as Guarantee<NeverKind>;
}

/** What a description accepts, where it concerns a never. One with an id that no kind names is listed with every verdict. */
function residualsOf(
  { residuals }: Described,
  { residuals: concerning = [] }: Guarantee<NeverKind>,
): readonly Residual[] {
  return residuals.filter(
    ({ id, mechanism = 'selinux' }) =>
      mechanism === 'selinux' && (concerning.includes(id) || !CONCERNING.has(id)),
  );
}

const CONCERNING: ReadonlySet<string> = new Set(
  Object.values(GUARANTEES).flatMap(({ residuals = [] }) => residuals),
);

/** A domain that is not there can do nothing, and proves nothing. */
function absent(confinement: Described, never: Never): Verdict {
  return {
    outcome: 'undecided',
    never,
    evidence: `the policy has no type ${confinement.domain}`,
    reasons: [
      `the policy has no type ${confinement.domain}: link the module ${confinement.name} into it first`,
    ],
    checks: [],
    base: [],
    residuals: [],
    notes: [],
    assumes: [],
    breaks: [],
    considered: [],
    more: 0,
  };
}
