import { CompiledFormatError } from './format-error.ts';

/** The kinds of value, as the byte before each says (the kernel's enum aa_code). */
const TAGS = {
  u8: 0,
  u16: 1,
  u32: 2,
  u64: 3,
  name: 4,
  string: 5,
  blob: 6,
  struct: 7,
  structEnd: 8,
  list: 9,
  listEnd: 10,
  array: 11,
  arrayEnd: 12,
} as const;
export type Tag = keyof typeof TAGS;

/**
 * A place in the tagged stream that apparmor_parser writes. A value is a byte for its kind and its bytes, little-endian; a name may
 * stand before it. Knows kinds and offsets, never what a profile is. Every failure is a CompiledFormatError at an absolute offset.
 */
export class Stream {
  /** Named in errors. */
  part = 'header';
  offset = 0;
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  u32(what: string, name?: string): number {
    this.open('u32', what, name);
    return this.view.getUint32(this.take(4), true);
  }

  optionalU32(name: string): number | undefined {
    return this.isNext('u32', name) ? this.u32(name, name) : undefined;
  }

  u8(what: string): number {
    this.open('u8', what);
    return this.bytes[this.take(1)]!;
  }

  u16(what: string): number {
    this.open('u16', what);
    return this.view.getUint16(this.take(2), true);
  }

  u64(what: string): bigint {
    this.open('u64', what);
    return this.view.getBigUint64(this.take(8), true);
  }

  /** A string as text. What ends it, a NUL, is counted in its length and is no part of it; other NULs stay. */
  string(what: string, name?: string): string {
    this.open('string', what, name);
    const at = this.offset;
    const bytes = this.chunk(this.view.getUint16(this.take(2), true));
    if (bytes.at(-1) !== 0) this.fail(`${what} does not end with a NUL`, at);
    return decode(bytes.subarray(0, -1));
  }

  optionalString(name: string): string | undefined {
    return this.isNext('string', name) ? this.string(name, name) : undefined;
  }

  /** The bytes as they are; not copied. */
  blob(what: string, name?: string): Uint8Array {
    this.open('blob', what, name);
    return this.chunk(this.view.getUint32(this.take(4), true));
  }

  /** How many entries follow, none of which is shorter than `leastBytes`: a count that the file cannot hold is refused before anything is made for it. */
  array(what: string, leastBytes: number, name?: string): number {
    this.open('array', what, name);
    const at = this.offset;
    const count = this.view.getUint16(this.take(2), true);
    const left = this.bytes.length - this.offset;
    if (count * leastBytes > left) {
      this.fail(
        `${count} ${what} need at least ${count * leastBytes} bytes and ${left} are left`,
        at,
      );
    }
    return count;
  }

  /** Reads `inside` a structure of this name. */
  struct<T>(name: string, inside: () => T): T {
    this.open('struct', `the structure ${name}`, name);
    const value = inside();
    this.open('structEnd', `the end of the structure ${name}`);
    return value;
  }

  optionalStruct<T>(name: string, inside: () => T): T | undefined {
    return this.isNext('struct', name) ? this.struct(name, inside) : undefined;
  }

  endArray(what: string): void {
    this.open('arrayEnd', `the end of ${what}`);
  }

  /** Whether a value of this kind and with this name (undefined: with any name or none) comes next. */
  isNext(tag: Tag, name: string | undefined): boolean {
    const start = this.offset;
    const matches = this.skipTag(tag, name);
    this.offset = start;
    return matches;
  }

  fail(problem: string, at: number = this.offset): never {
    throw new CompiledFormatError(this.part, at, problem);
  }

  private open(tag: Tag, what: string, name?: string): void {
    const at = this.offset;
    if (this.skipTag(tag, name)) return;
    if (at >= this.bytes.length) this.fail(`the file ends where ${what} should be`, at);
    this.fail(`${what} should be here, and ${this.found(at)}`, at);
  }

  /** As the kernel reads: a name before a value that is asked for without one is skipped. */
  private skipTag(tag: Tag, name: string | undefined): boolean {
    if (this.bytes[this.offset] === TAGS.name) {
      const length = this.lengthOfName();
      if (length === undefined) return false;
      const start = this.offset + 3;
      if (name !== undefined) {
        if (this.bytes[start + length - 1] !== 0) return false;
        if (decode(this.bytes.subarray(start, start + length - 1)) !== name) return false;
      }
      this.offset = start + length;
    } else if (name !== undefined) return false;
    if (this.bytes[this.offset] !== TAGS[tag]) return false;
    this.offset++;
    return true;
  }

  private lengthOfName(): number | undefined {
    if (this.offset + 3 > this.bytes.length) return undefined;
    const length = this.view.getUint16(this.offset + 1, true);
    return length === 0 || this.offset + 3 + length > this.bytes.length ? undefined : length;
  }

  private found(at: number): string {
    const byte = this.bytes[at]!;
    const tag = Object.entries(TAGS).find(([, value]) => value === byte)?.[0];
    if (tag === undefined) return `there is a value of the unknown kind ${byte}`;
    if (tag !== 'name') return `there is a ${tag}`;
    this.offset = at;
    const length = this.lengthOfName();
    if (length === undefined) return 'the file ends inside a name';
    return `there is \`${decode(this.bytes.subarray(at + 3, at + 2 + length))}\``;
  }

  private chunk(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  private take(length: number): number {
    const start = this.offset;
    const left = this.bytes.length - start;
    if (length > left) {
      this.fail(
        `the file ends here: ${length} more ${length === 1 ? 'byte is' : 'bytes are'} needed and ${left} left`,
      );
    }
    this.offset = start + length;
    return start;
  }
}

/** Names and paths are bytes to the kernel, and UTF-8 to people; bytes that are not UTF-8 stay distinguishable as Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');
