export { debian13, type Image } from './machine/image.ts';
export type { CommandOptions, CommandResult, Machine } from './machine/machine.ts';
export { MachineError, type MachineEvidence } from './machine/machine-error.ts';
export type { QemuMachine } from './machine/qemu-guest.ts';
export { type QemuOptions, startQemu } from './machine/qemu-machine.ts';
export { connectSsh, parseSshTarget, type SshTarget } from './machine/ssh-machine.ts';
export type { ModuleFiles } from './module.ts';
export { probeBinary } from './probe.ts';
export { realProgram } from './program.ts';
export {
  type ReleaseRun,
  type RequestsRun,
  recordRequests,
  type ScenarioRequests,
} from './record-requests.ts';
export { olderThan } from './release.ts';
export type {
  AttackResult,
  CheckResult,
  LabResult,
  MachineFacts,
  Outcome,
  ProbeAnswer,
  ScenarioResult,
  StepResult,
} from './result.ts';
export { type PackageFile, type PackageSeries, runPackages } from './run-packages.ts';
export {
  allPassed,
  type KernelPolicy,
  runSuite,
  type SuiteOutcome,
  type SuiteRun,
} from './run-suite.ts';
export type { Screen } from './terminal.ts';
