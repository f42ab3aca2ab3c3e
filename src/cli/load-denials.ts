import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Confinement } from '../confinement/index.ts';
import {
  type AuditEvent,
  type DenialTally,
  EventReader,
  executionOf,
  LineSplitter,
  type Refusal,
  Refusals,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
  type UnreadLines,
} from '../denials/index.ts';
import { concerns } from '../review/index.ts';
import { parseContext } from '../selinux/index.ts';
import { canDecompress, compressionOf, decompressed } from './decompress.ts';
import type { Io } from './io.ts';

/** What audit logs say that concerns one description. */
export interface LoadedDenials {
  readonly tallies: readonly DenialTally[];
  /** What was refused without a denial. */
  readonly refusals: readonly Refusal[];
  /** The program was executed and stayed in another domain than its own. */
  readonly strays: readonly Stray[];
  /** Denials of others. */
  readonly others: number;
  /** Denials and refusals of ours beyond those that can be kept apart. */
  readonly overflow: number;
  /** What nobody could read. */
  readonly unread: readonly UnreadLines[];
}

export interface Stray {
  readonly exe: string;
  /** The type that it ran as. */
  readonly domain: string;
  readonly count: number;
}

/** Reads logs as they come, `-` for the standard input: memory grows with the distinct requests only. Throws NoAuditLog. */
export async function loadDenials(
  io: Io,
  logs: readonly string[],
  confinement: Confinement,
): Promise<LoadedDenials> {
  const collected = new Collected(confinement);
  for (const log of logs) {
    const input = log === '-' ? process.stdin : createReadStream(resolve(io.cwd, log));
    let isEmpty = true;
    let events = 0;
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of input as AsyncIterable<Uint8Array>) {
        isEmpty = false;
        yield chunk;
      }
    };
    const { unread } = collected;
    const reader = new EventReader((event) => {
      events++;
      collected.add(event);
    }, unread);
    const lines = new LineSplitter((line) => reader.line(line));
    for await (const chunk of endingWell(plain(chunks(), log), unread)) lines.push(chunk);
    lines.end();
    reader.end();
    // Silence must not come from reading the wrong file.
    if (events === 0 && !isEmpty && unread.all().length === 0) throw new NoAuditLog(log);
  }
  return collected.all();
}

class Collected {
  readonly unread = new Unread();
  private readonly confinement: Confinement;
  private readonly tallies = new Tallies();
  private readonly refusals = new Refusals();
  private readonly strays = new Map<string, { exe: string; domain: string; count: number }>();
  private others = 0;

  constructor(confinement: Confinement) {
    this.confinement = confinement;
  }

  add(event: AuditEvent): void {
    for (const denial of readDenials(event, this.unread)) {
      if (concerns(this.confinement, denial)) this.tallies.add(denial);
      else this.others++;
    }
    const refusals = refusalsOf(event);
    if (refusals.length > 0 && names(this.confinement, event)) {
      for (const record of refusals) this.refusals.add(record);
    }
    this.stray(event);
  }

  private stray(event: AuditEvent): void {
    const execution = executionOf(event);
    if (!execution || !this.confinement.program.executables.includes(execution.exe)) return;
    const domain = parseContext(execution.subject)?.type;
    if (domain === undefined || domain === this.confinement.domain) return;
    const key = `${execution.exe} ${domain}`;
    const stray = this.strays.get(key) ?? { exe: execution.exe, domain, count: 0 };
    stray.count++;
    this.strays.set(key, stray);
  }

  all(): LoadedDenials {
    return {
      tallies: this.tallies.all(),
      refusals: this.refusals.all(),
      strays: [...this.strays.values()],
      others: this.others,
      overflow: this.tallies.overflow + this.refusals.overflow,
      unread: this.unread.all(),
    };
  }
}

/** Whether an event has to do with the description: by a context, or by the name of a program that asked. */
function names({ name, domain, program }: Confinement, { records }: AuditEvent): boolean {
  const types = new RegExp(`:(?:${domain}|${name}_\\w+)(?=[:\\s"']|$)`);
  const commands = program.executables.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return records.some(
    ({ body, fields }) =>
      types.test(body) || commands.some((each) => each.slice(0, 15) === fields.get('comm')),
  );
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
