import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Confinement } from '../confinement/index.ts';
import { auditEvents, auditLines, type DenialTally, denialsOf, Tallies } from '../denials/index.ts';
import { concerns } from '../review/index.ts';
import type { Io } from './io.ts';

/** The denials of audit logs that concern one description. */
export interface LoadedDenials {
  readonly tallies: readonly DenialTally[];
  /** Denials of others. */
  readonly others: number;
  /** Denials of ours beyond the distinct requests that can be kept apart. */
  readonly overflow: number;
}

/** Reads logs as they come, `-` for the standard input: memory grows with the distinct requests only. Throws NoAuditLog. */
export async function loadDenials(
  io: Io,
  logs: readonly string[],
  confinement: Confinement,
): Promise<LoadedDenials> {
  const tallies = new Tallies();
  let others = 0;
  for (const log of logs) {
    const input = log === '-' ? process.stdin : createReadStream(resolve(io.cwd, log));
    let isEmpty = true;
    let events = 0;
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of input) {
        isEmpty = false;
        yield chunk as Uint8Array;
      }
    };
    for await (const event of auditEvents(auditLines(chunks()))) {
      events++;
      for (const denial of denialsOf(event)) {
        if (concerns(confinement, denial)) tallies.add(denial);
        else others++;
      }
    }
    // Silence must not come from reading the wrong file.
    if (events === 0 && !isEmpty) throw new NoAuditLog(log);
  }
  return { tallies: tallies.all(), others, overflow: tallies.overflow };
}

/** A file was read to its end and held no audit record. */
export class NoAuditLog extends Error {
  constructor(log: string) {
    super(`no audit record in ${log === '-' ? 'the standard input' : `\`${log}\``}`);
    this.name = 'NoAuditLog';
  }
}
