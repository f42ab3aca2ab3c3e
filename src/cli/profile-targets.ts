import { domainsOf, residualsOf, shipsPermissive } from '../description/index.ts';
import {
  type DomainView,
  machineTitle,
  type Report,
  standingOnMachine,
  type TargetColumn,
} from '../report/index.ts';
import { type AskedPolicy, domainView, stoppedLines } from './domain-view.ts';
import type { ExaminedTarget } from './examine-targets.ts';
import { kindIn } from './lab-report.ts';
import type { Profile } from './load-profile.ts';

/** A report with how the nevers stand on these targets today, and what the domain may do there. */
export function withTargets(
  profile: Profile,
  targets: readonly ExaminedTarget[],
  underApparmor: readonly TargetColumn[],
  report: Report,
): Report {
  const columns = [...targets.map((target) => targetColumn(profile, target)), ...underApparmor];
  return {
    ...report,
    ships: shipsPermissive(profile.confinement) ? 'permissive' : 'enforcing',
    targets: columns.filter((column) => !saysTheSame(column, report)),
    domain: profileView(profile, targets),
  };
}

/** The same for a report of a run under AppArmor, with both mechanisms side by side: the picture is of the other one's domain. */
export function besideApparmor(
  profile: Profile,
  targets: readonly ExaminedTarget[],
  underApparmor: readonly TargetColumn[],
  report: Report,
): Report {
  const linked = targets.map((target) => {
    const column = targetColumn(profile, target);
    return { ...column, title: `SELinux, ${column.title}` };
  });
  const tried = machineTitle(report.lab);
  const others = underApparmor.filter(
    (column) => column.title !== tried || !standsAlike(column, report),
  );
  return { ...report, targets: [...linked, ...others] };
}

/** The release that the machine runs needs no column beside the machine's own, unless it says something else today. */
function saysTheSame(column: TargetColumn, report: Report): boolean {
  const [, release] = /^debian-(\d+)$/.exec(column.id) ?? [];
  if (release === undefined) return false;
  if (!report.lab.machine.distribution.startsWith(`Debian GNU/Linux ${release} `)) return false;
  return standsAlike(column, report);
}

function standsAlike({ nevers }: TargetColumn, { nevers: recorded }: Report): boolean {
  return recorded.every((never) =>
    nevers.some(
      ({ kind, standing }) => kind === never.kind && standing === standingOnMachine(never),
    ),
  );
}

function targetColumn(profile: Profile, target: ExaminedTarget): TargetColumn {
  const { id, title, date } = target;
  return {
    id,
    title,
    ...(date === undefined
      ? {}
      : {
          note: `proved on what is known of Fedora’s policy of ${date}, not attacked; \`confine check --target host\` on a Fedora machine asks the real one`,
        }),
    command: `confine check ${profile.shown} --target ${id}`,
    nevers: domainsOf(profile.confinement).flatMap((confinement, at) =>
      stoppedLines([provedAt(target, at)]).map(({ kind, on }) => ({
        kind: kindIn(confinement, kind),
        ...on[0]!,
      })),
    ),
  };
}

/** One of a profile's domains, by its place among them, on the policies that it was linked into and proved on. */
export function profileView(
  { confinement: whole, shown }: Profile,
  targets: readonly ExaminedTarget[],
  at = 0,
): DomainView {
  const all = domainsOf(whole);
  const confinement = all[at]!;
  const { domain, program } = confinement;
  const proved = targets.map((target) => provedAt(target, at));
  const page = (one: string, place: number): string =>
    place === 0 ? `confine explain ${shown}` : `confine explain ${shown} --domain ${one}`;
  return domainView(domain, targets.map(asPolicy), {
    title: `${program.name}, ${confinement.title}`,
    programs: program.executables,
    stopped: stoppedLines(proved),
    residuals: residualsOf(confinement, 'selinux').map(({ what, why }) => ({ what, why })),
    commands: [
      { about: 'This page, and the same in the terminal', command: page(domain, at) },
      { about: 'The verdicts with their rules', command: `confine check ${shown}` },
      ...all.flatMap((other, place) =>
        place === at
          ? []
          : [
              {
                about: `${other.domain}, of the same description`,
                command: page(other.domain, place),
              },
            ],
      ),
    ],
  });
}

function provedAt({ title, proved, further }: ExaminedTarget, at: number) {
  return { title, proved: at === 0 ? proved : further[at - 1]!.proved };
}

function asPolicy({ title, set, notes, date }: ExaminedTarget): AskedPolicy {
  return {
    title,
    db: set.db,
    notes:
      date === undefined
        ? notes
        : [`put together from what is known of Fedora’s policy of ${date}; it is not that policy`],
  };
}
