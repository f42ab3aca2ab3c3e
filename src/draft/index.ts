export { addedRules } from './added-rules.ts';
export { type Candidate, candidatesFor } from './candidates.ts';
export { Grants, refOf, typeOf } from './grants.ts';
export { hintsOf, homePath } from './hints.ts';
export { descriptionOf, withAbility } from './join-ability.ts';
export { PROBES, probeConfinement, probeName } from './probe-module.ts';
export {
  allowSource,
  type Probed,
  type Suggestion,
  suggestionsFor,
  type Wanted,
} from './suggest.ts';
