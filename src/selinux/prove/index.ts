export type { PolicySet, Ruleset } from './inquiry/policy-set.ts';
export type { Described } from './inquiry/subject.ts';
export type {
  Outcome,
  Verdict,
  Witness,
} from './inquiry/verdict.ts';
export {
  KERNEL_CHECKS,
  kernelCheck,
} from './kernel/kernel-checks.ts';
export { kernelChecksPage, type PolicyClasses } from './kernel/kernel-checks-page.ts';
export type { AssertedNever, Assertion } from './nevers/assertion.ts';
export {
  type AddedWay,
  assertedNevers,
  type Proved,
  prove,
  type Standing,
  standing,
  waysAdded,
  waysAddedByEach,
} from './prove.ts';
export { undescribed } from './undescribed.ts';
