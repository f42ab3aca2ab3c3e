import { type AuditRecord, parseRecord } from './record.ts';

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

/** Groups a log's lines into events by their serial, also where the records of several events are interleaved. Other lines are passed over. */
export async function* auditEvents(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<AuditEvent> {
  const open = new Map<string, { id: string; time: number; records: AuditRecord[] }>();
  for await (const line of lines) {
    const record = parseRecord(line);
    if (record === undefined) continue;
    const event = open.get(record.event);
    if (event !== undefined) {
      event.records.push(record);
      continue;
    }
    for (const [id, older] of open) {
      if (open.size < OPEN_AT_MOST && older.time + COMPLETE_AFTER > record.time) break;
      open.delete(id);
      yield older;
    }
    open.set(record.event, { id: record.event, time: record.time, records: [record] });
  }
  yield* open.values();
}

/** The events of a text that is already here. */
export function eventsIn(text: string): AuditEvent[] {
  const events = new Map<string, { id: string; time: number; records: AuditRecord[] }>();
  for (const line of text.split('\n')) {
    const record = parseRecord(line);
    if (record === undefined) continue;
    const event = events.get(record.event);
    if (event === undefined) {
      events.set(record.event, { id: record.event, time: record.time, records: [record] });
    } else event.records.push(record);
  }
  return [...events.values()];
}
