export { type Artefact, artefacts } from './artefacts.ts';
export { CALLS_OF_ABILITIES } from './calls-of-abilities.ts';
export { compiledFrom, linesOnFedora } from './compile-calls.ts';
export { factsPolicy } from './facts-policy.ts';
export {
  type Folder,
  folderOf,
  installedPath,
  isInstalled,
  MODULE_PACKAGES,
} from './installed.ts';
export {
  fedoraNameProblems,
  type InterfaceTable,
  interfaceProblems,
  moduleNameProblems,
  type NameTable,
  optionalNameProblems,
} from './name-check.ts';
export { calledInterfaces, probeModule, probeOfCall, probeType } from './probe-module.ts';
export { isExecutable, type Role } from './role.ts';
export { secmarkName, secmarkOf } from './secmark.ts';
export type { CompiledCall } from './source/compiled-call.ts';
export { learnCalls, unwrittenCalls } from './source/compiled-calls.ts';
export { moduleSource } from './source/module-source.ts';
export { permissiveModule } from './source/permissive.ts';
export { writtenOut } from './source/written-out.ts';
export { directoriesOf } from './tmpfiles.ts';
