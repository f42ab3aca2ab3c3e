import { type JunitCase, junitSuites } from './junit-suites.ts';
import { type SarifResult, sarifLog } from './sarif-log.ts';

/** What came of asking policies about a description, question by question: what CI systems and code hosts are told. */
export interface ProofReport {
  readonly title: string;
  /** The program of ours that made it, with its version. */
  readonly generator: string;
  /** The description, relative to the directory that the command ran in. */
  readonly file: string;
  /** A policy each, and one for what is asked of the description itself. */
  readonly suites: readonly ProofSuite[];
}

export interface ProofSuite {
  /** `debian-13`. */
  readonly id: string;
  readonly cases: readonly ProofCase[];
}

export interface ProofCase {
  readonly id: string;
  readonly title: string;
  /** Of the description's file, from 1. */
  readonly line: number;
  /** `noted` passed, and leans on something that a reader should know. */
  readonly outcome: 'passed' | 'noted' | 'failed' | 'undecided';
  /** Lines without an end. At least one, unless it passed. */
  readonly said: readonly string[];
  /** Other lines of the description that have to do with it, each with what. */
  readonly related: readonly { readonly line: number; readonly text: string }[];
}

/** A rule for each question and policy; what passed without a condition has no result, since code hosts show each as something to look at. */
export function proofSarif({ generator, file, suites }: ProofReport): string {
  const asked = suites.flatMap(({ id: suite, cases }) =>
    cases.map((one) => ({ ...one, rule: `${suite}/${one.id}` })),
  );
  return sarifLog(
    generator,
    asked.map(({ rule, title }) => ({ id: rule, text: title })),
    asked.flatMap(({ rule, title, line, outcome, said, related }) =>
      outcome === 'passed'
        ? []
        : [
            {
              ...{ rule, level: LEVELS[outcome], file, line, related },
              message: [title, ...said].join('\n'),
            },
          ],
    ),
  );
}

const LEVELS: Readonly<Record<Exclude<ProofCase['outcome'], 'passed'>, SarifResult['level']>> = {
  failed: 'error',
  undecided: 'warning',
  noted: 'note',
};

/** A suite for each policy, a case for each question. One that cannot be decided is an error: neither a pass nor something left out. */
export function proofJunit({ title, suites }: ProofReport): string {
  return junitSuites(
    title,
    0,
    suites.map(({ id, cases }) => ({ name: id, cases: cases.map(caseOf) })),
  );
}

function caseOf({ id, title, outcome, said }: ProofCase): JunitCase {
  return {
    id,
    name: title,
    seconds: 0,
    problems: outcome === 'failed' ? said : [],
    ...(outcome === 'undecided' && { undecided: said }),
    ...(outcome === 'noted' && { notes: said }),
  };
}
