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
  const reader = new EventReader((event) => void complete.push(event), unread);
  for await (const line of lines) {
    reader.line(line);
    if (complete.length > 0) yield* complete.splice(0);
  }
  reader.end();
  yield* complete;
}

/** The same, pushed: a log of millions of lines has no time for a promise each. */
export class EventReader {
  private readonly reader: Reader;
  private readonly events: OpenEvents;

  constructor(complete: (event: AuditEvent) => void, unread?: Unread) {
    const events = new OpenEvents(complete);
    this.events = events;
    this.reader = new Reader((record, origin) => events.add(record, origin), unread);
  }

  line(line: string): void {
    this.reader.line(line);
  }

  /** All that what follows can depend on: a record that may go on, and open events with their records. */
  state(): string {
    return JSON.stringify([this.reader.state(), this.events.state()]);
  }

  /** What is still open is complete. */
  end(): void {
    this.reader.end();
    this.events.end();
  }
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
  private readonly complete: (event: AuditEvent) => void;
  /** The one that got a record last: the next record is mostly its too. */
  private last: Open | undefined;
  private lastKey = '';
  /** The time of the oldest. */
  private oldest = 0;

  constructor(complete: (event: AuditEvent) => void) {
    this.complete = complete;
  }

  /** Takes a record; events that are complete by its time are handed on. */
  add(record: AuditRecord, origin: Origin | undefined): void {
    if (record.event === '') {
      this.complete(begin(record, origin));
      return;
    }
    const key = keyOf(record, origin);
    const known = this.last !== undefined && this.lastKey === key;
    const event = known ? this.last : this.open.get(key);
    this.lastKey = key;
    if (event !== undefined) {
      event.records.push(record);
      this.last = event;
      return;
    }
    if (this.open.size >= OPEN_AT_MOST || this.oldest + COMPLETE_AFTER <= record.time) {
      this.hand(record.time);
    }
    this.last = begin(record, origin);
    if (this.open.size === 0) this.oldest = record.time;
    this.open.set(key, this.last);
  }

  private hand(time: number): void {
    for (const [id, older] of this.open) {
      this.oldest = older.time;
      if (this.open.size < OPEN_AT_MOST && older.time + COMPLETE_AFTER > time) break;
      this.open.delete(id);
      this.complete(older);
    }
  }

  state(): unknown {
    return [...this.open].map(([key, { time, host, version, records }]) => [
      key,
      [time, host, version],
      records.map(({ type, raw, body }) => [type, raw, body.length]),
    ]);
  }

  end(): void {
    for (const event of this.open.values()) this.complete(event);
    this.open.clear();
    this.last = undefined;
  }
}
