import { html, type Markup, raw } from './markup.ts';

export interface JunitSuite {
  readonly name: string;
  /** When it began, in ISO 8601; left out where the same input gives the same report. */
  readonly started?: string;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
  /** What was found wrong; none if it passed. */
  readonly problems: readonly string[];
  /** Why it could not be told whether it passes: an error, which is no pass. */
  readonly undecided?: readonly string[];
  /** Why it was not tried. */
  readonly skipped?: string;
  /** What a reader of a pass should know. */
  readonly notes?: readonly string[];
}

/** JUnit XML, as CI systems show it. Suites without cases are left out. */
export function junitSuites(title: string, seconds: number, suites: readonly JunitSuite[]): string {
  const body = html`<testsuites name="${title}" time="${seconds.toFixed(1)}">
${suites.filter(({ cases }) => cases.length > 0).map(suiteOf)}</testsuites>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body.markup}`;
}

function suiteOf({ name, cases, started }: JunitSuite): Markup {
  const count = (which: (one: JunitCase) => boolean): number => cases.filter(which).length;
  const failures = count(({ problems }) => problems.length > 0);
  const errors = count((one) => one.problems.length === 0 && one.undecided !== undefined);
  const skipped = count((one) => one.skipped !== undefined);
  const at = started === undefined ? '' : html` timestamp="${started.slice(0, 19)}"`;
  return html`<testsuite name="${name}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"${at}>
${cases.map((each) => testcase(name, each))}</testsuite>
${raw('')}`;
}

function testcase(suite: string, one: JunitCase): Markup {
  const said = saidOf(one);
  const opening = html`<testcase classname="${suite}.${one.id}" name="${one.name}" time="${one.seconds.toFixed(1)}"`;
  return said === undefined
    ? html`${opening}/>
`
    : html`${opening}>
${said}
</testcase>
`;
}

function saidOf({ problems, undecided, skipped, notes = [] }: JunitCase): Markup | undefined {
  if (problems.length > 0) {
    return html`<failure message="${problems[0]}">${problems.join('\n')}</failure>`;
  }
  if (undecided !== undefined) {
    return html`<error message="${undecided[0]}">${undecided.join('\n')}</error>`;
  }
  if (skipped !== undefined) return html`<skipped message="${skipped}"/>`;
  return notes.length === 0 ? undefined : html`<system-out>${notes.join('\n')}</system-out>`;
}
