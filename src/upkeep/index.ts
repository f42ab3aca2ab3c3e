export {
  type Baseline,
  baselineOf,
  baselineText,
  type Examined,
  type KnownNames,
  type Origin,
  parseBaseline,
} from './baseline.ts';
export { compareBaselines, type Now } from './compare-baselines.ts';
export {
  compareRequests,
  mergedRequests,
  type Request,
  type RequestPolicy,
  type Requests,
} from './compare-requests.ts';
export { type Concerns, concernsOf } from './concerns.ts';
export { accessOf, standingOf, typeNames } from './domain-access.ts';
export {
  type Concern,
  type Finding,
  type Level,
  worstFirst,
  worstLevel,
} from './finding.ts';
export { comparePrograms, type PathAnswer } from './program/compare-programs.ts';
export { elfFacts } from './program/elf.ts';
export { IMPORT_MEANINGS } from './program/import-meanings.ts';
export { type ProgramRelease, programFacts } from './program/program-facts.ts';
