export type { ProfileSubject } from './judge.ts';
export { proveProfile, proveProfiles } from './prove.ts';
export type { ProfileVerdict } from './verdict.ts';
