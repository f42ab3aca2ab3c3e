import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type LogTally,
  TALLY_FORM,
  TallyError,
  tallyOf,
  tallyRows,
  text,
} from '../../fleet/index.ts';
import type { Io } from '../io.ts';
import { readWhole } from '../read-whole.ts';
import { writeWhole } from '../write-file.ts';
import { withDuckDb } from './duckdb.ts';
import { SourceError } from './source-error.ts';

/** Writes a tally whole or not at all: as Parquet, or as lines of JSON, by the name's ending. */
export async function writeTally(io: Io, name: string, tally: LogTally): Promise<void> {
  const path = resolve(io.cwd, name);
  const lines = tallyRows(tally)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
  if (!isParquet(name)) {
    writeWhole(path, lines);
    return;
  }
  const partial = `${path}.${randomUUID()}.tmp`;
  try {
    // First of all: DuckDB says less about a directory that is not there.
    writeFileSync(partial, lines);
    await withDuckDb(async (db) => {
      const rows = `read_json(${text(partial)}, format = 'newline_delimited', columns = ${COLUMNS}, maximum_object_size = 100000000)`;
      await db.run(
        `COPY (SELECT * FROM ${rows}) TO ${text(`${partial}.parquet`)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    });
    renameSync(`${partial}.parquet`, path);
  } finally {
    rmSync(partial, { force: true });
    rmSync(`${partial}.parquet`, { force: true });
  }
}

/** Whether a file is a tally, by its first bytes: Parquet is one or cannot be read as a log either. */
export function isTally(io: Io, name: string): boolean {
  const start = Buffer.alloc(400);
  const file = openSync(resolve(io.cwd, name), 'r');
  try {
    const length = readSync(file, start);
    const head = start.toString('utf8', 0, length);
    return (
      head.startsWith('PAR1') || (head.startsWith('{') && head.includes(`"text":"${TALLY_FORM}"`))
    );
  } finally {
    closeSync(file);
  }
}

/** Throws SourceError where the file is no tally, or not a whole one. */
export async function readTally(io: Io, name: string): Promise<LogTally> {
  try {
    return tallyOf(await rowsIn(resolve(io.cwd, name), name));
  } catch (error) {
    if (error instanceof TallyError || error instanceof SyntaxError || isDuckDbError(error)) {
      throw new SourceError(
        `\`${name}\` is no tally that can be read: ${error.message.split('\n')[0]}`,
        'Parquet with records is read by --from',
      );
    }
    throw error;
  }
}

async function rowsIn(path: string, name: string): Promise<unknown[]> {
  const start = readWhole(path, name);
  if (start.toString('latin1', 0, 4) !== 'PAR1') {
    return start
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
  return withDuckDb(async (db) => {
    const file = text(path.replace(/[*?[]/g, '[$&]'));
    const read = await db.runAndReadAll(
      `SELECT to_json(t)::VARCHAR FROM (SELECT * EXCLUDE file_row_number FROM read_parquet(${file}, file_row_number = true) ORDER BY file_row_number) t`,
    );
    return read.getRows().map(([row]) => JSON.parse(String(row)) as unknown);
  });
}

/** DuckDB's errors have no class of their own; their words begin with their kind. */
function isDuckDbError(error: unknown): error is Error {
  return error instanceof Error && /^(?:\w+ )+Error: /.test(error.message);
}

function isParquet(name: string): boolean {
  return name.endsWith('.parquet');
}

const WORDS = [
  'kind',
  'domain',
  'source',
  'target',
  'target_label',
  'tclass',
  'ioctl',
  'nlmsg',
  'text',
  'example',
];
const LISTS = ['permissions', 'hosts', 'versions', 'commands', 'paths', 'records'];

/** All rows have all of them. Counts go beyond what 32 bits hold. */
const COLUMNS = `{${[
  ...WORDS.map((name) => `${name}: 'VARCHAR'`),
  ...LISTS.map((name) => `${name}: 'VARCHAR[]'`),
  "permissive: 'BOOLEAN'",
  '"count": \'BIGINT\'',
  '"first": \'DOUBLE\'',
  '"last": \'DOUBLE\'',
].join(', ')}}`;
