import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PolicyFormatError, readPolicy } from '../../src/selinux/policydb/index.ts';
import { type Build, buildFixture } from '../support/fixtures.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutation.ts';

/** One build per way that the format changed; small, so that every byte can be tried. */
const SMALL: readonly Build[] = [
  { source: 'everything.cil', version: 34, mls: true, attributes: true },
  { source: 'everything.conf', version: 31, mls: false, attributes: true },
  { source: 'everything.cil', version: 23, mls: true, attributes: true },
  { source: 'everything.conf', version: 19, mls: true, attributes: true },
  { source: 'everything.cil', version: 15, mls: false, attributes: true },
];

test.each(SMALL)(
  '$source version $version: cut at every byte it is refused there',
  async (build) => {
    const whole = readFileSync(await buildFixture(build));
    for (let length = 0; length < whole.length; length++) {
      const error = refusal(whole.subarray(0, length));
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  },
);

test.each(SMALL)('$source version $version: every byte more is counted', async (build) => {
  const whole = readFileSync(await buildFixture(build));
  for (const more of [0, 1, 16]) {
    const { readOver } = readPolicy(Buffer.concat([whole, Buffer.alloc(more)]));
    expect(readOver.trailingBytes).toBe(more);
  }
});

test.each(SMALL)(
  '$source version $version: with any byte changed it is refused or valid',
  async (build) => {
    const whole = readFileSync(await buildFixture(build));
    for (let at = 0; at < whole.length; at++) {
      const was = whole[at]!;
      for (const is of [was ^ 0xff, was ^ 1]) {
        whole[at] = is;
        attempt(whole);
      }
      whole[at] = was;
    }
  },
);

test('policies broken at random are refused or valid', async () => {
  const seeds = await Promise.all(
    SMALL.map(async (build) => readFileSync(await buildFixture(build))),
  );
  const counts = { refused: 0, read: 0 };
  for (let seed = 1; seed <= 20_000; seed++) counts[attempt(mutated(seeds, seed))]++;
  expect(counts.refused + counts.read).toBe(20_000);
  // A fuzzer of which nothing gets through tests only the header.
  expect(counts.read).toBeGreaterThan(100);
});

test('a real policy cut in any section is refused in that section', async () => {
  const { policy } = await linkedPolicy('debian-13', 'default');
  const whole = readFileSync(policy);
  const sections = new Set<string>();
  for (let part = 1; part < 40; part++) {
    const error = refusal(whole.subarray(0, Math.floor((whole.length * part) / 40)));
    sections.add(error.section);
  }
  expect([...sections]).toContain('avtab');
  expect([...sections].length).toBeGreaterThan(3);
});

test('a few bytes cannot ask for a large machine', () => {
  const header = (...after: number[]): Uint8Array => {
    const bytes = new Uint8Array(32 + after.length * 4);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0xf97cff8c, true);
    view.setUint32(4, 8, true);
    bytes.set(new TextEncoder().encode('SE Linux'), 8);
    for (const [i, value] of [34, 0, 8, 9, ...after].entries()) {
      view.setUint32(16 + i * 4, value, true);
    }
    return bytes;
  };
  expect(refusal(header(64, 0xffffffc0, 1, 0)).problem).toBe(
    'a bitmap has 4294967232 bits, more than 65536',
  );
  expect(refusal(header(64, 64, 0xffffffff, 0)).problem).toBe(
    '4294967295 bitmap pieces need at least 51539607540 bytes and 4 are left',
  );
});

function refusal(bytes: Uint8Array): PolicyFormatError {
  try {
    readPolicy(bytes);
  } catch (error) {
    if (error instanceof PolicyFormatError) return error;
    throw error;
  }
  throw new Error('it was read');
}
