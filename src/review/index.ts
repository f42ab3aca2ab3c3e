export { type Forbidden, forbidding } from './forbidding.ts';
export { cannotJudge, mustDecide } from './outcome.ts';
export { concerns, type Meaning, type Reviewed, review } from './review.ts';
export { type Cause, type Why, whyDenied } from './why.ts';
