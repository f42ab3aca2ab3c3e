import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rustupHome } from '../../src/lab/program.ts';

const root = mkdtempSync(join(tmpdir(), 'confine-rustup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const installed = join(root, 'somebody');
const PATH = `${join(root, 'empty')}:${join(installed, '.cargo/bin')}:/usr/bin`;
mkdirSync(join(installed, '.cargo/bin'), { recursive: true });
mkdirSync(join(installed, '.rustup'));
writeFileSync(join(installed, '.cargo/bin/cargo'), '');

test('rustup’s cargo is told of its toolchains where HOME is not the home that it is installed in', () => {
  const elsewhere = join(root, 'clean');
  expect(rustupHome({ PATH }, elsewhere)).toEqual({ RUSTUP_HOME: join(installed, '.rustup') });
  expect(rustupHome({ PATH }, installed)).toEqual({});
  expect(rustupHome({ PATH, RUSTUP_HOME: '/r' }, elsewhere)).toEqual({});
  // A cargo of the distribution needs nothing.
  expect(rustupHome({ PATH: root }, elsewhere)).toEqual({});
  expect(rustupHome({}, elsewhere)).toEqual({});
});
