import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import { executions, networkRows, profileInfo } from '../../src/apparmor/query/index.ts';
import { apparmorParser } from '../../src/targets/index.ts';
import { featuresOf } from './compile.ts';

/** The profiles that the package itself brings: about a hundred with 4.1, more with 5.0. */
test.each([
  { suite: 'trixie', features: 'linux-6.12', least: 90 },
  { suite: 'sid', features: 'linux-7.2', least: 130 },
] as const)(
  'every profile that $suite ships is read and answers, for $features',
  async ({ suite, features, least }) => {
    const parser = await apparmorParser(suite);
    const shipped = readdirSync(parser.base).filter((name) =>
      statSync(join(parser.base, name)).isFile(),
    );
    let read = 0;
    for (const name of shipped) {
      const text = readFileSync(join(parser.base, name), 'utf8');
      if (!/^profile |^\/|^@\{/m.test(text)) continue;
      for (const profile of readCompiled(await parser.compile(text, featuresOf(features, 'abi')))
        .profiles) {
        expect(profileInfo(profile).name).toBe(profile.name);
        executions(profile);
        networkRows(profile);
        read++;
      }
    }
    expect(read).toBeGreaterThan(least);
  },
);
