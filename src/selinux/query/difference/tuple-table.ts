/**
 * Masks of two sides by group and condition, filled, read and emptied many times. A group is a number below the table's size, and
 * has one entry per condition that it was met under.
 */
export class TupleTable {
  /** Group -> its number plus one; 0 where it was not met. */
  private readonly numbers: Int32Array;
  /** Number -> group, its first entry. */
  private readonly groups: number[] = [];
  private readonly first: number[] = [];
  /** Entry -> condition, masks, the next entry of its group or -1. */
  private readonly condition: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly next: number[] = [];

  constructor(size: number) {
    this.numbers = new Int32Array(size);
  }

  add(group: number, condition: number, mask: number, right: boolean): void {
    const entry = this.entry(this.number(group), condition);
    const side = right ? this.right : this.left;
    side[entry] = (side[entry]! | mask) >>> 0;
  }

  /** Visits each group whose sides differ in some entry, in the order in which groups were met. */
  forEachDifferent(visit: (group: number, entries: readonly TupleEntry[]) => void): void {
    for (let number = 0; number < this.groups.length; number++) {
      let differs = false;
      for (let entry = this.first[number]!; entry >= 0; entry = this.next[entry]!) {
        differs ||= this.left[entry] !== this.right[entry];
      }
      if (differs) visit(this.groups[number]!, this.entries(number));
    }
  }

  clear(): void {
    for (const group of this.groups) this.numbers[group] = 0;
    for (const column of [
      this.groups,
      this.first,
      this.condition,
      this.left,
      this.right,
      this.next,
    ]) {
      column.length = 0;
    }
  }

  private entries(number: number): TupleEntry[] {
    const entries: TupleEntry[] = [];
    for (let entry = this.first[number]!; entry >= 0; entry = this.next[entry]!) {
      entries.push({
        condition: this.condition[entry]!,
        left: this.left[entry]!,
        right: this.right[entry]!,
      });
    }
    return entries;
  }

  private entry(number: number, condition: number): number {
    const first = this.first[number]!;
    for (let entry = first; entry >= 0; entry = this.next[entry]!) {
      if (this.condition[entry] === condition) return entry;
    }
    const entry = this.condition.push(condition) - 1;
    this.left.push(0);
    this.right.push(0);
    this.next.push(first);
    this.first[number] = entry;
    return entry;
  }

  private number(group: number): number {
    const known = this.numbers[group]!;
    if (known !== 0) return known - 1;
    const number = this.groups.push(group) - 1;
    this.first.push(-1);
    this.numbers[group] = number + 1;
    return number;
  }
}

/** What the two sides have of a group under one condition. */
export interface TupleEntry {
  readonly condition: number;
  readonly left: number;
  readonly right: number;
}
