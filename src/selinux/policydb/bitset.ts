/** A set of ids that can be read and combined, but not changed. */
export interface IdSet<Id extends number> extends Iterable<Id> {
  /** 32 ids per word, id 0 in the lowest bit of word 0; as many words as the highest member needs, or more. */
  readonly words: Uint32Array;
  has(id: Id): boolean;
  /** How many members. Counted on each call. */
  size(): number;
  isEmpty(): boolean;
  /** Members in ascending order, without the iterator's objects. */
  forEach(visit: (id: Id) => void): void;
  toArray(): Id[];
  intersects(other: IdSet<Id>): boolean;
  isSubsetOf(other: IdSet<Id>): boolean;
  equals(other: IdSet<Id>): boolean;
  union(other: IdSet<Id>): Bitset<Id>;
  intersection(other: IdSet<Id>): Bitset<Id>;
  difference(other: IdSet<Id>): Bitset<Id>;
  clone(): Bitset<Id>;
}

/** A set of ids as bits. Sets of different capacity can be combined: a bit that is not there is not a member. */
export class Bitset<Id extends number = number> implements IdSet<Id> {
  words: Uint32Array;

  /** An empty set that holds ids below `capacity` without growing. */
  constructor(capacity: number | Uint32Array = 0) {
    this.words = typeof capacity === 'number' ? new Uint32Array((capacity + 31) >>> 5) : capacity;
  }

  static of<Id extends number>(ids: Iterable<Id>): Bitset<Id> {
    const set = new Bitset<Id>();
    for (const id of ids) set.add(id);
    return set;
  }

  add(id: Id): void {
    const word = id >>> 5;
    if (word >= this.words.length) this.grow(word + 1);
    this.words[word]! |= 1 << (id & 31);
  }

  delete(id: Id): void {
    const word = id >>> 5;
    if (word < this.words.length) this.words[word]! &= ~(1 << (id & 31));
  }

  /** Adds every member of `other`; says whether that added anything. */
  addAll(other: IdSet<Id>): boolean {
    const theirs = other.words;
    const length = usedLength(theirs);
    if (length > this.words.length) this.grow(length);
    const words = this.words;
    let added = 0;
    for (let i = 0; i < length; i++) {
      added |= theirs[i]! & ~words[i]!;
      words[i]! |= theirs[i]!;
    }
    return added !== 0;
  }

  has(id: Id): boolean {
    const word = this.words[id >>> 5];
    return word !== undefined && ((word >>> (id & 31)) & 1) === 1;
  }

  size(): number {
    let count = 0;
    const words = this.words;
    for (let i = 0; i < words.length; i++) if (words[i] !== 0) count += popcount(words[i]!);
    return count;
  }

  isEmpty(): boolean {
    return usedLength(this.words) === 0;
  }

  forEach(visit: (id: Id) => void): void {
    const words = this.words;
    for (let i = 0; i < words.length; i++) {
      for (let word = words[i]!; word !== 0; word &= word - 1) {
        visit((i * 32 + 31 - Math.clz32(word & -word)) as Id);
      }
    }
  }

  toArray(): Id[] {
    const ids: Id[] = [];
    this.forEach((id) => void ids.push(id));
    return ids;
  }

  *[Symbol.iterator](): Generator<Id> {
    const words = this.words;
    for (let i = 0; i < words.length; i++) {
      for (let word = words[i]!; word !== 0; word &= word - 1) {
        yield (i * 32 + 31 - Math.clz32(word & -word)) as Id;
      }
    }
  }

  intersects(other: IdSet<Id>): boolean {
    const [a, b] = [this.words, other.words];
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) if ((a[i]! & b[i]!) !== 0) return true;
    return false;
  }

  isSubsetOf(other: IdSet<Id>): boolean {
    const [a, b] = [this.words, other.words];
    for (let i = 0; i < a.length; i++) if ((a[i]! & ~(b[i] ?? 0)) !== 0) return false;
    return true;
  }

  equals(other: IdSet<Id>): boolean {
    const [a, b] = [this.words, other.words];
    const length = Math.max(a.length, b.length);
    for (let i = 0; i < length; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return false;
    return true;
  }

  union(other: IdSet<Id>): Bitset<Id> {
    const result = this.clone();
    result.addAll(other);
    return result;
  }

  intersection(other: IdSet<Id>): Bitset<Id> {
    const [a, b] = [this.words, other.words];
    const words = new Uint32Array(Math.min(a.length, b.length));
    for (let i = 0; i < words.length; i++) words[i] = a[i]! & b[i]!;
    return new Bitset<Id>(words);
  }

  difference(other: IdSet<Id>): Bitset<Id> {
    const words = this.words.slice();
    const theirs = other.words;
    const length = Math.min(words.length, theirs.length);
    for (let i = 0; i < length; i++) words[i]! &= ~theirs[i]!;
    return new Bitset<Id>(words);
  }

  clone(): Bitset<Id> {
    return new Bitset<Id>(this.words.slice());
  }

  private grow(length: number): void {
    const words = new Uint32Array(Math.max(length, this.words.length * 2));
    words.set(this.words);
    this.words = words;
  }
}

function usedLength(words: Uint32Array): number {
  let length = words.length;
  while (length > 0 && words[length - 1] === 0) length--;
  return length;
}

function popcount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
