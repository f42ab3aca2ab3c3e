export type { Component, Entry } from './components/component.ts';
export { COMPONENTS } from './components/components.ts';
export { type CountName, type PolicyInfo, policyInfo } from './components/info.ts';
export { constraintText } from './constraint-text.ts';
export { categorySetText, contextText, levelText, rangeText } from './context-text.ts';
export {
  type AccessAnswer,
  type AccessQuestion,
  access,
  type ExtendedAnswer,
  type PermissionAnswer,
  type Reason,
} from './decision/access.ts';
export { contextIsValid, contextOf } from './decision/access-contexts.ts';
export {
  type AccessVector,
  accessVector,
  boundedPair,
  type RuleSelection,
  type Setting,
  visitRules,
} from './decision/access-vector.ts';
export {
  type BooleanTerm,
  type Branch,
  coverOf,
  isAlways,
  isNever,
  settingsWhere,
  type TruthTable,
} from './decision/conditional-cover.ts';
export { constraintHolds, constraintsOf, permittedByContexts } from './decision/constraint.ts';
export { AREAS, type Area, domainSummary, type Grant } from './decision/domain-summary.ts';
export { dontaudited } from './decision/dontaudited.ts';
export { entrances } from './decision/entrances.ts';
export { type CommandChange, commandDifference, commandsText } from './difference/commands.ts';
export type { Change, ComponentDifference, ModifiedComponent } from './difference/components.ts';
export {
  DIFFERENCE_KINDS,
  type DifferenceSection,
  policyDifference,
  policyPair,
} from './difference/difference.ts';
export {
  type AccessChange,
  domainDifference,
  effectiveDifference,
  type Grant as AccessGrant,
  grantingRules,
} from './difference/effective.ts';
export {
  type ComparisonAnswer,
  type Counterexample,
  equivalent,
  implies,
  noNewAccess,
} from './difference/implies.ts';
export type { ModifiedRule, RuleDifference } from './difference/rules.ts';
export type { PolicyPair } from './difference/side.ts';
export { differenceText } from './difference/text.ts';
export { type UnknownPart, unknownParts } from './label.ts';
export { parseRange } from './level.ts';
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
} from './paths/domain-transitions.ts';
export {
  type FlowOptions,
  type FlowPaths,
  type FlowStep,
  type InformationFlow,
  informationFlow,
  type WeighedRule,
} from './paths/information-flow.ts';
export {
  type FlowDirection,
  type PermissionFlow,
  type PermissionMap,
  PermissionMapError,
  parsePermissionMap,
} from './paths/permission-map.ts';
export { defaultPermissionMap } from './paths/permission-map-default.ts';
export type { StepAnswers, StepPaths } from './paths/step-paths.ts';
export { UNREACHED } from './paths/type-paths.ts';
export { QueryError } from './query-error.ts';
export { netlinkNotes, readingNotes } from './reading-notes.ts';
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
} from './rules/conditional.ts';
export type { NameCriterion, TypeCriterion } from './rules/criteria.ts';
export {
  formatRangeRule,
  type RangeRule,
  type RangeRuleCriteria,
  rangeRules,
} from './rules/range-rules.ts';
export {
  formatRoleRule,
  type RoleAllow,
  type RoleRule,
  type RoleRuleCriteria,
  type RoleTransition,
  roleRules,
} from './rules/role-rules.ts';
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
} from './rules/rule.ts';
export {
  type BooleanCriterion,
  type PermissionCriterion,
  type TeRuleCriteria,
  teRuleLines,
  teRules,
  type XpermCriterion,
} from './rules/te-rules.ts';
export { typeNamed } from './type-name.ts';
