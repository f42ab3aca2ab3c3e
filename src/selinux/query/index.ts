export { type AssertionAnswer, assertions } from './assertions/assertions.ts';
export { IniError, type IniSection, readIni } from './assertions/ini.ts';
export type { Component, Entry } from './components/component.ts';
export { COMPONENTS } from './components/components.ts';
export { type CountName, type PolicyInfo, policyInfo } from './components/info.ts';
export { contextText } from './context-text.ts';
export { type AccessAnswer, access, type PermissionAnswer } from './decision/access.ts';
export { contextIsValid, contextOf } from './decision/access-contexts.ts';
export { accessVector, boundedPair, type Setting, visitRules } from './decision/access-vector.ts';
export {
  type BooleanEffect,
  booleanEffect,
  type Opened,
  type OpenedGrant,
} from './decision/boolean-effect.ts';
export { type BooleanTerm, coverOf } from './decision/conditional-cover.ts';
export { permittedByContexts } from './decision/constraint.ts';
export { AREAS, type Area, domainSummary, type Grant } from './decision/domain-summary.ts';
export { dontaudited } from './decision/dontaudited.ts';
export { entrances } from './decision/entrances.ts';
export { entrypoints } from './decision/entrypoints.ts';
export { SENSITIVE } from './decision/sensitive.ts';
export { type SensitiveGrant, sensitiveGrants } from './decision/sensitive-grants.ts';
export { type Able, type WhoAnswer, whoCan } from './decision/who-can.ts';
export { type CommandChange, commandDifference, commandsText } from './difference/commands.ts';
export {
  DIFFERENCE_KINDS,
  type DifferenceSection,
  policyDifference,
  policyPair,
} from './difference/difference.ts';
export { type ChangedAccess, type DomainChange, domainChange } from './difference/domain-change.ts';
export {
  type AccessChange,
  domainDifference,
  effectiveDifference,
  type Grant as AccessGrant,
} from './difference/effective.ts';
export { type ComparisonAnswer, equivalent, implies, noNewAccess } from './difference/implies.ts';
export type { PolicyPair } from './difference/side.ts';
export { differenceText } from './difference/text.ts';
export { type UnknownPart, unknownParts } from './label.ts';
export { parseRange } from './level.ts';
export {
  type DomainTransition,
  type DomainTransitions,
  domainTransitions,
  type Restricted,
  type TransitionPaths,
} from './paths/domain-transitions.ts';
export {
  type FlowOptions,
  type FlowStep,
  type InformationFlow,
  informationFlow,
} from './paths/information-flow.ts';
export {
  type PermissionMap,
  PermissionMapError,
  parsePermissionMap,
} from './paths/permission-map.ts';
export { defaultPermissionMap } from './paths/permission-map-default.ts';
export { type Reach, type ReachedDomain, reach } from './paths/reach.ts';
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
  everySetting,
  MOST_BOOLEANS,
  ruleEnabled,
  settingFrom,
} from './rules/conditional.ts';
export { formatRangeRule, type RangeRule, rangeRules } from './rules/range-rules.ts';
export { formatRoleRule, type RoleRule, roleRules } from './rules/role-rules.ts';
export { formatRule, permissionNames, type Rule, ruleOf, xpermRanges } from './rules/rule.ts';
export { type TeRuleCriteria, teRuleLines, teRules } from './rules/te-rules.ts';
export { typeNamed } from './type-name.ts';
