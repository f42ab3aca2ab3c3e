import type { Confinement, Never } from '../confinement/index.ts';
import type { FileContexts } from '../file-contexts/index.ts';
import { type ClassId, type PolicyDb, type RuleId, RuleKind } from '../policydb/index.ts';
import { capabilities } from './capabilities.ts';
import { changePolicy } from './change-policy.ts';
import { connectTcp } from './connect-tcp.ts';
import { egress } from './egress.ts';
import { executableMemory } from './executable-memory.ts';
import { execute } from './execute.ts';
import { flowFrom } from './flow-from.ts';
import { injectKeystrokes } from './inject-keystrokes.ts';
import { listen } from './listen.ts';
import { loadKernelModule } from './load-kernel-module.ts';
import { mount } from './mount.ts';
import { ptrace } from './ptrace.ts';
import { read } from './read.ts';
import type { Ruleset } from './ruleset.ts';
import { sendUdp } from './send-udp.ts';
import { type Limits, type Subject, subjectOf } from './subject.ts';
import { transition } from './transition.ts';
import { unixSockets } from './unix-sockets.ts';
import type { Verdict, Witness } from './verdict.ts';
import { write } from './write.ts';

/** One never of a description with what came of proving it. */
export interface Proved {
  /** Its kind; with a number where the description has several of a kind: `read-2`. Stable as long as their order is. */
  readonly id: string;
  readonly verdict: Verdict;
}

/**
 * Every never of a description, in its order, proved over one policy that the description's module is linked into. `ruleset` is what
 * labels packets, for exceptions that rest on it; without one they are taken at the description's word, which the verdict says.
 * `limits` are those of a policy that was put together from facts: where a never depends on what is not known, it does not hold.
 */
export function prove(
  db: PolicyDb,
  fileContexts: FileContexts | undefined,
  confinement: Confinement,
  ruleset?: Ruleset,
  limits: Limits = {},
): readonly Proved[] {
  const found = subjectIn(db, fileContexts, confinement, ruleset, limits);
  const subject = found && { ...found, ...waysOut(found) };
  const ids = neverIds(confinement);
  return confinement.never.map((never, i) => ({
    id: ids[i]!,
    verdict: subject === undefined ? absent(confinement, never) : proveOne(subject, never),
  }));
}

/** A never as it stands, with all that its proof asked of the domain's rules. */
export interface Standing extends Proved {
  readonly asked: ReadonlyMap<ClassId, number>;
}

/** Every never of a description, for asking again and again what further rules would open. */
export function standing(
  db: PolicyDb,
  fileContexts: FileContexts | undefined,
  confinement: Confinement,
  ruleset?: Ruleset,
): readonly Standing[] {
  const subject = subjectIn(db, fileContexts, confinement, ruleset);
  const ids = neverIds(confinement);
  return confinement.never.map((never, i) => {
    const asked = new Map<ClassId, number>();
    const verdict =
      subject === undefined
        ? absent(confinement, never)
        : proveOne({ ...subject, limits: { asked } }, never);
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
 * besides. `db` is the policy that holds them; `stands` what was proved of the policy without. Only nevers that asked for something that
 * the rules grant are proved: up to the first such question both proofs are the same.
 */
export function waysAdded(
  db: PolicyDb,
  added: ReadonlySet<RuleId>,
  stands: readonly Standing[],
  {
    fileContexts,
    confinement,
    ruleset,
  }: {
    readonly fileContexts: FileContexts | undefined;
    readonly confinement: Confinement;
    readonly ruleset: Ruleset | undefined;
  },
): readonly AddedWay[] {
  let subject: Subject | undefined;
  return stands.flatMap(({ id, verdict, asked }): AddedWay[] => {
    const { never } = verdict;
    if (never.kind !== 'flow-from' && !touches(db, added, asked)) return [];
    subject ??= subjectIn(db, fileContexts, confinement, ruleset, { added });
    if (subject === undefined) return [];
    const before = new Set(waysOf(verdict).map(({ what }) => what));
    // A flow is found whole: of those that stood, none is new.
    const way = waysOf(proveOne(subject, never)).find(
      ({ what }) => never.kind !== 'flow-from' || !before.has(what),
    );
    return way === undefined ? [] : [{ id, never, what: way.what }];
  });
}

/** Of one never: request -> the first way that it opens alone; undefined for one that has to be asked alone by `waysAdded`. */
export interface WaysOfEach {
  readonly stands: Standing;
  readonly ways: ReadonlyMap<number, string | undefined>;
}

/**
 * The same for many requests at once. `db` holds the rules of all, `addedBy` says whose each is. More rules never take a way away, so a
 * request that has no part in any way of all together opens none alone; for one that has, the way is tried with the others' rules left out.
 * No two requests may be about the same class on the same type: what one narrows (`allowxperm`) another may open.
 */
export function waysAddedByEach(
  db: PolicyDb,
  addedBy: ReadonlyMap<RuleId, number>,
  stands: readonly Standing[],
  {
    fileContexts,
    confinement,
    ruleset,
  }: {
    readonly fileContexts: FileContexts | undefined;
    readonly confinement: Confinement;
    readonly ruleset: Ruleset | undefined;
  },
): readonly WaysOfEach[] {
  const added = new Set(addedBy.keys());
  const limits = { added, addedBy };
  const subject = subjectIn(db, fileContexts, confinement, ruleset, limits);
  if (subject === undefined) return [];
  return stands.flatMap((one): WaysOfEach[] => {
    const ways = new Map<number, string | undefined>();
    const { never } = one.verdict;
    if (never.kind === 'flow-from') {
      for (const asker of addedBy.values()) ways.set(asker, undefined);
    } else if (touches(db, added, one.asked)) {
      proveOne({ ...subject, limits: { ...limits, ways } }, never);
    }
    return ways.size === 0 ? [] : [{ stands: one, ways }];
  });
}

/** What is proved about, or undefined where the policy has no such domain. */
function subjectIn(
  db: PolicyDb,
  fileContexts: FileContexts | undefined,
  confinement: Confinement,
  ruleset?: Ruleset,
  limits: Limits = {},
): Subject | undefined {
  const domain = db.types.ids.get(confinement.domain);
  return domain === undefined || db.types.attributes.has(domain)
    ? undefined
    : subjectOf(db, confinement, domain, fileContexts, ruleset, limits);
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

function neverIds({ never }: Confinement): readonly string[] {
  const seen = new Map<string, number>();
  return never.map(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count === 1 ? kind : `${kind}-${count}`;
  });
}

/** What a domain does as another one is that one's doing, so a proof about this one says nothing of it: where there is a way out, that is said. */
function waysOut(subject: Subject): { leaves?: string } {
  const verdict = transition(subject, { kind: 'transition', why: '' });
  const ways = [
    ...(verdict.outcome === 'violated' ? verdict.witnesses : []),
    ...('breaks' in verdict ? verdict.breaks : []),
  ];
  const [first] = ways;
  if (first === undefined) return {};
  const under = first.settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
  return {
    leaves: `it does nothing as another domain, although it may ${first.what}${under.length > 0 ? ` with ${under.join(' and ')}` : ''}`,
  };
}

/** One never. Each kind has a file of its own; docs/guarantees has a page for it. */
export function proveOne(subject: Subject, never: Never): Verdict {
  switch (never.kind) {
    case 'send-udp':
      return sendUdp(subject, never);
    case 'connect-tcp':
      return connectTcp(subject, never);
    case 'listen':
      return listen(subject, never);
    case 'egress':
      return egress(subject, never);
    case 'unix-sockets':
      return unixSockets(subject, never);
    case 'execute':
      return execute(subject, never);
    case 'transition':
      return transition(subject, never);
    case 'load-kernel-module':
      return loadKernelModule(subject, never);
    case 'change-policy':
      return changePolicy(subject, never);
    case 'ptrace':
      return ptrace(subject, never);
    case 'executable-memory':
      return executableMemory(subject, never);
    case 'mount':
      return mount(subject, never);
    case 'capabilities':
      return capabilities(subject, never);
    case 'read':
      return read(subject, never);
    case 'write':
      return write(subject, never);
    case 'inject-keystrokes':
      return injectKeystrokes(subject, never);
    case 'flow-from':
      return flowFrom(subject, never);
  }
}

/** A domain that is not there can do nothing, and proves nothing. */
function absent(confinement: Confinement, never: Never): Verdict {
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
