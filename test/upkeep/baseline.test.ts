import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { baselineText, parseBaseline } from '../../src/upkeep/index.ts';
import { runCli } from '../support/run-cli.ts';

const PROFILES = join(import.meta.dirname, '../../profiles');
const TARGETS = ['debian-12', 'debian-13', 'fedora'];

describe.each(['rustnet', 'tcpdump'])('the baselines of %s', (name) => {
  const committed = (target: string): string =>
    readFileSync(join(PROFILES, name, `baseline/${target}.json`), 'utf8');

  test('are what `check --record` writes today; where the archive has a newer policy: `confine upkeep`, then record', async () => {
    const directory = mkdtempSync(join(PROFILES, '.record-'));
    try {
      cpSync(join(PROFILES, name), directory, {
        recursive: true,
        filter: (file) => !/\/(baseline|evidence)(\/|$)/.test(file),
      });
      const { code, out } = await runCli([
        ...['check', directory, '--record', '--target', TARGETS.join()],
      ]);
      expect(code).toBe(0);
      expect(out.trimEnd().split('\n')).toHaveLength(3);
      for (const target of TARGETS) {
        const written = readFileSync(join(directory, `baseline/${target}.json`), 'utf8');
        expect(written, target).toBe(committed(target));
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test.each(TARGETS)('on %s is small, and read and written it is the same', (target) => {
    const text = committed(target);
    expect(statSync(join(PROFILES, name, `baseline/${target}.json`)).size).toBeLessThan(40_000);
    expect(baselineText(parseBaseline(text)!)).toBe(text);
    const { calls, names } = parseBaseline(text)!;
    for (const list of [Object.keys(calls), names.types, Object.keys(names.classes)]) {
      expect([...list].sort()).toEqual(list);
    }
    // Nothing in it is a number that a compiler chose.
    expect(text).not.toMatch(/typeattr_\d|probe_\d/);
  });
});

test('what is no baseline is refused with the way to one', async () => {
  expect(parseBaseline('{')).toBeUndefined();
  expect(parseBaseline('null')).toBeUndefined();
  expect(parseBaseline('{"of":{}}')).toBeUndefined();
  const { code, err } = await runCli(['upkeep', '--against', 'host', '--target', 'fedora']);
  expect(code).toBe(2);
  expect(err).toContain('`profiles/rustnet` has no baseline of host');
  expect(err).toContain('confine check profiles/rustnet --record --target host');
});
