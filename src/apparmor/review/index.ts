export type { Given, ProfileCompiler } from './given.ts';
export { type ReviewedApparmor, reviewApparmor } from './review.ts';
export { grantsEach } from './suggest.ts';
export type { Broken } from './ways.ts';
