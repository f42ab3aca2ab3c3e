import { ConfinementProblems } from '../description/index.ts';
import { calledInterfaces } from '../selinux/module/index.ts';
import { headerInterfaces, type PolicyTarget, ToolchainError } from '../targets/index.ts';
import {
  accessOf,
  type Baseline,
  type Concerns,
  compareBaselines,
  type Finding,
  type Now,
} from '../upkeep/index.ts';
import { factsBaseline, namesOfFacts, namesOfPolicy, policyBaseline } from './baselines.ts';
import { ownModules } from './check-profile.ts';
import { examineTargets } from './commands/check.ts';
import { callsByFacts, callsOnTarget } from './interface-calls.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { loadPolicy } from './load-policy.ts';
import type { Profile } from './load-profile.ts';
import type { CheckTarget } from './profile-targets.ts';

/** What changed on a target since a record. */
export async function policyFindings(
  io: Io,
  profile: Profile,
  target: CheckTarget,
  before: Baseline,
  concerns: Concerns,
): Promise<{ readonly now: Baseline; readonly findings: readonly Finding[] }> {
  const now =
    target.id === 'fedora'
      ? await factsNow(io, profile, target)
      : await policyNow(io, profile, target as PolicyTarget);
  return {
    now: now.baseline,
    findings: compareBaselines(profile.confinement, before, now, concerns),
  };
}

async function policyNow(io: Io, profile: Profile, target: PolicyTarget): Promise<Now> {
  const { confinement } = profile;
  const { compilers } = await target.open();
  const names = { interfaces: new Set(headerInterfaces(compilers).keys()), unknown: [] };
  const examined = await compiled(io, profile, target);
  const opened = await target.open();
  const base = loadPolicy(io, (await opened.base(ownModules(confinement))).policy);
  if ('refusal' in examined) {
    const called = await callsOnTarget(opened, base, confinement);
    const baseline = await policyBaseline(profile, opened, base, called);
    return { ...names, ...examined, baseline, known: namesOfPolicy(base) };
  }
  return { ...names, ...examined, known: namesOfPolicy(base) };
}

async function factsNow(io: Io, profile: Profile, target: CheckTarget): Promise<Now> {
  const { confinement } = profile;
  const facts = fedoraFacts();
  const names = {
    interfaces: new Set(facts.interfaces.keys()),
    known: namesOfFacts(facts),
    unknown: calledInterfaces(confinement)
      .map(({ name }) => name)
      .filter((name) => facts.interfaces.has(name) && !facts.given.has(name)),
  };
  const examined = await compiled(io, profile, target);
  if ('refusal' in examined) {
    const called = callsByFacts('Fedora facts', facts, confinement);
    return { ...names, ...examined, baseline: factsBaseline(profile, facts, called) };
  }
  return { ...names, ...examined };
}

/** The description on a target, or what was said of it: names that are gone are what is asked about here, and no mistake. */
async function compiled(
  io: Io,
  profile: Profile,
  target: CheckTarget,
): Promise<(Pick<Now, 'baseline'> & Required<Pick<Now, 'allows'>>) | { readonly refusal: string }> {
  try {
    const { columns, records } = await examineTargets(io, profile, [target]);
    return {
      baseline: await records[0]!(),
      allows: accessOf(columns[0]!.set.db, profile.confinement.domain),
    };
  } catch (error) {
    if (error instanceof ConfinementProblems) return { refusal: error.message };
    // What a compiler refuses has its words; a tool that is missing has none.
    if (error instanceof ToolchainError && error.output) return { refusal: refusalOf(error) };
    throw error;
  }
}

function refusalOf({ output, message }: ToolchainError): string {
  const lines = (output ?? '').split('\n').filter((line) => /error|unknown|no such/i.test(line));
  return lines.length === 0 ? message : lines.join('\n');
}
