import { type Confinement, domainsOf } from '../description/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import { type PolicySet, type Proved, prove } from '../selinux/prove/index.ts';
import {
  domainSummary,
  entrances,
  type Grant,
  type SensitiveGrant,
  sensitiveGrants,
} from '../selinux/query/index.ts';
import type { PolicyTarget } from '../targets/index.ts';
import type { Baseline } from '../upkeep/index.ts';
import { factsBaseline, policyBaseline } from './baselines.ts';
import { linkProfile } from './check-profile.ts';
import { anyCompilers, type CheckTarget, FACTS } from './check-targets.ts';
import { fedoraColumn } from './facts-column.ts';
import { type CallsOnTarget, callsByFacts, callsOnTarget } from './interface-calls.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { linkedFiles, loadPolicySet, type PolicyFiles } from './load-policy-set.ts';
import { type Profile, rulesetOf } from './load-profile.ts';
import { step } from './progress.ts';

/** A policy with a profile's module in it: what the domain may do there, and what of the nevers holds. */
export interface ExaminedTarget extends Policy, ExaminedDomain {
  readonly set: PolicySet;
  /** The same of the further domains, in the order of the description. */
  readonly further: readonly ExaminedDomain[];
  /** The policy's domains of login users, by their names without `_t`. */
  readonly users: readonly string[];
  /** What each call of an interface grants there. Asked of the compilers once, when it is wanted. */
  calls(): Promise<CallsOnTarget>;
  /** What `check --record` keeps of it. */
  baseline(): Promise<Baseline>;
}

/** What one domain of the description may do on a policy, and what of its nevers holds. */
export interface ExaminedDomain {
  readonly grants: readonly Grant[];
  /** What no program should be granted, and the domain is. */
  readonly sensitive: readonly SensitiveGrant[];
  /** The domains that come into it by executing the program. */
  readonly entrances: readonly string[];
  readonly proved: readonly Proved[];
}

/** One policy that the module was linked into. */
interface Policy {
  readonly id: string;
  readonly title: string;
  readonly files: PolicyFiles;
  /** Its file contexts without the module's. */
  readonly baseFileContexts: string;
  readonly warnings: readonly string[];
  /** What a reader should know of how the policy differs from what is there. */
  readonly notes: readonly string[];
  /** The day of the facts that it was put together from; undefined for a real policy. */
  readonly date?: string;
}

/**
 * Compiles a profile, links it into each of these policies and proves its nevers there. Throws as `linkProfile` does, and ToolchainError for what
 * secilc refuses.
 */
export async function examineTargets(
  io: Io,
  profile: Profile,
  targets: readonly CheckTarget[],
): Promise<readonly ExaminedTarget[]> {
  const { confinement } = profile;
  const policies = targets.filter((target): target is PolicyTarget => target !== FACTS);
  const linked = await linkProfile(io, confinement, policies);
  const examinedTargets: ExaminedTarget[] = [];
  for (const one of linked) {
    const { target, warnings, notes, base, baseFileContexts } = one;
    const { id, title } = target;
    await step(io, `proved on ${title}`, () => {
      const policy = { id, title, warnings, notes, baseFileContexts, files: linkedFiles(one) };
      const found = examined(profile, io, policy);
      const calls = once(() => callsOnTarget(target, found.set.db, confinement));
      const baseline = async (): Promise<Baseline> =>
        policyBaseline(profile, target, base, await calls(), found);
      examinedTargets.push({ ...found, calls, baseline });
    });
  }
  if (targets.includes(FACTS)) {
    const facts = fedoraFacts();
    const compilers = linked[0]?.target.compilers ?? (await anyCompilers());
    await step(io, `proved on what is known of Fedora’s policy of ${facts.date}`, async () => {
      const column = await fedoraColumn(io, compilers, facts, confinement);
      const found = examined(profile, io, { id: FACTS.id, warnings: [], notes: [], ...column });
      const calls = once(async () => callsByFacts(column.title, facts, confinement));
      const baseline = async (): Promise<Baseline> =>
        factsBaseline(profile, facts, await calls(), found);
      examinedTargets.push({ ...found, calls, baseline });
    });
  }
  return examinedTargets;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

function examined(
  profile: Profile,
  io: Io,
  policy: Policy,
): Omit<ExaminedTarget, 'calls' | 'baseline'> {
  const { confinement } = profile;
  const set = loadPolicySet(io, policy.files, rulesetOf(profile));
  const [own, ...further] = domainsOf(confinement).map((domain) => examinedDomain(set, domain));
  return { ...policy, set, ...own!, further, users: usersOf(set.db) };
}

function examinedDomain(set: PolicySet, confinement: Confinement): ExaminedDomain {
  const { db } = set;
  return {
    // The linked policy has the domain: the module that declares it was just linked into it.
    grants: domainSummary(db, db.types.ids.get(confinement.domain)!),
    sensitive: sensitiveGrants(db, confinement.domain),
    entrances: entrances(
      db,
      db.types.ids.get(confinement.domain)!,
      db.types.ids.get(confinement.executableType)!,
    ),
    proved: prove(set, confinement),
  };
}

/** A role whose name a domain shares is one that people log in with. */
function usersOf(db: PolicyDb): string[] {
  return [...db.roles.ids.keys()]
    .filter((role) => role.endsWith('_r') && db.types.ids.has(role.replace(/_r$/, '_t')))
    .map((role) => role.replace(/_r$/, ''));
}
