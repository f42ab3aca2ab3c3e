export { proveProfile } from './prove.ts';
export type { ProfileVerdict } from './verdict.ts';
