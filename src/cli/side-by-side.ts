import type { Proved } from '../selinux/prove/index.ts';
import { printable, type Style, table } from '../text/index.ts';
import { apparmorTitle } from './apparmor-standing.ts';
import { apparmorVerdictText } from './apparmor-table.ts';
import { ExitCode } from './exit-code.ts';
import { verdictText } from './proof-table.ts';
import type { ApparmorColumn } from './prove-apparmor.ts';

/** The nevers proved on one linked SELinux policy. */
interface SelinuxColumn {
  readonly title: string;
  readonly proved: readonly Proved[];
}

/** Which never is held by which mechanism on which machine, and as what is accepted what is not. */
export function sideBySide(
  selinux: readonly SelinuxColumn[],
  apparmor: readonly ApparmorColumn[],
  style: Style,
): string {
  const ids = apparmor[0]!.proved.map(({ id }) => id);
  const rows = ids.map((id, i) => {
    const verdicts = apparmor.map(({ proved }) => proved[i]!.verdict);
    const residuals = verdicts.flatMap(({ accepted }) => accepted.map(({ residual }) => residual));
    return [
      id,
      ...selinux.map(({ proved }) => verdictText(proved[i]!.verdict, style)),
      ...verdicts.map((verdict) => apparmorVerdictText(verdict, style)),
      printable([...new Set(residuals)].join(', ')),
    ];
  });
  const headings = [
    'never',
    ...selinux.map(({ title }) => `SELinux, ${title}`),
    ...apparmor.map(apparmorTitle),
    'accepted under AppArmor',
  ].map((heading) => ({ heading, most: 24 }));
  return [
    style.strong('Which never is held by what'),
    '',
    table(headings, rows, style.width),
    'What residuals accept under SELinux, frames through a capture socket among it, stands in no way of `holds`: they are listed above, with the nevers that they touch.',
    '',
  ].join('\n');
}

/** The same as data: a never with its outcome on each. */
export function sideBySideJson(
  selinux: readonly SelinuxColumn[],
  apparmor: readonly ApparmorColumn[],
): unknown {
  return apparmor[0]!.proved.map(({ id }, i) => ({
    id,
    selinux: Object.fromEntries(
      selinux.map(({ title, proved }) => [title, proved[i]!.verdict.outcome]),
    ),
    apparmor: Object.fromEntries(
      apparmor.map(({ features, title, proved }) => {
        const { outcome, accepted } = proved[i]!.verdict;
        return [features ?? title, { outcome, accepted }];
      }),
    ),
  }));
}

/** The answer for both: no before undecided, and that before yes. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(ExitCode.no)) return ExitCode.no;
  return codes.includes(ExitCode.undecided) ? ExitCode.undecided : ExitCode.yes;
}
