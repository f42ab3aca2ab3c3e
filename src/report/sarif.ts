import type { Report } from './report.ts';

/** SARIF 2.1.0, as code hosts show it: one result per problem, at the description that has to be looked at. */
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
  return sarifLog(
    report.generator,
    subjects.flatMap(({ rule, title, problems }) =>
      problems.map((problem) => ({
        rule,
        title,
        level: 'error' as const,
        text: `${title}: ${problem}`,
        uri: `${lab.profile}/confinement.ts`,
        line: 1,
      })),
    ),
    subjects,
  );
}

/** One problem, at the line of a file that has to be looked at. */
export interface SarifProblem {
  readonly rule: string;
  /** The rule in words. */
  readonly title: string;
  readonly level: 'error' | 'warning';
  readonly text: string;
  readonly uri: string;
  readonly line: number;
}

/** `generator` is the program that found them, with its version; `rules` those that were asked, whether they found something or not. */
export function sarifLog(
  generator: string,
  problems: readonly SarifProblem[],
  rules: readonly Pick<SarifProblem, 'rule' | 'title'>[] = problems,
): string {
  const [name, version = '0'] = generator.split(' ');
  const known = [...new Map(rules.map(({ rule, title }) => [rule, title]))];
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name,
              version,
              rules: known.map(([id, text]) => ({ id, shortDescription: { text } })),
            },
          },
          results: problems.map(({ rule, level, text, uri, line }) => ({
            ruleId: rule,
            level,
            message: { text },
            locations: [
              { physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } },
            ],
          })),
        },
      ],
    },
    null,
    1,
  )}\n`;
}
