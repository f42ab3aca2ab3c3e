import { UsageError } from '../verb.ts';

/** Throws UsageError for a name that does not say what the file should be. */
export function checkTallyName(name: string): void {
  if (/\.(?:parquet|ndjson)$/.test(name)) return;
  throw new UsageError(`\`${name}\` is no name for a tally`, 'let it end in .parquet or .ndjson');
}
