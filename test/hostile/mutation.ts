/** A small, seeded source of numbers (xorshift), so that a finding can be made again. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Spreads neighbouring seeds; zero would stay zero.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  }

  /** 0 up to but not including `limit`. */
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** One of `seeds`, changed in one to eight places: bits, bytes, telling numbers, pieces cut, doubled, moved in from another seed. */
export function mutated(seeds: readonly Uint8Array[], seed: number): Uint8Array {
  const random = new Random(seed);
  let bytes = Uint8Array.from(random.pick(seeds));
  for (let left = 1 + random.below(8); left > 0; left--) {
    bytes = random.pick(MUTATIONS)(bytes, random, seeds);
  }
  return bytes;
}

type Mutation = (
  bytes: Uint8Array<ArrayBuffer>,
  random: Random,
  seeds: readonly Uint8Array[],
) => Uint8Array<ArrayBuffer>;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length < 4) return bytes;
    // Most fields are 32-bit and most are aligned with their neighbours.
    const at = random.below(bytes.length - 3);
    new DataView(bytes.buffer).setUint32(at, random.pick(TELLING), true);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length < 4) return bytes;
    const view = new DataView(bytes.buffer);
    const at = random.below(bytes.length - 3);
    view.setUint32(at, view.getUint32(at, true) + random.pick([-1, 1, 2, 64, 0x10000]), true);
    return bytes;
  },
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const from = random.below(bytes.length + 1);
    const to = Math.min(bytes.length, from + random.below(64));
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, random) => {
    const from = random.below(bytes.length + 1);
    const to = Math.min(bytes.length, from + random.below(64));
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random, seeds) => {
    const other = random.pick(seeds);
    const from = random.below(other.length);
    const piece = other.subarray(from, from + random.below(128));
    const at = random.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
  },
];

const TELLING = [
  0, 1, 2, 31, 32, 33, 63, 64, 65, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff,
  0x80000000, 0xfffffffe, 0xffffffff,
];

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
