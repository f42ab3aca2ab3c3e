export { Bitset, type IdSet } from './bitset.ts';
export { PolicyFormatError } from './format-error.ts';
export {
  attributesOf,
  type RowsById,
  rowsOf,
  rulesBySource,
  rulesByTarget,
} from './indexes.ts';
export * from './policydb.ts';
