export {
  type Consideration,
  type Grounds,
  neverIds,
  OUTCOME_WORDS,
  type Outcome,
} from './verdict.ts';
