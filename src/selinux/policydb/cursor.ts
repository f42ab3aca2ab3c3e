import { PolicyFormatError } from './format-error.ts';

/**
 * A place in the file. Knows bytes, offsets and the section's name, never what a policy is. Numbers are little-endian.
 * Every failure is a PolicyFormatError at an absolute offset.
 */
export class Cursor {
  /** Named in errors. */
  section = 'header';
  /** Section -> the offset of its first byte. */
  readonly starts: Map<string, number> = new Map();
  offset = 0;
  readonly bytes: Uint8Array;
  /** The same bytes, for a loop that does its own reading and checks its own bounds. */
  readonly view: DataView;
  private readonly characters: Buffer;
  private reserved = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.characters = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  begin(section: string): void {
    this.section = section;
    this.starts.set(section, this.offset);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** `length` bytes as they are; not copied. */
  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** How many entries follow, none of which is shorter than `leastBytes`: a count that the file cannot hold is refused before anything is made for it. */
  count(what: string, leastBytes: number): number {
    const at = this.offset;
    const count = this.u32();
    if (count * leastBytes > this.remaining) {
      this.fail(
        `${count} ${what} need at least ${count * leastBytes} bytes and ${this.remaining} are left`,
        at,
      );
    }
    return count;
  }

  /** A value from 1 to `limit` as an id from 0. */
  id(limit: number, what: string): number {
    const at = this.offset;
    return this.checkedId(this.u32(), limit, what, at);
  }

  /** Like `id`, where the value 0 says that there is none (-1). */
  idOrNone(limit: number, what: string): number {
    const at = this.offset;
    const value = this.u32();
    return value === 0 ? -1 : this.checkedId(value, limit, what, at);
  }

  checkedId(value: number, limit: number, what: string, at: number): number {
    if (value === 0 || value > limit) {
      this.fail(`${what} ${value} does not exist: there are ${limit}`, at);
    }
    return value - 1;
  }

  /** One of the numbers that mean something here. */
  oneOf<const T extends string>(table: Readonly<Record<number, T>>, what: string): T {
    const at = this.offset;
    const value = this.u32();
    return table[value] ?? this.fail(`${what} ${value} has no meaning`, at);
  }

  /** A name of `length` bytes, which the format never ends with a NUL. */
  text(length: number, what: string): string {
    const at = this.offset;
    if (length === 0) this.fail(`the name of a ${what} is empty`, at);
    const start = this.take(length);
    const text = this.characters.toString('latin1', start, start + length);
    const name = OUTSIDE_ASCII.test(text)
      ? decodeAny(this.bytes.subarray(start, start + length))
      : text;
    if (name.includes('\0')) this.fail(`the name of a ${what} holds a NUL byte`, at);
    return name;
  }

  /**
   * Counts memory that a few bytes of the file ask for (a bitmap's highest bit, a set written out as rows), so that a small file
   * cannot ask for a large machine.
   */
  reserve(bytes: number, at: number): void {
    this.reserved += bytes;
    if (this.reserved > MOST_RESERVED) {
      this.fail(`its sets need more than ${MOST_RESERVED / 2 ** 20} MiB of memory`, at);
    }
  }

  /** After the last section: how many bytes follow that nobody reads. */
  end(): number {
    this.begin('end of the file');
    return this.remaining;
  }

  fail(problem: string, at: number = this.offset): never {
    throw new PolicyFormatError(this.section, at, problem);
  }

  private take(length: number): number {
    const start = this.offset;
    if (length > this.bytes.length - start) {
      this.fail(
        `the file ends here: ${length} more ${length === 1 ? 'byte is' : 'bytes are'} needed and ${this.remaining} left`,
      );
    }
    this.offset = start + length;
    return start;
  }
}

/** Far above the largest real policies (Fedora's sets take about 10 MiB), far below a machine's memory. */
const MOST_RESERVED = 384 * 2 ** 20;

/** Names are bytes to the kernel, and UTF-8 to people; bytes that are not UTF-8 stay distinguishable as Latin-1. */
function decodeAny(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

const OUTSIDE_ASCII = /[\x80-\xff]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');
