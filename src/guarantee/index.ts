export {
  CHECK_GROUPS,
  type CheckGroup,
  KERNEL_CHECKS,
  type KernelCheck,
  kernelCheck,
} from './kernel-checks.ts';
export { kernelChecksPage, type PolicyClasses } from './kernel-checks-page.ts';
export {
  type AddedWay,
  type Proved,
  prove,
  type Standing,
  standing,
  type WaysOfEach,
  waysAdded,
  waysAddedByEach,
} from './prove.ts';
export type { Ruleset } from './ruleset.ts';
export type { Limits } from './subject.ts';
export type {
  BaseGrant,
  BooleanChange,
  Consideration,
  Grounds,
  Holds,
  HoldsAsSet,
  Outcome,
  Undecided,
  Verdict,
  Violated,
  Witness,
} from './verdict.ts';
