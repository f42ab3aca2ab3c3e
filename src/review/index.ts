export type { Forbidden } from './forbidding.ts';
export { concerns, type Meaning, type Reviewed, review } from './review.ts';
