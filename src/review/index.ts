export type { Forbidden } from './forbidding.ts';
export {
  concerns,
  type Meaning,
  type Mislabelled,
  type Reviewed,
  type ReviewSubject,
  review,
} from './review.ts';
export { type Cause, type Why, whyDenied } from './why.ts';
