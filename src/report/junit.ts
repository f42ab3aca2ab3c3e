import { html, type Markup, raw } from './markup.ts';
import type { Report } from './report.ts';

/** JUnit XML, as CI systems show it: a suite each for the module's life, the packages, the scenarios and the attacks. */
export function junitReport({ title, lab, packages = [] }: Report): string {
  const suites: readonly [string, readonly JunitCase[]][] = [
    ['module', lab.checks.map((check) => ({ ...check, name: check.title, seconds: 0 }))],
    ['packages', packages.map((check) => ({ ...check, name: check.title, seconds: 0 }))],
    [
      'scenarios',
      lab.scenarios.map((scenario) => ({
        ...scenario,
        name: `${scenario.title} (${scenario.mode})`,
      })),
    ],
    [
      'attacks',
      [
        ...lab.attacks.map((attack) => ({ ...attack, name: attack.title, seconds: 0 })),
        ...lab.leftOut.map((attack) => ({
          ...attack,
          name: attack.title,
          seconds: 0,
          problems: [],
          skipped: attack.why,
        })),
      ],
    ],
  ];
  return junitLog({ title, seconds: lab.seconds, started: lab.started }, suites);
}

/** Suites by their names. `started` is ISO 8601 in UTC; a suite without cases is left out. */
export function junitLog(
  {
    title,
    seconds,
    started,
  }: { readonly title: string; readonly seconds: number; readonly started: string },
  suites: readonly (readonly [string, readonly JunitCase[]])[],
): string {
  const body = html`<testsuites name="${title}" time="${seconds.toFixed(1)}">
${suites
  .filter(([, cases]) => cases.length > 0)
  .map(([name, cases]) => suite(name, cases, started))}</testsuites>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body.markup}`;
}

export interface JunitCase {
  readonly id: string;
  readonly name: string;
  readonly problems: readonly string[];
  readonly seconds: number;
  /** Why it was not tried. */
  readonly skipped?: string;
}

function suite(name: string, cases: readonly JunitCase[], started: string): Markup {
  const failures = cases.filter(({ problems }) => problems.length > 0).length;
  const skipped = cases.filter((each) => each.skipped !== undefined).length;
  return html`<testsuite name="${name}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" timestamp="${started.slice(0, 19)}">
${cases.map((each) => testcase(name, each))}</testsuite>
${raw('')}`;
}

function testcase(suiteName: string, { id, name, problems, seconds, skipped }: JunitCase): Markup {
  const said =
    problems.length > 0
      ? html`<failure message="${problems[0]}">${problems.join('\n')}</failure>`
      : skipped === undefined
        ? undefined
        : html`<skipped message="${skipped}"/>`;
  const opening = html`<testcase classname="${suiteName}.${id}" name="${name}" time="${seconds.toFixed(1)}"`;
  return said === undefined
    ? html`${opening}/>
`
    : html`${opening}>
${said}
</testcase>
`;
}
