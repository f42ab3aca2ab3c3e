export { ABIS, type Abi, DEFAULT_ABI } from './abi.ts';
export { abilityLines } from './ability-lines.ts';
export { type ApparmorArtefact, apparmorArtefacts } from './artefacts.ts';
export { grantLines, loneProfiles } from './grant.ts';
export { fileName, profileName, profileNames } from './names.ts';
