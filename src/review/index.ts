export type { Forbidden } from './forbidding.ts';
export {
  concerns,
  type Meaning,
  type Mislabelled,
  type Reviewed,
  review,
} from './review.ts';
