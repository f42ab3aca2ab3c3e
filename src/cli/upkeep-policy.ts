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
import type { CheckTarget } from './check-targets.ts';
import { type ExaminedTarget, examineTargets } from './examine-targets.ts';
import { callsByFacts, callsOnTarget } from './interface-calls.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { loadPolicy } from './load-policy.ts';
import type { Profile } from './load-profile.ts';

/** What changed on a target since a record. `known` is what is there now, where that was looked at already. */
export async function policyFindings(
  io: Io,
  profile: Profile,
  target: CheckTarget,
  before: Baseline,
  concerns: Concerns,
  known?: ExaminedTarget,
): Promise<{ readonly now: Baseline; readonly findings: readonly Finding[] }> {
  const now =
    target.id === 'fedora'
      ? await factsNow(io, profile, target, known)
      : await policyNow(io, profile, target as PolicyTarget, known);
  return {
    now: now.baseline,
    findings: compareBaselines(profile.confinement, before, now, concerns),
  };
}

async function policyNow(
  io: Io,
  profile: Profile,
  target: PolicyTarget,
  known: ExaminedTarget | undefined,
): Promise<Now> {
  const { confinement } = profile;
  const { compilers } = await target.open();
  const names = { interfaces: new Set(headerInterfaces(compilers).keys()), unknown: [] };
  const examined = await compiled(io, profile, target, known);
  const opened = await target.open();
  const base = loadPolicy(io, (await opened.base(ownModules(confinement))).policy);
  if ('refusal' in examined) {
    const called = await callsOnTarget(opened, base, confinement);
    const baseline = await policyBaseline(profile, opened, base, called);
    return { ...names, ...examined, baseline, known: namesOfPolicy(base) };
  }
  return { ...names, ...examined, known: namesOfPolicy(base) };
}

async function factsNow(
  io: Io,
  profile: Profile,
  target: CheckTarget,
  known: ExaminedTarget | undefined,
): Promise<Now> {
  const { confinement } = profile;
  const facts = fedoraFacts();
  const names = {
    interfaces: new Set(facts.interfaces.keys()),
    known: namesOfFacts(facts),
    unknown: calledInterfaces(confinement)
      .map(({ name }) => name)
      .filter((name) => facts.interfaces.has(name) && !facts.given.has(name)),
  };
  const examined = await compiled(io, profile, target, known);
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
  known: ExaminedTarget | undefined,
): Promise<(Pick<Now, 'baseline'> & Required<Pick<Now, 'allows'>>) | { readonly refusal: string }> {
  try {
    const found = known ?? (await examineTargets(io, profile, [target]))[0]!;
    return {
      baseline: await found.baseline(),
      allows: accessOf(found.set.db, profile.confinement.domain),
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
