import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BooleanId, PolicyDb } from '../../../src/selinux/policydb/index.ts';
import { coverOf } from '../../../src/selinux/query/index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

test('a cover is true in exactly the settings of its table, and no term of it can be left out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.bigInt(0n, 2n ** 32n - 1n), (count, random) => {
      const rows = 2 ** count;
      const bits = random & ((1n << BigInt(rows)) - 1n);
      const over = NAMES.slice(0, count).map((_, i) => i as BooleanId);
      const db = { booleans: { names: NAMES } } as unknown as PolicyDb;
      const terms = coverOf(db, { over, bits });
      const truth = (row: number, of: typeof terms): boolean =>
        of.some((term) =>
          Object.entries(term).every(
            ([name, on]) => (((row >> NAMES.indexOf(name)) & 1) === 1) === on,
          ),
        );
      const table = (of: typeof terms): boolean[] =>
        Array.from({ length: rows }, (_, row) => truth(row, of));
      const wanted = Array.from({ length: rows }, (_, row) => ((bits >> BigInt(row)) & 1n) === 1n);
      expect(table(terms)).toEqual(wanted);
      for (const left of terms) {
        expect(table(terms.filter((term) => term !== left))).not.toEqual(wanted);
      }
    }),
    { numRuns: 500, seed: 13 },
  );
});
