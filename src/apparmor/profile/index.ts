export { DEFAULT_ABI } from './abi.ts';
export { type ApparmorArtefact, apparmorArtefacts } from './artefacts.ts';
export { fileName, profileName } from './names.ts';
