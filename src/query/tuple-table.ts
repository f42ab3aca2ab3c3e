/**
 * Masks of two sides by group and condition. A hash table (open addressing) that is filled, read and emptied many times; a group
 * is any whole number, and has one entry per condition that it was met under.
 */
export class TupleTable {
  /** Slot -> group number plus one; 0 is free. */
  private slots: Int32Array = new Int32Array(1 << 12);
  /** Group number -> group, its slot, its first entry. */
  private readonly groups: number[] = [];
  private readonly taken: number[] = [];
  private readonly first: number[] = [];
  /** Entry -> condition, masks, the next entry of its group or -1. */
  private readonly condition: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly next: number[] = [];

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
    if (this.groups.length * 4 > this.slots.length) this.slots.fill(0);
    else for (const slot of this.taken) this.slots[slot] = 0;
    for (const column of [
      this.groups,
      this.taken,
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
    const slot = this.slot(group);
    const known = this.slots[slot]!;
    if (known !== 0) return known - 1;
    const number = this.groups.push(group) - 1;
    this.first.push(-1);
    this.taken.push(slot);
    this.slots[slot] = number + 1;
    if (this.groups.length * 2 > this.slots.length) this.grow();
    return number;
  }

  /** Where a group is, or the free slot where it belongs. */
  private slot(group: number): number {
    const mask = this.slots.length - 1;
    let slot = Math.imul(group ^ (group / 2 ** 32), 0x9e3779b1) >>> 7;
    for (slot &= mask; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot]!;
      if (number === 0 || this.groups[number - 1] === group) return slot;
    }
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let number = 0; number < this.groups.length; number++) {
      const slot = this.slot(this.groups[number]!);
      this.taken[number] = slot;
      this.slots[slot] = number + 1;
    }
  }
}

/** What the two sides have of a group under one condition. */
export interface TupleEntry {
  readonly condition: number;
  readonly left: number;
  readonly right: number;
}
