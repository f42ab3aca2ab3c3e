export { type ClickHouseSource, machines, requests, tallyView } from './clickhouse.ts';
export {
  Collector,
  type Described,
  type LogTally,
  type Stray,
} from './collector.ts';
export { forReader, groups, jsonLines, KEYS, parquetLines, text } from './duckdb.ts';
export { type Fresh, freshSince } from './fresh.ts';
export { type Readiness, readiness } from './readiness.ts';
export { TALLY_FORM, TallyError, tallyOf, tallyRows } from './tally-rows.ts';
export { times } from './times.ts';
export { withoutTold } from './told.ts';
