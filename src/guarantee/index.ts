export type { PolicySet, Ruleset } from './inquiry/policy-set.ts';
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
} from './inquiry/verdict.ts';
export {
  CHECK_GROUPS,
  type CheckGroup,
  KERNEL_CHECKS,
  type KernelCheck,
  kernelCheck,
} from './kernel/kernel-checks.ts';
export { kernelChecksPage, type PolicyClasses } from './kernel/kernel-checks-page.ts';
export { type AddedWay, type Proved, prove, type Standing, standing, waysAdded } from './prove.ts';
