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
export { readPolicy } from './read-policy.ts';
