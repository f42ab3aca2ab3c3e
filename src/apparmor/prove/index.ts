export { type ProfileSubject, proveProfile } from './prove.ts';
export type { ProfileOutcome, ProfileVerdict } from './verdict.ts';
