import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEASURED, scoresOf } from './baseline.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/draft.md'), 'utf8');

test.each(MEASURED)(
  'docs/draft.md says of $name what each tool makes of its runs',
  async (measured) => {
    const scores = await scoresOf(measured);
    const rows = scores.map(
      ({ by, described, granted, missing, surplus }) =>
        `| ${[measured.name, by, ...[described, granted, missing.length, surplus.length].map(number)].join(' | ')} |`,
    );
    expect(page.split('\n').filter((line) => line.startsWith(`| ${measured.name} | `))).toEqual(
      rows,
    );
    const [drafted, ...others] = scores;
    for (const other of others) {
      expect(drafted!.missing.length, other.by).toBeLessThan(other.missing.length);
      expect(drafted!.surplus.length, other.by).toBeLessThan(other.surplus.length);
    }
  },
  900_000,
);

function number(value: number): string {
  return value.toLocaleString('en');
}
