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
export { type Concerns, concernsOf } from './concerns.ts';
export { accessOf } from './domain-access.ts';
export {
  type Concern,
  type Finding,
  LEVELS,
  type Level,
  worstFirst,
  worstLevel,
} from './finding.ts';
