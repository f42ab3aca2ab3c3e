import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { EventReader, LineSplitter, Unread } from '../denials/index.ts';
import { Collector, type Described, type LogTally } from '../fleet/index.ts';

/**
 * Lines of a file that one reader counts, by bytes: from `begin`, where a line begins, up to `end`. It reads from `warm` on without counting,
 * so that at `begin` it knows which events are open, as the reader of the part before does at its end.
 */
export interface Part {
  readonly warm: number;
  readonly begin: number;
  readonly end: number;
  /** It ends with the file: what is open then is complete. */
  readonly last: boolean;
}

export interface ReadPart {
  readonly found: LogTally;
  readonly events: number;
  /** What the reader still held at both ends, as digests: where it is not what its neighbour held there, the parts do not fit. */
  readonly before: string;
  readonly after: string;
}

/** Cuts a file of `size` bytes into parts that begin at these places or with the next line. */
export function partsAt(
  path: string,
  size: number,
  places: readonly number[],
  overlap: number,
): Part[] {
  const file = openSync(path, 'r');
  try {
    const starts = places.map((place) => lineFrom(file, place, size));
    return starts.map((begin, i) => ({
      warm: lineFrom(file, Math.max(0, begin - overlap), size),
      begin,
      end: starts[i + 1] ?? size,
      last: i === starts.length - 1,
    }));
  } finally {
    closeSync(file);
  }
}

/** Where the first line begins that does not begin before `place`. */
function lineFrom(file: number, place: number, size: number): number {
  if (place === 0) return 0;
  const bytes = Buffer.allocUnsafe(1 << 16);
  for (let at = place - 1; at < size; ) {
    const count = readSync(file, bytes, 0, bytes.length, at);
    if (count === 0) break;
    const newline = bytes.subarray(0, count).indexOf(10);
    if (newline >= 0) return Math.min(size, at + newline + 1);
    at += count;
  }
  return size;
}

export function readPart(path: string, part: Part, confinement: Described | undefined): ReadPart {
  const unread = new Unread();
  let collected = new Collector(confinement, unread);
  let events = 0;
  const reader = new EventReader((event) => {
    events++;
    collected.add(event);
  }, unread);
  const lines = new LineSplitter((line) => reader.line(line));
  const file = openSync(path, 'r');
  try {
    feed(file, part.warm, part.begin, lines);
    const before = digest(reader);
    // What was found on the way there is the part's before.
    collected = new Collector(confinement, unread);
    unread.forget();
    events = 0;
    feed(file, part.begin, part.end, lines);
    const after = digest(reader);
    if (part.last) reader.end();
    return { found: collected.all(), events, before, after };
  } finally {
    closeSync(file);
  }
}

function feed(file: number, from: number, to: number, lines: LineSplitter): void {
  const bytes = Buffer.allocUnsafe(1 << 20);
  for (let at = from; at < to; ) {
    const count = readSync(file, bytes, 0, Math.min(bytes.length, to - at), at);
    if (count === 0) break;
    lines.push(bytes.subarray(0, count));
    at += count;
  }
  lines.end();
}

function digest(reader: EventReader): string {
  return createHash('sha256').update(reader.state()).digest('base64');
}
