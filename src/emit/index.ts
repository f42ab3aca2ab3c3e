export { type Artefact, artefacts } from './artefacts.ts';
export { type CommandPage, type CommandSection, commandPage } from './command-page.ts';
export { factsPolicy } from './facts-policy.ts';
export {
  type Folder,
  folderOf,
  installedPath,
  isInstalled,
  MODULE_PACKAGES,
} from './installed.ts';
export { moduleSource } from './module/module-source.ts';
export { permissiveModule } from './module/permissive.ts';
export { wrapped } from './module/te-text.ts';
export { writtenOut } from './module/written-out.ts';
export {
  fedoraNameProblems,
  type InterfaceTable,
  interfaceProblems,
  moduleNameProblems,
  type NameTable,
  optionalNameProblems,
} from './name-check.ts';
export { calledInterfaces, probeModule, probeType } from './probe-module.ts';
export { isExecutable, type Role } from './role.ts';
export { secmarkName, secmarkOf } from './secmark.ts';
export { directoriesOf } from './tmpfiles.ts';
