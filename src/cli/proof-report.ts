import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { ProvedOfProfile } from '../apparmor/prove/index.ts';
import type { Never } from '../description/index.ts';
import {
  type ProofCase,
  type ProofReport,
  type ProofSuite,
  proofJunit,
  proofSarif,
} from '../report/index.ts';
import type { Proved, Verdict } from '../selinux/prove/index.ts';
import { formatRule } from '../selinux/query/index.ts';
import { isOpen } from './apparmor-table.ts';
import type { Io } from './io.ts';
import { isQualified, proofLines } from './proof-table.ts';
import type { OriginsOf } from './rule-origins.ts';
import { ownVersion } from './version.ts';
import { writeWhole } from './write-file.ts';

/** Where a person wants the reports of CI systems and code hosts. */
export interface ReportOptions {
  readonly sarif?: string;
  readonly junit?: string;
}

/** How a verb says so in its help. */
export const REPORT_OPTIONS: readonly (readonly [flags: string, what: string])[] = [
  ['--sarif <file>', 'write what was found as SARIF 2.1.0 too, as code hosts read it'],
  ['--junit <file>', 'write what was asked as JUnit XML too: what is undecided is an error'],
];

/** Writes those that are wanted. `file` is the description, absolute. */
export function writeProofReports(
  io: Io,
  { sarif, junit }: ReportOptions,
  { title, file, suites }: Pick<ProofReport, 'title' | 'file' | 'suites'>,
): void {
  const report: ProofReport = {
    title,
    generator: `confine ${ownVersion()}`,
    file: relative(io.cwd, file),
    suites,
  };
  if (sarif !== undefined) writeWhole(resolve(io.cwd, sarif), proofSarif(report));
  if (junit !== undefined) writeWhole(resolve(io.cwd, junit), proofJunit(report));
}

/** Something that has to be so besides the nevers. */
export interface Demand {
  readonly id: string;
  readonly title: string;
  /** What is not so. */
  readonly problems: readonly string[];
}

/** What is asked of the description itself, whatever the policy. */
export function demandsSuite(demands: readonly Demand[]): ProofSuite {
  return {
    id: 'description',
    cases: demands.map(({ id, title, problems }) => ({
      ...{ id, title, line: 1, said: problems, related: [] },
      outcome: problems.length > 0 ? 'failed' : 'passed',
    })),
  };
}

/** The nevers of one description as what was asked of one policy. */
export function provedSuite(
  id: string,
  file: string,
  proved: readonly Proved[],
  origins?: OriginsOf,
): ProofSuite {
  const lines = neverLines(readFileSync(file, 'utf8'), proved);
  return { id, cases: proved.map((one, i) => caseOf(one, lines[i]!, origins)) };
}

/** The nevers of one description as what was asked of a compiled AppArmor profile. What its kernel does not ask about has failed, unless it is accepted. */
export function apparmorSuite(
  id: string,
  file: string,
  proved: readonly ProvedOfProfile[],
): ProofSuite {
  const lines = neverLines(readFileSync(file, 'utf8'), proved);
  return { id, cases: proved.map((one, i) => apparmorCase(one, lines[i]!)) };
}

function apparmorCase({ id, verdict }: ProvedOfProfile, line: number): ProofCase {
  const outcome = apparmorOutcome(verdict);
  const { ways, reasons, unmediated, residuals, assumes } = verdict;
  const said = [
    ...ways.map((way) => `violated: ${way}`),
    ...reasons.map((reason) => `not known: ${reason}`),
    ...unmediated.map((what) => `not asked: ${what}`),
    ...residuals.map(({ what }) => `accepted: ${what}`),
    ...assumes.map((text) => `presupposed: ${text}`),
  ];
  return {
    id,
    title: `never ${id}: ${verdict.never.why}`,
    line,
    outcome,
    said: outcome === 'passed' ? [] : said,
    related: [],
  };
}

function apparmorOutcome(verdict: ProvedOfProfile['verdict']): ProofCase['outcome'] {
  if (isOpen(verdict)) return 'failed';
  if (verdict.outcome === 'undecided') return 'undecided';
  return verdict.outcome === 'accepted' || verdict.assumes.length > 0 ? 'noted' : 'passed';
}

function caseOf(one: Proved, line: number, origins: OriginsOf | undefined): ProofCase {
  const { id, verdict } = one;
  const outcome =
    verdict.outcome === 'violated'
      ? 'failed'
      : verdict.outcome === 'undecided'
        ? 'undecided'
        : isQualified(verdict)
          ? 'noted'
          : 'passed';
  return {
    id,
    title: `never ${id}: ${verdict.never.why}`,
    line,
    outcome,
    said: outcome === 'passed' ? [] : proofLines(one, origins),
    related: outcome === 'passed' || origins === undefined ? [] : broughtBy(verdict, origins),
  };
}

/** The lines of the description that brought the rules of its ways. */
function broughtBy(verdict: Verdict, origins: OriginsOf): ProofCase['related'] {
  const ways = [
    ...(verdict.outcome === 'violated' ? verdict.witnesses : []),
    ...('breaks' in verdict ? verdict.breaks : []),
  ];
  const found = ways.flatMap(({ rules, takes }) =>
    rules.flatMap((rule, i) =>
      origins(rule, takes[i]).flatMap(({ line, said }) =>
        line === undefined ? [] : [{ line, text: `${formatRule(rule)} from ${said}` }],
      ),
    ),
  );
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

/**
 * The line of each never in its description: where its reason stands as it is, as often as there are nevers with that reason. Line 1 where it
 * does not: it is put together, or stands in a file that the description imports.
 */
function neverLines(
  source: string,
  proved: readonly { readonly verdict: { readonly never: Never } }[],
): readonly number[] {
  const lines = source.split('\n');
  const reasons = proved.map(({ verdict }) => verdict.never.why);
  return reasons.map((why, i) => {
    const found = lines.flatMap((line, at) => (quotes(line, why) ? [at + 1] : []));
    const same = reasons.filter((other) => other === why).length;
    return found.length === same
      ? found[reasons.slice(0, i).filter((other) => other === why).length]!
      : 1;
  });
}

function quotes(line: string, text: string): boolean {
  return ["'", '"', '`'].some((quote) =>
    line.includes(`${quote}${text.replaceAll(quote, `\\${quote}`)}${quote}`),
  );
}
