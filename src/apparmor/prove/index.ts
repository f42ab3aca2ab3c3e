export type { ProfileSubject } from './judge.ts';
export { type ProvedOfProfile, proveProfile, proveProfiles } from './prove.ts';
export type { ProfileVerdict } from './verdict.ts';
