import { Reader } from './reader.ts';
import type { AuditRecord } from './record.ts';
import type { Origin } from './structured.ts';
import type { Unread } from './unread.ts';

/** The records of one event, in the order of the log. */
export interface AuditEvent {
  readonly id: string;
  readonly time: number;
  /** The machine, where the log names it. */
  readonly host: string | undefined;
  readonly version: string | undefined;
  readonly records: readonly AuditRecord[];
}

/** Seconds of the log's own clock after which an event gets no more records; auditd's tools wait as long. */
const COMPLETE_AFTER = 2;
/** Open events at most, so that a log of endless beginnings cannot fill the memory. */
const OPEN_AT_MOST = 4096;

/**
 * Groups a log's lines into events by their serial, also where the records of several events are interleaved. Other lines are passed over;
 * those that say that something was denied or lost go to `unread`.
 */
export async function* auditEvents(
  lines: AsyncIterable<string> | Iterable<string>,
  unread?: Unread,
): AsyncGenerator<AuditEvent> {
  const complete: AuditEvent[] = [];
  const events = new OpenEvents(complete);
  const reader = new Reader((record, origin) => events.add(record, origin), unread);
  for await (const line of lines) {
    reader.line(line);
    if (complete.length > 0) yield* complete.splice(0);
  }
  reader.end();
  yield* complete;
  yield* events.all();
}

/** The events of a text that is already here. */
export function eventsIn(text: string, unread?: Unread): AuditEvent[] {
  const events = new Map<string, Open>();
  const reader = new Reader((record, origin) => {
    const key = record.event === '' ? `alone ${events.size}` : keyOf(record, origin);
    const event = events.get(key);
    if (event === undefined) events.set(key, begin(record, origin));
    else event.records.push(record);
  }, unread);
  for (const line of text.split('\n')) reader.line(line);
  reader.end();
  return [...events.values()];
}

interface Open extends AuditEvent {
  readonly records: AuditRecord[];
}

function begin(record: AuditRecord, origin: Origin | undefined): Open {
  return {
    id: record.event,
    time: record.time,
    host: origin?.host ?? record.host,
    version: origin?.version,
    records: [record],
  };
}

/** Serials are a machine's own. */
function keyOf(record: AuditRecord, origin: Origin | undefined): string {
  return origin?.host === undefined ? record.event : `${origin.host} ${record.event}`;
}

class OpenEvents {
  private readonly open = new Map<string, Open>();
  private readonly complete: AuditEvent[];

  constructor(complete: AuditEvent[]) {
    this.complete = complete;
  }

  /** Takes a record; events that are complete by its time are handed on. */
  add(record: AuditRecord, origin: Origin | undefined): void {
    if (record.event === '') {
      this.complete.push(begin(record, origin));
      return;
    }
    const key = keyOf(record, origin);
    const event = this.open.get(key);
    if (event !== undefined) {
      event.records.push(record);
      return;
    }
    for (const [id, older] of this.open) {
      if (this.open.size < OPEN_AT_MOST && older.time + COMPLETE_AFTER > record.time) break;
      this.open.delete(id);
      this.complete.push(older);
    }
    this.open.set(key, begin(record, origin));
  }

  all(): Iterable<AuditEvent> {
    return this.open.values();
  }
}
