import type { AuditEvent } from '../denials/index.ts';
import type { ExpectedRefusal, RealProgram } from '../description/index.ts';
import type { LabDenial } from './lab-denial.ts';
import type { Machine } from './machine/machine.ts';
import type { SecurityModule } from './machine/qemu-command.ts';
import type { CheckResult, MachineFacts } from './result.ts';
import type { Stage, Tools } from './stage.ts';

/**
 * A kernel mechanism as the lab drives it: how a policy comes onto a machine, is made to enforce and is taken off again, and what the kernel's
 * records say. A suite is run in the same order under each; what differs is here.
 */
export interface Mechanism<Policy> {
  readonly security: SecurityModule;
  /** What a person knows the program's confinement by: a domain, a profile's name. */
  readonly domain: string;
  readonly records: Records;
  /** The machine, where a suite's scripts need something said before they are run. */
  adapt(machine: Machine): Machine;
  readonly tools: Tools;
  /** Whether a line of the probe's is the context that it runs in, and which of the domains that is; undefined outside. */
  isContext(line: string): boolean;
  domainIn(context: string): string | undefined;
  /** What a further domain of the description is known by; without a name, `domain`. */
  domainOf(name: string | undefined): string;
  /** Those that a scenario or an attack answers for. */
  ofDomain(denials: readonly LabDenial[]): LabDenial[];
  /** A sentence for every denial that was seen and not expected, and for every one that was expected and not seen. */
  problems(denials: readonly LabDenial[], expected: readonly ExpectedRefusal[]): string[];
  /** Shell that ends a script where the file `$1` is not labelled as a scenario wants; empty where nothing is labelled. */
  labelCheck(type: string): string;
  facts(
    machine: Machine,
    programVersion: string,
    bootSeconds: number | undefined,
  ): Promise<MachineFacts>;
  /** Nothing is done to the machine yet. */
  on(machine: Machine): PolicyLife<Policy>;
}

/** What the audit log is read with. */
export interface Records {
  /** Run once. */
  readonly prepare: string;
  /** Run before each window. */
  readonly before: string;
  /** Finds its denials in the log, for grep. */
  readonly pattern: string;
  read(event: AuditEvent): LabDenial[];
}

/** A policy on one machine, from before its installation to after its removal. Each step throws MachineError when the machine breaks. */
export interface PolicyLife<Policy> {
  /** As shipped on first installation: it logs and refuses nothing. */
  install(stage: Stage): Promise<CheckResult[]>;
  /** The program is there: now it enters the domain when it is started. */
  admit(program: RealProgram): Promise<CheckResult[]>;
  /** By an administrator's command. */
  enforce(): Promise<CheckResult>;
  /** What the kernel runs now. */
  running(): Promise<Policy>;
  /** Nothing is refused in silence any more. */
  logAll(): Promise<void>;
  /** The attack program's path from where it is started inside the domain, or a further one that is named. */
  probeInside(stage: Stage, program: RealProgram, domain?: string): Promise<string>;
  setTunables(tunables: Readonly<Record<string, boolean>>): Promise<void>;
  labelPackets(on: boolean): Promise<void>;
  /** Absent where an upgrade is the package manager's matter alone. */
  readonly upgrade?: (stage: Stage) => Promise<CheckResult>;
  remove(program: RealProgram): Promise<CheckResult>;
  /** Takes off what a step that failed half-way has left. Never throws. */
  tidy(program: RealProgram): Promise<void>;
}

export function check(
  id: string,
  title: string,
  command: string,
  output: string,
  judge: (output: string) => string[],
): CheckResult {
  const problems = judge(output);
  return {
    id,
    title,
    command,
    output,
    problems,
    outcome: problems.length === 0 ? 'passed' : 'failed',
  };
}
