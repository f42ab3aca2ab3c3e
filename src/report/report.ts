import type { CheckResult, LabResult } from '../lab/index.ts';
import type { DomainView } from './domain-view.ts';
import type { TargetColumn } from './target-column.ts';

/** Everything that a report says, as one serializable value: the JSON form is it, the others are views of it. */
export interface Report {
  readonly title: string;
  /** The program of ours that made it, with its version. */
  readonly generator: string;
  readonly lab: LabResult;
  /** How the package leaves the domain. */
  readonly ships?: 'permissive' | 'enforcing';
  /** The points of the request, where the profile names them. */
  readonly acceptance?: readonly AcceptanceLine[];
  /** What the real packages did on a machine of their own, where they were tried. */
  readonly packages?: readonly CheckResult[];
  readonly nevers: readonly NeverLine[];
  /** How the nevers stand on the policies of other releases, where they were proved there too. */
  readonly targets?: readonly TargetColumn[];
  /** What the domain may do, for the picture. */
  readonly domain?: DomainView;
  /** What is new since the recorded baselines, where there are any: a target with nothing new has no changes. */
  readonly since?: readonly SinceLine[];
  readonly residuals: readonly ResidualLine[];
  /** Commands that make the same evidence again. */
  readonly reproduce: readonly string[];
}

/** What changed on a target since its baseline was recorded. */
export interface SinceLine {
  /** The target's title. */
  readonly target: string;
  /** What was recorded, and when: `policy 2:2.20221101-9, program 1.6.0, 2026-10-01`. */
  readonly recorded: string;
  /** A sentence each. */
  readonly changes: readonly string[];
}

/** A point of the request, with what shows it. */
export interface AcceptanceLine {
  readonly asks: string;
  readonly note?: string;
  readonly met: boolean;
  readonly shownBy: readonly ExhibitLine[];
}

export interface ExhibitLine {
  /** What ran: `geoip, enforcing`. */
  readonly what: string;
  /** The id of its section in the HTML form. */
  readonly anchor: string;
  /** The lines that show the point; none where it is not met. */
  readonly excerpt: readonly string[];
  /** Why it does not show the point. */
  readonly lacks?: string;
}

/** One `never`, with its two halves. */
export interface NeverLine {
  readonly kind: string;
  readonly why: string;
  /** The static proof on the machine's own policy, where it was asked for. */
  readonly proof:
    | {
        readonly verdict: 'holds' | 'holds as set' | 'accepted' | 'violated' | 'undecided';
        readonly says: string;
        /** What it presupposes and no policy can show. */
        readonly assumes?: readonly string[];
      }
    | undefined;
  /** Ids of the attacks against it; none is a gap, and shown as one. */
  readonly attacks: readonly string[];
}

export interface ResidualLine {
  readonly id: string;
  readonly what: string;
  readonly why: string;
  readonly attacks: readonly string[];
}

/** Everything that has an outcome, in the order of the report's lists. */
export function judged({
  lab,
  packages = [],
}: Pick<Report, 'lab' | 'packages'>): readonly (
  | CheckResult
  | LabResult['scenarios'][number]
  | LabResult['attacks'][number]
)[] {
  return [...lab.checks, ...packages, ...lab.scenarios, ...lab.attacks];
}

/** How the whole came out, in the words that every form uses. */
export function headline({ lab, packages = [] }: Report): {
  readonly passed: boolean;
  readonly text: string;
} {
  const all = judged({ lab, packages });
  const failed = all.filter(({ outcome }) => outcome === 'failed').length;
  const counts = `${lab.scenarios.length} scenarios, ${lab.attacks.length} attacks, ${lab.checks.length} checks of the module${packages.length > 0 ? `, ${packages.length} of the packages` : ''}${lab.leftOut.length > 0 ? `, ${lab.leftOut.length} left out` : ''}`;
  return failed === 0
    ? { passed: true, text: `all as expected: ${counts}` }
    : { passed: false, text: `${failed} of ${all.length} not as expected: ${counts}` };
}
