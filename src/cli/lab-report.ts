import type { ProvedOfProfile } from '../apparmor/prove/index.ts';
import {
  type Confinement,
  domainsOf,
  furtherName,
  type Mechanism,
  residualsOf,
  type Suite,
  shipsPermissive,
} from '../description/index.ts';
import { type CheckResult, type LabResult, suiteUnder } from '../lab/index.ts';
import type { NeverLine, Report, ResidualLine } from '../report/index.ts';
import { type PolicySet, type Proved, prove } from '../selinux/prove/index.ts';
import { acceptanceOf } from './acceptance.ts';
import { apparmorSays } from './apparmor-standing.ts';
import { asSetText, openText } from './domain-view.ts';
import { ownVersion } from './version.ts';

/**
 * A lab run as a report: each never with the proof on the very policy that the kernel ran (`ran`), and the attacks against it.
 */
export function labReport(
  confinement: Confinement,
  suite: Suite,
  lab: LabResult,
  ran: PolicySet | undefined,
  reproduce: readonly string[],
  packages?: readonly CheckResult[],
): Report {
  const nevers = domainsOf(confinement).flatMap((domain) =>
    neverLines(domain, suite, ran === undefined ? [] : prove(ran, domain).map(asProof)),
  );
  return {
    title: `${confinement.program.name} under SELinux: evidence`,
    generator: `confine ${ownVersion()}`,
    lab,
    ships: shipsPermissive(confinement) ? 'permissive' : 'enforcing',
    ...(suite.acceptance === undefined ? {} : { acceptance: acceptanceOf(suite.acceptance, lab) }),
    ...(packages === undefined ? {} : { packages }),
    nevers,
    residuals: domainsOf(confinement).flatMap((domain) => residualLines(domain, suite, 'selinux')),
    reproduce,
  };
}

/**
 * The same for a run under AppArmor, with the proofs over the profile that its kernel had: attacks count against a never only where the profile is to
 * refuse them; those that its kernel lets through are residuals, beside those of the description.
 */
export function apparmorReport(
  confinement: Confinement,
  whole: Suite,
  lab: LabResult,
  proved: readonly ProvedOfProfile[],
  reproduce: readonly string[],
): Report {
  const { suite } = suiteUnder(whole, 'apparmor');
  const known = residualLines(confinement, suite, 'apparmor');
  const shown = new Set(suite.attacks.flatMap(({ residual }) => residual ?? []));
  const others = [...shown].filter((one) => !known.some(({ id }) => id === one));
  return {
    title: `${confinement.program.name} under AppArmor: evidence`,
    generator: `confine ${ownVersion()}`,
    lab,
    nevers: neverLines(confinement, suite, proved.map(asApparmorProof)),
    residuals: [
      ...known,
      ...others.map((why, i) => ({
        id: `unmediated-${i + 1}`,
        what: 'AppArmor on this kernel does not ask',
        why,
        attacks: suite.attacks.filter(({ residual }) => residual === why).map(({ id }) => id),
      })),
    ],
    reproduce,
  };
}

function neverLines(
  confinement: Confinement,
  suite: Suite,
  proofs: readonly Proof[],
): readonly NeverLine[] {
  const nevers = new Map<string, NeverLine>();
  const tried = suite.attacks.filter(({ domain }) => domain === furtherName(confinement));
  confinement.never.forEach((never, i) => {
    // Several nevers of one kind share its attacks; they are one row with the weakest of their proofs.
    const before = nevers.get(never.kind);
    const proof = strongestDoubt(before?.proof, proofs[i]);
    nevers.set(never.kind, {
      kind: kindIn(confinement, never.kind),
      why: before === undefined ? never.why : `${before.why}; ${never.why}`,
      proof,
      attacks: tried.filter(({ against }) => against === never.kind).map(({ id }) => id),
    });
  });
  return [...nevers.values()];
}

function residualLines(
  confinement: Confinement,
  suite: Suite,
  mechanism: Mechanism,
): readonly ResidualLine[] {
  const tried = suite.attacks.filter(({ domain }) => domain === furtherName(confinement));
  return residualsOf(confinement, mechanism).map(({ id, what, why }) => ({
    id: kindIn(confinement, id),
    what: furtherName(confinement) === undefined ? what : `${confinement.program.name}: ${what}`,
    why,
    attacks: tried.filter(({ residual }) => residual === id).map((attack) => attack.id),
  }));
}

/** What a never is called in a report of several domains: a further one's by its name besides. */
export function kindIn(confinement: Confinement, kind: string): string {
  const name = furtherName(confinement);
  return name === undefined ? kind : `${name}: ${kind}`;
}

type Proof = NeverLine['proof'];

function asProof({ verdict }: Proved): Proof {
  const proof = outcomeOf(verdict);
  return verdict.assumes.length > 0 ? { ...proof, assumes: verdict.assumes } : proof;
}

function asApparmorProof({ verdict }: ProvedOfProfile): Proof {
  const { outcome, assumes } = verdict;
  // What is not asked and not accepted is open.
  const word = outcome === 'unmediated' ? 'violated' : outcome;
  return {
    verdict: word,
    says: apparmorSays(verdict),
    ...(assumes.length > 0 ? { assumes } : {}),
  };
}

function outcomeOf(verdict: Proved['verdict']): NonNullable<Proof> {
  switch (verdict.outcome) {
    case 'holds':
      return { verdict: 'holds', says: verdict.evidence };
    case 'holds-as-set':
      return { verdict: 'holds as set', says: asSetText(verdict) };
    case 'violated':
      return { verdict: 'violated', says: openText(verdict) };
    case 'undecided':
      return { verdict: 'undecided', says: verdict.reasons.join('; ') };
  }
}

const DOUBT = { holds: 0, 'holds as set': 1, accepted: 2, undecided: 3, violated: 4 } as const;

function strongestDoubt(a: Proof, b: Proof): Proof {
  if (a === undefined) return b;
  if (b === undefined) return a;
  const worse = DOUBT[a.verdict] >= DOUBT[b.verdict] ? a : b;
  const assumes = [...new Set([...(a.assumes ?? []), ...(b.assumes ?? [])])];
  return assumes.length > 0 ? { ...worse, assumes } : worse;
}
