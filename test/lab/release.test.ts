import { expect, test } from 'vitest';
import { olderThan } from '../../src/lab/release.ts';

const crate = (version: string) =>
  ({ from: 'crates.io', crate: 'c', version, path: '/usr/bin/c' }) as const;

test.each([
  ['1.6.0', '1.7.0', true],
  ['1.7.0', '1.7.0', false],
  ['1.7.1', '1.7.0', false],
  ['1.10.0', '1.7.0', false],
  ['1.7.0', '1.10.0', true],
  ['2.0.0', '1.7.0', false],
  ['1.7', '1.7.0', false],
  ['1.7', '1.7.1', true],
])('%s before %s: %s', (here, release, older) => {
  expect(olderThan(crate(here), release)).toBe(older);
});

test('without a release, or without a version of its own, nothing is older', () => {
  expect(olderThan(crate('0.1.0'), undefined)).toBe(false);
  expect(
    olderThan({ from: 'distribution', package: 'tcpdump', path: '/usr/bin/tcpdump' }, '9.0.0'),
  ).toBe(false);
});
