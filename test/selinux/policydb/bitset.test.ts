import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Bitset } from '../../../src/selinux/policydb/index.ts';

const ids = array(nat(300), { maxLength: 60 });

test('a bitset is a set of ids', () => {
  void assert(
    property(ids, ids, (a, b) => {
      const [left, right] = [new Set(a), new Set(b)];
      const [x, y] = [Bitset.of(a), Bitset.of(b)];
      const ascending = (set: Set<number>): number[] => [...set].sort((p, q) => p - q);
      expect(x.toArray()).toEqual(ascending(left));
      expect([...x]).toEqual(ascending(left));
      expect(x.size()).toBe(left.size);
      expect(x.isEmpty()).toBe(left.size === 0);
      expect(x.union(y).toArray()).toEqual(ascending(left.union(right)));
      expect(x.intersection(y).toArray()).toEqual(ascending(left.intersection(right)));
      expect(x.difference(y).toArray()).toEqual(ascending(left.difference(right)));
      expect(x.intersects(y)).toBe(!left.isDisjointFrom(right));
      expect(x.isSubsetOf(y)).toBe(left.isSubsetOf(right));
      expect(x.equals(y)).toBe(left.size === right.size && left.isSubsetOf(right));
      expect(x.clone().addAll(y)).toBe(!right.isSubsetOf(left));
      for (const id of b) x.delete(id);
      expect(x.toArray()).toEqual(ascending(left.difference(right)));
    }),
  );
});

test('an id that was never added is not there, however far', () => {
  const set = Bitset.of<number>([3]);
  expect([set.has(2), set.has(3), set.has(4), set.has(100_000)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
