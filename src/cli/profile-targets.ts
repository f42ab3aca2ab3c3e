import { shipsPermissive } from '../description/index.ts';
import {
  type DomainView,
  type Report,
  standingOnMachine,
  type TargetColumn,
} from '../report/index.ts';
import type { PolicyDb } from '../selinux/policydb/index.ts';
import { type Proved, prove } from '../selinux/prove/index.ts';
import {
  type Compilers,
  findProgram,
  POLICY_TARGETS,
  type PolicyTarget,
  ToolchainError,
} from '../targets/index.ts';
import { linkProfile } from './check-profile.ts';
import { domainView, stoppedLines } from './domain-view.ts';
import { fedoraColumn } from './facts-column.ts';
import type { Io } from './io.ts';
import { fedoraFacts } from './load-facts.ts';
import { linkedFiles, loadPolicySet } from './load-policy-set.ts';
import { type Profile, rulesetOf } from './load-profile.ts';
import { step } from './progress.ts';
import { chosenTargets, type Nameable } from './targets.ts';

/** A policy with a profile's module in it, and what of its nevers holds there. */
export interface ProvedTarget {
  readonly id: string;
  readonly title: string;
  /** What it is, where it is not a distribution's own policy. */
  readonly note?: string;
  readonly notes: readonly string[];
  readonly db: PolicyDb;
  readonly proved: readonly Proved[];
}

/** Links a profile into the policies that are named, or every one that this machine can have, and proves its nevers on each. */
export async function provedTargets(
  io: Io,
  profile: Profile,
  named?: readonly string[],
): Promise<readonly ProvedTarget[]> {
  const { confinement } = profile;
  const { targets } = chosenTargets(io, named, CHECK_TARGETS);
  const policies = targets.filter((target): target is PolicyTarget => target !== FACTS);
  const linked = await linkProfile(io, confinement, policies);
  const found: ProvedTarget[] = [];
  for (const one of linked) {
    const { target, notes } = one;
    await step(io, `proved on ${target.title}`, () => {
      const set = loadPolicySet(io, linkedFiles(one), rulesetOf(profile));
      const proved = prove(set, confinement);
      found.push({ id: target.id, title: target.title, notes, db: set.db, proved });
    });
  }
  if (targets.includes(FACTS)) {
    const facts = fedoraFacts();
    const compilers = linked[0]?.target.compilers ?? (await anyCompilers());
    await step(io, `proved on what is known of Fedora’s policy of ${facts.date}`, async () => {
      const { title, date, files } = await fedoraColumn(io, compilers, facts, confinement);
      const set = loadPolicySet(io, files, rulesetOf(profile));
      found.push({
        id: 'fedora',
        title,
        note: `proved on what is known of Fedora’s policy of ${date}, not attacked; \`confine check --target host\` on a Fedora machine asks the real one`,
        notes: [
          `put together from what is known of Fedora’s policy of ${date}; it is not that policy`,
        ],
        db: set.db,
        proved: prove(set, confinement),
      });
    });
  }
  return found;
}

/** A report with how the nevers stand on every target today, and what the domain may do there. */
export async function withTargets(io: Io, profile: Profile, report: Report): Promise<Report> {
  const targets = await provedTargets(io, profile);
  const columns = targets.map((target) => targetColumn(profile, target));
  return {
    ...report,
    ships: shipsPermissive(profile.confinement) ? 'permissive' : 'enforcing',
    targets: columns.filter((column) => !saysTheSame(column, report)),
    domain: profileView(profile, targets),
  };
}

/** The release that the machine runs needs no column beside the machine's own, unless it says something else today. */
function saysTheSame({ id, nevers }: TargetColumn, { lab, nevers: recorded }: Report): boolean {
  const [, release] = /^debian-(\d+)$/.exec(id) ?? [];
  if (release === undefined) return false;
  if (!lab.machine.distribution.startsWith(`Debian GNU/Linux ${release} `)) return false;
  return recorded.every((never) =>
    nevers.some(
      ({ kind, standing }) => kind === never.kind && standing === standingOnMachine(never),
    ),
  );
}

function targetColumn(profile: Profile, target: ProvedTarget): TargetColumn {
  const { id, title, note } = target;
  return {
    id,
    title,
    ...(note === undefined ? {} : { note }),
    command: `confine check ${profile.shown} --target ${id}`,
    nevers: stoppedLines([target]).map(({ kind, on }) => ({ kind, ...on[0]! })),
  };
}

/** A profile's domain on the policies that it was linked into and proved on. */
export function profileView(
  { confinement, shown }: Profile,
  targets: readonly ProvedTarget[],
): DomainView {
  const { domain, program, residuals } = confinement;
  return domainView(domain, targets, {
    title: `${program.name}, ${confinement.title}`,
    programs: program.executables,
    stopped: stoppedLines(targets),
    residuals: residuals.map(({ what, why }) => ({ what, why })),
    commands: [
      { about: 'This page, and the same in the terminal', command: `confine explain ${shown}` },
      { about: 'The verdicts with their rules', command: `confine check ${shown}` },
    ],
  });
}

/** What is known of Fedora's policy needs no policy, but a compiler for it. */
export const FACTS: Nameable = {
  id: 'fedora',
  obstacle() {
    const possible = POLICY_TARGETS.filter((target) => target.obstacle() === undefined);
    // A release that is fetched brings its own compiler.
    if (possible.some(({ id }) => id !== 'host')) return undefined;
    if (possible.length === 0) return POLICY_TARGETS[0]!.obstacle();
    return findProgram('secilc') === undefined
      ? new ToolchainError('`secilc` is not installed', { hint: 'install the package secilc' })
      : undefined;
  },
};

export type CheckTarget = PolicyTarget | typeof FACTS;
/** All that a profile can be checked on, and that `--target` can name there. */
export const CHECK_TARGETS: readonly CheckTarget[] = [...POLICY_TARGETS, FACTS];

export async function anyCompilers(): Promise<Compilers> {
  const possible = POLICY_TARGETS.find((target) => target.obstacle() === undefined)!;
  return (await possible.open()).compilers;
}
