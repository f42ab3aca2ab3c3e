import { LONGEST_LINE } from './record.ts';

/** A log's lines from its chunks, one at a time; a line longer than LONGEST_LINE is cut there, so no input can fill the memory. */
export async function* auditLines(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<string> {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => void lines.push(line));
  for await (const chunk of chunks) {
    splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    yield* lines.splice(0);
  }
  splitter.end();
  yield* lines;
}

/**
 * The same, pushed. Each line is decoded by itself: a name that somebody keeps then keeps its line in memory, and not the whole chunk.
 */
export class LineSplitter {
  private readonly take: (line: string) => void;
  /** Of a line whose end has not come: as much as can count. */
  private rest: Buffer | undefined;

  constructor(take: (line: string) => void) {
    this.take = take;
  }

  /** The chunk's bytes may be used again after this. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      if (this.rest === undefined) this.take(decoded(bytes, from, at));
      else {
        this.keep(bytes.subarray(from, at));
        this.end();
      }
      from = at + 1;
    }
    if (from < bytes.length) this.keep(bytes.subarray(from));
  }

  /** The last line, if nothing ends it. */
  end(): void {
    const { rest } = this;
    this.rest = undefined;
    if (rest !== undefined) this.take(decoded(rest, 0, rest.length));
  }

  private keep(part: Buffer): void {
    const { rest } = this;
    if (rest === undefined) this.rest = Buffer.from(part.subarray(0, MOST_BYTES));
    else if (rest.length < MOST_BYTES) {
      this.rest = Buffer.concat([rest, part.subarray(0, MOST_BYTES - rest.length)]);
    }
  }
}

const NEWLINE = 10;

/** No character takes more bytes than four. */
const MOST_BYTES = 4 * LONGEST_LINE;

function decoded(bytes: Buffer, from: number, to: number): string {
  const line = bytes.toString('utf8', from, Math.min(to, from + MOST_BYTES));
  return line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line;
}
