import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';

/** What a file is compressed with, by its first bytes; undefined where it is not. */
export type Compression = 'gzip' | 'zstd' | 'xz or bzip2';

export function compressionOf(start: Uint8Array): Compression | undefined {
  const magic = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (magic.startsWith('1f8b')) return 'gzip';
  if (magic === '28b52ffd' || SKIPPABLE.test(magic)) return 'zstd';
  return /^fd377a58|^425a68/.test(magic) ? 'xz or bzip2' : undefined;
}

/** Whether this Node can. */
export function canDecompress(compression: Compression): boolean {
  return (
    compression === 'gzip' ||
    (compression === 'zstd' && typeof zlib.createZstdDecompress === 'function')
  );
}

/** All of a compressed file, whatever number of parts it was appended in. Throws what zlib throws, also where it ends early. */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip') {
    yield* through(chunks, zlib.createGunzip());
    return;
  }
  // Node stops in silence after the first frame, and appended logs have many.
  const source = new Source(chunks);
  while (await source.has(1)) {
    if (SKIPPABLE.test((await source.take(4)).toString('hex'))) {
      const size = (await source.take(4)).readUInt32LE(0);
      for await (const _ of source.pass(size));
    } else {
      source.putBack();
      yield* through(frameOf(source), zlib.createZstdDecompress());
    }
  }
}

const SKIPPABLE = /^5[0-9a-f]2a4d18$/;

async function* through(
  chunks: AsyncIterable<Uint8Array>,
  decoder: zlib.Gunzip | zlib.ZstdDecompress,
): AsyncGenerator<Uint8Array> {
  // An error of either ends the decoder with it, and with that the loop.
  pipeline(Readable.from(chunks), decoder, () => undefined);
  yield* decoder as AsyncIterable<Uint8Array>;
}

/** The bytes of one frame: a header, blocks that say how long they are, perhaps a checksum (RFC 8878, 3.1.1). */
async function* frameOf(source: Source): AsyncGenerator<Uint8Array> {
  const start = await source.take(5);
  yield start;
  if (start.toString('hex', 0, 4) !== '28b52ffd') throw broken('what follows is no zstd frame');
  const descriptor = start[4]!;
  const single = (descriptor >> 5) & 1;
  const contentSize = [single, 2, 4, 8][descriptor >> 6]!;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  yield* source.pass((single === 1 ? 0 : 1) + dictionary + contentSize);
  for (let last = false; !last; ) {
    const header = await source.take(3);
    yield header;
    const value = header.readUIntLE(0, 3);
    last = (value & 1) === 1;
    const isRepeated = ((value >> 1) & 3) === 1;
    yield* source.pass(isRepeated ? 1 : value >> 3);
  }
  if (((descriptor >> 2) & 1) === 1) yield* source.pass(4);
}

/** Bytes that are taken by number from chunks of any size. */
class Source {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);
  private taken: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  async has(count: number): Promise<boolean> {
    while (this.rest.length < count) {
      const { done, value } = await this.chunks.next();
      if (done) return false;
      this.rest = this.rest.length === 0 ? Buffer.from(value) : Buffer.concat([this.rest, value]);
    }
    return true;
  }

  /** A few bytes. Throws where the input ends before. */
  async take(count: number): Promise<Buffer> {
    if (!(await this.has(count))) throw broken('unexpected end of file');
    this.taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return this.taken;
  }

  /** Undoes the last take. */
  putBack(): void {
    this.rest = Buffer.concat([this.taken, this.rest]);
  }

  /** Many bytes, as they come. */
  async *pass(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (!(await this.has(1))) throw broken('unexpected end of file');
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}

function broken(message: string): Error {
  return Object.assign(new Error(message), { code: 'ZSTD_frame' });
}
