import { createReadStream, globSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Collector, jsonLines, parquetLines } from '../../fleet/index.ts';
import { compressionOf, decompressed } from '../decompress.ts';
import type { Io } from '../io.ts';
import { collectLog, NoAuditLog } from '../load-denials.ts';
import { UsageError } from '../verb.ts';
import { withDuckDb } from './duckdb.ts';
import { collectGrouped, group } from './grouped.ts';
import { SourceError } from './source-error.ts';

/** Takes the records of all files of a glob: what has a structure is grouped by DuckDB, what is text by our reader. */
export async function collectFiles(
  io: Io,
  pattern: string,
  executables: readonly string[],
  collector: Collector,
): Promise<void> {
  const files = filesOf(io, pattern);
  const kinds: Record<Kind, string[]> = { json: [], parquet: [], text: [] };
  for (const file of files) kinds[await kindOf(file)].push(file);
  const { json, parquet, text } = kinds;
  let told = 0;
  if (json.length + parquet.length > 0) {
    told = await withDuckDb(async (db) => {
      const { whole, rejected } = await grouped(db, json, executables);
      text.push(...rejected);
      const found =
        whole.length === 0 ? 0 : await collectGrouped(db, jsonLines(whole), executables, collector);
      return found + (await collectParquet(db, parquet, executables, collector));
    });
  }
  for (const file of text) await collectLog(io, file, collector);
  const isEmpty = json.every((file) => statSync(file).size === 0);
  // Silence must not come from reading the wrong files.
  if (told === 0 && text.length === 0 && !isEmpty) throw new NoAuditLog(pattern);
}

type Kind = 'json' | 'parquet' | 'text';

function filesOf(io: Io, pattern: string): string[] {
  const files = globSync(pattern, { cwd: io.cwd })
    .map((file) => resolve(io.cwd, file))
    .filter((file) => statSync(file).isFile())
    .sort();
  if (files.length === 0) {
    throw new UsageError(
      `no file matches \`${pattern}\``,
      'quote the pattern, so that the shell leaves it alone',
    );
  }
  return files;
}

/** By what is in it, compressed or not; a compressed file that does not go to its end is left to our reader, which says so. */
async function kindOf(file: string): Promise<Kind> {
  const chunks = createReadStream(file)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const first = await chunks.next();
  await chunks.return?.();
  if (first.done) return 'json';
  if (Buffer.from(first.value).toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  const compression = compressionOf(first.value);
  if (compression === undefined) return startsJson(first.value) ? 'json' : 'text';
  // DuckDB takes the end of a broken file for the end of the file.
  if (compression === 'xz or bzip2' || !SUFFIX[compression].test(file)) return 'text';
  let start: Uint8Array | undefined;
  try {
    for await (const chunk of decompressed(createReadStream(file), compression)) start ??= chunk;
  } catch {
    return 'text';
  }
  return start === undefined || startsJson(start) ? 'json' : 'text';
}

/** DuckDB knows them by their names. */
const SUFFIX = { gzip: /\.gz$/, zstd: /\.zst$/ };

function startsJson(start: Uint8Array): boolean {
  return /^\s*\{\s*"[^"]*"\s*:.*\}/.test(
    Buffer.from(start)
      .toString('utf8')
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );
}

/** Groups the files all of whose lines DuckDB can take; the others are for our reader, whole. */
async function grouped(
  db: DuckDBConnection,
  files: readonly string[],
  executables: readonly string[],
): Promise<{ whole: readonly string[]; rejected: readonly string[] }> {
  let whole = files;
  while (whole.length > 0) {
    await group(db, jsonLines(whole), executables);
    const read = await db.runAndReadAll(
      'SELECT DISTINCT file_path FROM reject_errors JOIN reject_scans USING (scan_id, file_id)',
    );
    const names = new Set(read.getRows().map(([name]) => String(name)));
    const accepted = whole.filter((file) => !names.has(file));
    if (accepted.length === whole.length) break;
    whole = accepted;
  }
  return { whole, rejected: files.filter((file) => !whole.includes(file)) };
}

async function collectParquet(
  db: DuckDBConnection,
  files: readonly string[],
  executables: readonly string[],
  collector: Collector,
): Promise<number> {
  if (files.length === 0) return 0;
  try {
    await group(db, parquetLines(files), executables);
    return await collectGrouped(db, parquetLines(files), executables, collector);
  } catch (error) {
    const of = files.length === 1 ? `\`${files[0]}\`` : `one of ${files.length} Parquet files`;
    throw new SourceError(`cannot read ${of}: ${(error as Error).message.split('\n')[0]}`);
  }
}
