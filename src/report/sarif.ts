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
  const rules = [...new Map(subjects.map(({ rule, title }) => [rule, title]))];
  const [name, version = '0'] = report.generator.split(' ');
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
              rules: rules.map(([id, text]) => ({ id, shortDescription: { text } })),
            },
          },
          results: subjects.flatMap(({ rule, title, problems }) =>
            problems.map((problem) => ({
              ruleId: rule,
              level: 'error',
              message: { text: `${title}: ${problem}` },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: `${lab.profile}/confinement.ts` },
                    region: { startLine: 1 },
                  },
                },
              ],
            })),
          ),
        },
      ],
    },
    null,
    1,
  )}\n`;
}
