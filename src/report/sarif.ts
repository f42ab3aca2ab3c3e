import type { Report } from './report.ts';
import { sarifLog } from './sarif-log.ts';

/** SARIF of a run in the lab: one result per problem, at the description that has to be looked at. */
export function sarifReport(report: Report): string {
  const { lab } = report;
  const subjects = [
    ...lab.checks.map(({ id, title, problems }) => ({ rule: `module/${id}`, title, problems })),
    ...(report.packages ?? []).map(({ id, title, problems }) => ({
      rule: `package/${id}`,
      title,
      problems,
    })),
    ...lab.scenarios.map(({ id, title, mode, problems }) => ({
      rule: `scenario/${id}`,
      title: `${title} (${mode})`,
      problems,
    })),
    ...lab.attacks.map(({ id, title, problems }) => ({ rule: `attack/${id}`, title, problems })),
  ];
  const rules = [...new Map(subjects.map(({ rule, title }) => [rule, title]))];
  return sarifLog(
    report.generator,
    rules.map(([id, text]) => ({ id, text })),
    subjects.flatMap(({ rule, title, problems }) =>
      problems.map((problem) => ({
        rule,
        level: 'error' as const,
        message: `${title}: ${problem}`,
        file: `${lab.profile}/confinement.ts`,
        line: 1,
      })),
    ),
  );
}
