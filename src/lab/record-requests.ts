import type { Denial } from '../denials/index.ts';
import type { Confinement, Scenario, Suite } from '../description/index.ts';
import { watchAudit, withDenials } from './audit.ts';
import { isSelinuxDenial } from './lab-denial.ts';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';
import type { ModuleFiles } from './module.ts';
import { runScenario } from './run-scenario.ts';
import { openScene } from './run-suite.ts';
import { selinux } from './selinux.ts';
import { installProgram, installTools, setStage, useResolver } from './stage.ts';

export interface RequestsRun {
  readonly machine: Machine;
  readonly confinement: Confinement;
  readonly suite: Suite;
  /** A module that grants the domain nothing by name, permissive: then the log has all that the program asks for. */
  readonly module: ModuleFiles;
  readonly probe: Uint8Array;
  /** Releases of the program, each with the scenarios that it is to run. */
  readonly programs: readonly ReleaseRun[];
  /** Seconds of a capture session. */
  readonly duration: number;
  readonly progress: (what: string) => void;
}

export interface ReleaseRun {
  readonly title: string;
  /** Undefined where the distribution brings it. */
  readonly program: Uint8Array | undefined;
  readonly scenarios: readonly Scenario[];
}

/** What one release asked for in one scenario. */
export interface ScenarioRequests {
  readonly scenario: string;
  readonly denials: readonly Denial[];
  /** What did not come out as the scenario expects; its requests may then not be all. */
  readonly problems: readonly string[];
}

/**
 * Runs scenarios with one release of the program after the other on the same machine, and gives what the domain asked for in each. The machine is not
 * tidied up afterwards: give it one that is thrown away. Throws MachineError when it breaks.
 */
export async function recordRequests(
  run: RequestsRun,
): Promise<ReadonlyMap<string, readonly ScenarioRequests[]>> {
  const { machine, confinement, suite, module, progress } = run;
  progress('tools, user and network');
  const mechanism = selinux(confinement, module);
  await installTools(machine, mechanism.tools);
  const audit = await watchAudit(machine, mechanism.records);
  const stage = await setStage(machine, suite, run.probe);
  try {
    await useResolver(machine, suite.network, 'systemd-resolved');
    progress('module: compile and install');
    const life = mechanism.on(machine);
    await life.install(stage);
    const recorded = new Map<string, ScenarioRequests[]>();
    for (const { title, program, scenarios } of run.programs) {
      const requests: ScenarioRequests[] = [];
      await installProgram(machine, suite, program);
      await life.admit(suite.program);
      const scene = await openScene({ ...run, mechanism }, stage, audit, life);
      try {
        for (const scenario of scenarios) {
          progress(`${title}: ${scenario.title}`);
          const { steps, denials } = await runScenario(scene, scenario, 'permissive');
          requests.push({
            scenario: scenario.id,
            denials: denials
              .filter(isSelinuxDenial)
              .filter(({ source }) => source.type === confinement.domain),
            problems: steps.flatMap(({ problem }) => problem ?? []),
          });
        }
      } finally {
        await scene.terminal.close().catch(() => {});
      }
      recorded.set(title, requests);
    }
    return recorded;
  } catch (error) {
    throw error instanceof MachineError
      ? await withDenials(machine, error, mechanism.records)
      : error;
  }
}
