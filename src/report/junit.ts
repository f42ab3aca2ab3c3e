import { type JunitCase, junitSuites } from './junit-suites.ts';
import type { Report } from './report.ts';

/** JUnit XML of a run in the lab: a suite each for the module's life, the packages, the scenarios and the attacks. */
export function junitReport({ title, lab, packages = [] }: Report): string {
  const suites: readonly [string, readonly JunitCase[]][] = [
    ['module', lab.checks.map((check) => ({ ...check, name: check.title, seconds: 0 }))],
    ['packages', packages.map((check) => ({ ...check, name: check.title, seconds: 0 }))],
    [
      'scenarios',
      lab.scenarios.map(({ id, title: name, mode, seconds, problems }) => ({
        id,
        name: `${name} (${mode})`,
        seconds,
        problems,
      })),
    ],
    [
      'attacks',
      [
        ...lab.attacks.map(({ id, title: name, problems }) => ({ id, name, seconds: 0, problems })),
        ...lab.leftOut.map(({ id, title: name, why }) => ({
          id,
          name,
          seconds: 0,
          problems: [],
          skipped: why,
        })),
      ],
    ],
  ];
  return junitSuites(
    title,
    lab.seconds,
    suites.map(([name, cases]) => ({ name, cases, started: lab.started })),
  );
}
