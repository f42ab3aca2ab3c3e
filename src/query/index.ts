export {
  type AccessVector,
  accessVector,
  boundedPair,
  type RuleSelection,
  type Setting,
  visitRules,
} from './access-vector.ts';
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
export { constraintText } from './constraint-text.ts';
export { categorySetText, contextText, levelText, rangeText } from './context-text.ts';
export { AREAS, type Area, domainSummary, type Grant } from './domain-summary.ts';
export { type CountName, type PolicyInfo, policyInfo } from './info.ts';
export { type UnknownPart, unknownParts } from './label.ts';
export { QueryError } from './query-error.ts';
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
