export { addedRules } from './added-rules.ts';
export { type Candidate, candidatesFor, NEVER_DRAFTED } from './candidates.ts';
export { chooseAbilities, clashes } from './choose.ts';
export { type Draft, descriptionText, draftDescription } from './description-text.ts';
export type { Evidence, Names, Sighting } from './evidence.ts';
export { Grants, refOf, typeOf } from './grants.ts';
export { hintsOf, plainPath, startsAsRoot } from './hints.ts';
export { descriptionOf, withAbility } from './join-ability.ts';
export { PROBES, probeConfinement, probeName } from './probe-module.ts';
export { proposeNevers } from './propose-nevers.ts';
export { readTrace } from './strace.ts';
export {
  allowSource,
  type Probed,
  type Suggestion,
  suggestionsFor,
  type Wanted,
} from './suggest.ts';
export { readUnit, type UnitFacts } from './unit.ts';
