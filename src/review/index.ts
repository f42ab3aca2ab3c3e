export type { Forbidden } from './forbidding.ts';
export { cannotJudge, mustDecide } from './outcome.ts';
export {
  concerns,
  type Meaning,
  type Mislabelled,
  type Reviewed,
  type ReviewSubject,
  review,
} from './review.ts';
