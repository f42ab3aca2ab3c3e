import type { DomainMode, NeverKind } from '../description/index.ts';
import type { LabDenial } from './lab-denial.ts';
import type { Screen } from './terminal.ts';

/** Everything that a run of the lab saw: plain data, with the time and the machine as fields. */
export interface LabResult {
  readonly profile: string;
  readonly domain: string;
  readonly program: string;
  /** The kernel's mechanism; absent for SELinux, as in reports from before there was another. */
  readonly mechanism?: 'apparmor';
  readonly machine: MachineFacts;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly seconds: number;
  /** `short` runs on every change; `full` makes evidence. */
  readonly form: 'short' | 'full';
  readonly checks: readonly CheckResult[];
  readonly scenarios: readonly ScenarioResult[];
  readonly attacks: readonly AttackResult[];
  /** Attacks that this machine could not be asked: what they aim at is not in its kernel. No verdict, and never silence. */
  readonly leftOut: readonly LeftOut[];
  /** What is refused in silence in an ordinary session (dontaudit and deny rules): listed, and no verdict. */
  readonly hidden: readonly LabDenial[];
}

/** As the machine itself said it. */
export interface MachineFacts {
  readonly name: string;
  readonly distribution: string;
  readonly kernel: string;
  readonly policy: string;
  readonly policyVersion: string;
  readonly policyPackage: string;
  readonly capabilities: readonly string[];
  readonly booleans: readonly string[];
  readonly permissiveDomains: readonly string[];
  readonly sestatus: string;
  readonly programVersion: string;
  readonly bootSeconds: number | undefined;
}

export type Outcome = 'passed' | 'failed';

/** A step of the module's own life: compile, install, flip, upgrade, remove. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly problems: readonly string[];
  readonly command: string;
  readonly output: string;
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly mode: DomainMode;
  readonly exercises: readonly string[];
  readonly outcome: Outcome;
  /** What was expected and not seen, and what was seen and not expected; a sentence each. */
  readonly problems: readonly string[];
  readonly steps: readonly StepResult[];
  readonly denials: readonly LabDenial[];
  readonly seconds: number;
}

export interface StepResult {
  /** What was done, in words or as the command. */
  readonly did: string;
  readonly output?: string;
  readonly screen?: Screen & { readonly name: string };
  readonly problem?: string;
}

export interface AttackResult {
  readonly id: string;
  readonly title: string;
  readonly against: NeverKind | undefined;
  readonly residual: string | undefined;
  readonly outcome: Outcome;
  readonly problems: readonly string[];
  readonly command: string;
  readonly inside: ProbeAnswer;
  readonly outside: ProbeAnswer;
  readonly denials: readonly LabDenial[];
}

export interface LeftOut {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** What the probe said, and whether its text arrived where it was sent. */
export interface ProbeAnswer {
  readonly context: string;
  /** `ok`, `refused EACCES`, `failed ENOENT`. */
  readonly answer: string;
  readonly arrived: boolean | undefined;
}
