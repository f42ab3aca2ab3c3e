import { Reader } from './reader.ts';
import type { AuditRecord } from './record.ts';
import type { Unread } from './unread.ts';

/** The records of one event, in the order of the log. */
export interface AuditEvent {
  readonly id: string;
  readonly time: number;
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
  const reader = new Reader(unread);
  const events = new OpenEvents();
  for await (const line of lines) {
    for (const record of reader.line(line)) yield* events.add(record);
  }
  for (const record of reader.end()) yield* events.add(record);
  yield* events.all();
}

/** The events of a text that is already here. */
export function eventsIn(text: string, unread?: Unread): AuditEvent[] {
  const reader = new Reader(unread);
  const records = text.split('\n').flatMap((line) => [...reader.line(line)]);
  const events = new Map<string, Open>();
  for (const [i, record] of [...records, ...reader.end()].entries()) {
    const key = record.event || `alone ${i}`;
    const event = events.get(key);
    if (event === undefined) events.set(key, begin(record));
    else event.records.push(record);
  }
  return [...events.values()];
}

interface Open {
  readonly id: string;
  readonly time: number;
  readonly records: AuditRecord[];
}

function begin(record: AuditRecord): Open {
  return { id: record.event, time: record.time, records: [record] };
}

class OpenEvents {
  private readonly open = new Map<string, Open>();

  /** Takes a record; yields the events that are complete by its time. */
  *add(record: AuditRecord): Generator<AuditEvent> {
    if (record.event === '') {
      yield begin(record);
      return;
    }
    const event = this.open.get(record.event);
    if (event !== undefined) {
      event.records.push(record);
      return;
    }
    for (const [id, older] of this.open) {
      if (this.open.size < OPEN_AT_MOST && older.time + COMPLETE_AFTER > record.time) break;
      this.open.delete(id);
      yield older;
    }
    this.open.set(record.event, begin(record));
  }

  all(): Iterable<AuditEvent> {
    return this.open.values();
  }
}
