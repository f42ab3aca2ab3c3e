import type { Machine } from './machine/machine.ts';
import type { CheckResult } from './result.ts';

/** One thing that is done with packages on a machine, and what its output must have. */
export interface PackageStep {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  readonly says: readonly RegExp[];
  readonly never?: readonly RegExp[];
}

/** One step after the other; one that fails does not end the run. `series` stands before each id and title. */
export async function runSteps(
  machine: Machine,
  series: string,
  steps: readonly PackageStep[],
  progress: (what: string) => void,
): Promise<readonly CheckResult[]> {
  const checks: CheckResult[] = [];
  for (const step of steps) {
    progress(`${series}: ${step.title}`);
    const { code, stdout, stderr } = await machine.run(step.command, { timeout: 1200 });
    const output = `${stdout}${stderr}`.trimEnd();
    const problems = [
      ...(code === 0 ? [] : [`it ended with exit code ${code}`]),
      ...step.says.filter((one) => !one.test(output)).map((one) => `missing: ${one}`),
      ...(step.never ?? []).filter((one) => one.test(output)).map((one) => `unexpected: ${one}`),
    ];
    checks.push({
      id: `${series}-${step.id}`,
      title: `${series}: ${step.title}`,
      outcome: problems.length === 0 ? 'passed' : 'failed',
      problems,
      command: step.command,
      output,
    });
  }
  return checks;
}
