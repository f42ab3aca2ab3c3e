export {
  type AccessAnswer,
  type AccessQuestion,
  access,
  type ExtendedAnswer,
  type PermissionAnswer,
  type Reason,
} from './access.ts';
export { contextIsValid, contextOf } from './access-contexts.ts';
export {
  type AccessVector,
  accessVector,
  boundedPair,
  type RuleSelection,
  type Setting,
  visitRules,
} from './access-vector.ts';
export {
  type BooleanEffect,
  booleanEffect,
  type Opened,
  type OpenedGrant,
} from './boolean-effect.ts';
export type { Component, Entry } from './components/component.ts';
export { COMPONENTS } from './components.ts';
export {
  type BooleanSetting,
  type BooleanValues,
  booleanSetting,
  booleansOf,
  conditionalText,
  conditionHolds,
  defaultSetting,
  ruleEnabled,
  settingFrom,
} from './conditional.ts';
export {
  type BooleanTerm,
  type Branch,
  coverOf,
  isAlways,
  isNever,
  settingsWhere,
  type TruthTable,
} from './conditional-cover.ts';
export { constraintHolds, constraintsOf, permittedByContexts } from './constraint.ts';
export { constraintText } from './constraint-text.ts';
export { categorySetText, contextText, levelText, rangeText } from './context-text.ts';
export type { NameCriterion, TypeCriterion } from './criteria.ts';
export {
  DIFFERENCE_KINDS,
  type DifferenceSection,
  policyDifference,
  policyPair,
} from './difference.ts';
export type { PolicyPair } from './difference-access.ts';
export { type CommandChange, commandDifference, commandsText } from './difference-commands.ts';
export type { Change, ComponentDifference, ModifiedComponent } from './difference-components.ts';
export {
  type AccessChange,
  domainDifference,
  effectiveDifference,
  type Grant as AccessGrant,
  grantingRules,
} from './difference-effective.ts';
export type { ModifiedRule, RuleDifference } from './difference-rules.ts';
export { differenceText } from './difference-text.ts';
export {
  type Changed,
  type ChangedAccess,
  type DomainChange,
  domainChange,
} from './domain-change.ts';
export { AREAS, type Area, domainSummary, type Grant } from './domain-summary.ts';
export {
  type DomainTransition,
  type DomainTransitions,
  domainTransitions,
  type Entrypoint,
  type Restricted,
  type TransitionInPlace,
  type TransitionOnExec,
  type TransitionOptions,
  type TransitionPaths,
} from './domain-transitions.ts';
export { dontaudited } from './dontaudited.ts';
export { entrances } from './entrances.ts';
export {
  type ComparisonAnswer,
  type Counterexample,
  equivalent,
  implies,
  noNewAccess,
} from './implies.ts';
export { type CountName, type PolicyInfo, policyInfo } from './info.ts';
export {
  type FlowOptions,
  type FlowPaths,
  type FlowStep,
  type InformationFlow,
  informationFlow,
  type WeighedRule,
} from './information-flow.ts';
export { type UnknownPart, unknownParts } from './label.ts';
export { parseRange } from './level.ts';
export {
  type FlowDirection,
  type PermissionFlow,
  type PermissionMap,
  PermissionMapError,
  parsePermissionMap,
} from './permission-map.ts';
export { defaultPermissionMap } from './permission-map-default.ts';
export { QueryError } from './query-error.ts';
export {
  formatRangeRule,
  type RangeRule,
  type RangeRuleCriteria,
  rangeRules,
} from './range-rules.ts';
export { type Reach, type ReachedAccess, type ReachedDomain, reach } from './reach.ts';
export { netlinkNotes, readingNotes } from './reading-notes.ts';
export {
  formatRoleRule,
  type RoleAllow,
  type RoleRule,
  type RoleRuleCriteria,
  type RoleTransition,
  roleRules,
} from './role-rules.ts';
export {
  type AccessRule,
  type Condition,
  type ExtendedRule,
  filenameTransitionOf,
  formatRule,
  permissionNames,
  type Rule,
  ruleOf,
  type TypeRule,
  xpermRanges,
} from './rule.ts';
export { SENSITIVE } from './sensitive.ts';
export type { StepAnswers, StepPaths } from './step-paths.ts';
export {
  type BooleanCriterion,
  type PermissionCriterion,
  type TeRuleCriteria,
  teRuleLines,
  teRules,
  type XpermCriterion,
} from './te-rules.ts';
export { typeNamed } from './type-name.ts';
export { UNREACHED } from './type-paths.ts';
export { type Able, type WhoAnswer, whoCan } from './who-can.ts';
