import type { Condition } from '../rules/rule.ts';
import { countingSort, ranks } from '../text-order.ts';
import type { SharedNames } from './names.ts';

/**
 * Access vector rules of one kind that differ, in columns of shared numbers: between two releases they are millions, and an object for each
 * would take gigabytes.
 */
export class AccessRows {
  count = 0;
  source: Uint32Array = new Uint32Array(FIRST_ROWS);
  target: Uint32Array = new Uint32Array(FIRST_ROWS);
  tclass: Uint32Array = new Uint32Array(FIRST_ROWS);
  condition: Uint32Array = new Uint32Array(FIRST_ROWS);
  /** What each policy's rules grant; 0 where it has none. */
  left: Uint32Array = new Uint32Array(FIRST_ROWS);
  right: Uint32Array = new Uint32Array(FIRST_ROWS);

  add(
    source: number,
    target: number,
    tclass: number,
    condition: number,
    left: number,
    right: number,
  ): void {
    const row = this.count;
    if (row === this.source.length) this.grow();
    this.source[row] = source;
    this.target[row] = target;
    this.tclass[row] = tclass;
    this.condition[row] = condition;
    this.left[row] = left;
    this.right[row] = right;
    this.count = row + 1;
  }

  /** All rows, by the names of source, target and class, then by condition. */
  ordered({ types, classes, conditions }: SharedNames): Uint32Array {
    const typeRanks = ranks(types.names);
    let order: Uint32Array = new Uint32Array(this.count);
    for (let row = 0; row < order.length; row++) order[row] = row;
    order = countingSort(order, this.condition, ranks(conditions.when.map(conditionText)));
    order = countingSort(order, this.tclass, ranks(classes.names));
    order = countingSort(order, this.target, typeRanks);
    return countingSort(order, this.source, typeRanks);
  }

  private grow(): void {
    const longer = (column: Uint32Array): Uint32Array => {
      const empty = new Uint32Array(column.length * 2);
      empty.set(column);
      return empty;
    };
    this.source = longer(this.source);
    this.target = longer(this.target);
    this.tclass = longer(this.tclass);
    this.condition = longer(this.condition);
    this.left = longer(this.left);
    this.right = longer(this.right);
  }
}

const FIRST_ROWS = 1024;

/** No name holds a NUL, so an expression comes before those that begin with it. */
function conditionText(when: Condition | undefined): string {
  return `${when?.expression ?? ''}\0${Number(when?.branch ?? 0)}`;
}
