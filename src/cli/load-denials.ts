import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AuditEvent, EventReader, LineSplitter, type Unread } from '../denials/index.ts';
import type { Collector } from '../fleet/index.ts';
import { canDecompress, compressionOf, decompressed } from './decompress.ts';
import type { Io } from './io.ts';
import { readInParts } from './log-parts.ts';
import { UsageError } from './verb.ts';

/** Reads a log as it comes, `-` for the standard input: memory grows with the distinct requests only. Throws NoAuditLog. */
export async function collectLog(io: Io, log: string, collector: Collector): Promise<void> {
  if (log !== '-' && (await readApart(resolve(io.cwd, log), collector))) return;
  await readLogEvents(io, log, collector.unread, (event) => collector.add(event));
}

/** The events of a log as they come, in one thread. Throws NoAuditLog. */
export async function readLogEvents(
  io: Io,
  log: string,
  unread: Unread,
  add: (event: AuditEvent) => void,
): Promise<void> {
  if (log !== '-' && statSync(resolve(io.cwd, log)).isDirectory()) {
    throw new UsageError(`\`${log}\` is a directory`, 'name the logs in it');
  }
  const input = log === '-' ? process.stdin : createReadStream(resolve(io.cwd, log));
  let isEmpty = true;
  let events = 0;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      isEmpty = false;
      yield chunk;
    }
  };
  const reader = new EventReader((event) => {
    events++;
    add(event);
  }, unread);
  const lines = new LineSplitter((line) => reader.line(line));
  for await (const chunk of endingWell(plain(chunks(), log), unread)) lines.push(chunk);
  lines.end();
  reader.end();
  // Silence must not come from reading the wrong file.
  if (events === 0 && !isEmpty && unread.all().length === 0) throw new NoAuditLog(log);
}

/** Reads a large file by several threads; says whether it did. A compressed one has to be read from its beginning. */
async function readApart(path: string, collector: Collector): Promise<boolean> {
  const file = statSync(path);
  if (!file.isFile() || compressionOf(firstBytes(path)) !== undefined) return false;
  // One without any event is read again, which finds out what is wrong with it.
  return ((await readInParts(path, file.size, collector)) ?? 0) > 0;
}

function firstBytes(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(4);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** What logs are compressed with is told by their first bytes. */
async function* plain(chunks: AsyncGenerator<Uint8Array>, log: string): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done) return;
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield first.value;
    yield* chunks;
  };
  const compression = compressionOf(first.value);
  if (compression === undefined) {
    yield* all();
    return;
  }
  if (!canDecompress(compression)) {
    const reader =
      compression === 'zstd' ? `, which Node ${process.versions.node} cannot read` : '';
    throw new NoAuditLog(log, `compressed by ${compression}${reader}`);
  }
  yield* decompressed(all(), compression);
}

/** A compressed file that ends in the middle is read as far as it goes; what follows is lost, which is counted. */
async function* endingWell(
  chunks: AsyncGenerator<Uint8Array>,
  unread: Unread,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/^(?:Z_|ZSTD_)/.test(code ?? '')) throw error;
    unread.add('loss', `the compressed log cannot be read to its end: ${message}`);
  }
}

/** A file was read to its end and held no audit record. */
export class NoAuditLog extends Error {
  constructor(log: string, why?: string) {
    const name = log === '-' ? 'the standard input' : `\`${log}\``;
    super(`no audit record in ${name}${why === undefined ? '' : `: it is ${why}`}`);
    this.name = 'NoAuditLog';
  }
}
