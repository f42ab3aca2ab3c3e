import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import rustnet from '../../../profiles/rustnet/confinement.ts';
import tcpdump from '../../../profiles/tcpdump/confinement.ts';
import type { Confinement } from '../../../src/description/index.ts';
import { profileFiles } from '../../../src/packaging/index.ts';
import { peer } from '../../support/peer.ts';

/**
 * What SELint says and we keep, by check, with the reason. Anything else that it says fails the test, and so does an exception that is not
 * needed any more.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'S-001':
    'A require block in a .te: no role module calls an interface of a module that is not in its tree, so the module enters itself into the users’ domains, in optional blocks.',
  'E-005':
    'A type that the module does not declare: /var/lib/GeoIP gets the label usr_t of its sibling in /usr/share.',
};

const CONFIG = join(import.meta.dirname, 'selint.conf');

describe.each([
  ['rustnet', rustnet],
  ['tcpdump', tcpdump],
] as const)('%s', (name, confinement) => {
  test('SELint finds nothing but the exceptions', async () => {
    const checks = await selint(confinement);
    expect(checks.filter((check) => !(check in EXCEPTIONS))).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  });

  test('mandoc finds nothing in the man page', async () => {
    const { text } = profileFiles(confinement).find(({ path }) => path.endsWith('.8'))!;
    const { stdout, stderr } = await peer('mandoc', ['-T', 'lint'], {
      input: text,
      accept: [0, 1, 2, 3, 4],
    });
    expect(`${stdout}${stderr}`, name).toBe('');
  });
});

test('every exception is still needed by rustnet', async () => {
  expect([...new Set(await selint(rustnet))].sort()).toEqual(Object.keys(EXCEPTIONS).sort());
});

test('SELint does find what is wrong', async () => {
  const checks = await selint(rustnet, 'allow rustnet_t self:process { setcap getcap };\n');
  expect(checks).toContain('C-005');
});

async function selint(confinement: Confinement, added = ''): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'confine-selint-'));
  try {
    for (const { path, text } of profileFiles(confinement)) {
      if (/\.(te|if|fc)$/.test(path))
        writeFileSync(
          join(work, path.slice(path.indexOf('/') + 1)),
          path.endsWith('.te') ? text + added : text,
        );
    }
    const files = ['te', 'if', 'fc'].map((extension) =>
      join(work, `${confinement.name}.${extension}`),
    );
    const { stdout } = await peer('selint', ['-c', CONFIG, '-F', ...files], { accept: [0, 65] });
    return [...stdout.matchAll(/\(([CSWEF]-\d{3})\)$/gm)].map((match) => match[1]!);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
