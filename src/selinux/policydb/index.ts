export { Bitset, type IdSet } from './bitset.ts';
export { PolicyFormatError } from './format-error.ts';
export {
  attributesOf,
  membersOf,
  type RowsById,
  rowsOf,
  rulesBySource,
  rulesByTarget,
} from './indexes.ts';
export * from './policydb.ts';
export { type ModulePackage, readPackage } from './read-package.ts';
export { readPolicy } from './read-policy.ts';
export { type AddedRule, withAllowRules } from './with-allow-rules.ts';
