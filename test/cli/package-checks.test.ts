import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

test.each([
  [undefined, 'there is no file `'],
  ['{', '` is not JSON'],
  ['{}', '` holds no checks of packages'],
  ['[{"id":"x","outcome":"fine"}]', '` holds no checks of packages'],
])(
  'a chapter of packages from %j is an error of use, before any machine starts',
  async (text, message) => {
    const work = mkdtempSync(join(tmpdir(), 'confine-checks-'));
    try {
      const file = join(work, 'packages.json');
      if (text !== undefined) writeFileSync(file, text);
      const { code, err, out } = await runCli(['lab', '--packages', file]);
      expect(err).toContain(message);
      expect([code, out]).toEqual([2, '']);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
);
