import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** DuckDB in this process, without a file of its own: what does not fit into memory goes below the system's directory for that. */
export async function withDuckDb<T>(action: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  // 70 MB of code, for those who ask for it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const scratch = mkdtempSync(join(tmpdir(), 'confine-duckdb-'));
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      temp_directory: scratch,
      preserve_insertion_order: 'false',
      // Nothing is to be fetched: JSON and Parquet are built in.
      autoinstall_known_extensions: 'false',
    });
    const db = await instance.connect();
    try {
      return await action(db);
    } finally {
      db.closeSync();
      instance.closeSync();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The rows of a question, as plain objects, a few at a time. */
export async function* rowsOf(
  db: DuckDBConnection,
  sql: string,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const result = await db.stream(sql);
  const names = result.columnNames();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const row of chunk.getRows()) {
      yield Object.fromEntries(names.map((name, index) => [name, row[index]]));
    }
  }
}
