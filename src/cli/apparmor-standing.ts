import type { ProfileVerdict } from '../apparmor/prove/index.ts';
import { STANDINGS, type Standing, type TargetColumn } from '../report/index.ts';
import type { Profile } from './load-profile.ts';
import type { ApparmorColumn } from './prove-apparmor.ts';

/** How the nevers stand on compiled AppArmor profiles, as columns beside those of linked SELinux policies. */
export function apparmorTargets(
  { confinement, shown }: Profile,
  columns: readonly ApparmorColumn[],
): readonly TargetColumn[] {
  const kinds = [...new Set(confinement.never.map(({ kind }) => kind))];
  return columns.map((column) => ({
    id: `apparmor-${column.features}`,
    title: apparmorTitle(column),
    note: 'proved on the AppArmor profile compiled for it, not attacked',
    command: `confine check ${shown} --mechanism apparmor --target ${column.features}`,
    nevers: kinds.map((kind) => {
      const standings = column.proved
        .filter(({ verdict }) => verdict.never.kind === kind)
        .map(({ verdict }) => standingOf(apparmorTitle(column), verdict));
      return { kind, ...weakest(standings) };
    }),
  }));
}

/** `AppArmor, Debian 13`, where a column without that could be taken for a linked policy. */
export function apparmorTitle({ title }: ApparmorColumn): string {
  return title.startsWith('AppArmor') ? title : `AppArmor, ${title}`;
}

/** Of several nevers of one kind the one that stands worst, with what all of them presuppose. */
function weakest(standings: readonly Standing[]): Standing {
  const worst = standings.reduce((a, b) =>
    STANDINGS.indexOf(b.standing) > STANDINGS.indexOf(a.standing) ? b : a,
  );
  return { ...worst, assumes: [...new Set(standings.flatMap(({ assumes }) => assumes))] };
}

function standingOf(target: string, verdict: ProfileVerdict): Standing {
  const { outcome, assumes } = verdict;
  const word = {
    holds: 'held',
    accepted: 'accepted',
    unmediated: 'open',
    violated: 'open',
    undecided: 'not judged',
  } as const;
  return { target, standing: word[outcome], says: apparmorSays(verdict), assumes };
}

/** What stands behind a verdict, in one line. */
export function apparmorSays({
  outcome,
  ways,
  reasons,
  unmediated,
  accepted,
  profiles,
}: ProfileVerdict): string {
  switch (outcome) {
    case 'violated':
      return ways.join('; ');
    case 'undecided':
      return reasons.join('; ');
    case 'unmediated':
      return `not asked: ${unmediated.join('; ')}`;
    case 'accepted':
      return accepted.map(({ says, residual }) => `${says} (accepted: ${residual})`).join('; ');
    case 'holds':
      return `no rule of ${profiles.join(', ')} opens it, and the kernel asks`;
  }
}
