export type { Component, Entry } from './components/component.ts';
export { COMPONENTS } from './components.ts';
export { constraintText } from './constraint-text.ts';
export { categorySetText, contextText, levelText, rangeText } from './context-text.ts';
export { type CountName, type PolicyInfo, policyInfo } from './info.ts';
