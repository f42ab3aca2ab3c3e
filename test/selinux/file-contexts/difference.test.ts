import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type FileContexts,
  labelDifference,
  readFileContexts,
} from '../../../src/selinux/file-contexts/index.ts';
import { runCli } from '../../support/run-cli.ts';

function contexts(text: string, substitutions = ''): FileContexts {
  return readFileContexts({
    base: { name: 'file_contexts', text },
    distributionSubstitutions: { name: 'file_contexts.subs_dist', text: substitutions },
  });
}

const SHARED = `/.*  u:object_r:base_t:s0
/etc(/.*)?  u:object_r:etc_t:s0
`;
const BEFORE = `${SHARED}/opt/a(/.*)?  u:object_r:old_t:s0
/gone/.*  --  u:object_r:gone_t:s0
/srv/x  u:object_r:base_t:s0
`;
const AFTER = `${SHARED}/opt/a(/.*)?  u:object_r:new_t:s0
/etc/new\\.conf  --  u:object_r:new_t:s0
/etc/same\\.conf  --  u:object_r:etc_t:s0
`;

test('entries that label otherwise, with a path that shows it; those that change nothing without', () => {
  const { entries } = labelDifference(contexts(BEFORE), contexts(AFTER));
  expect(
    entries.map(({ pattern, before, after, example }) => [pattern, before, after, example]),
  ).toEqual([
    [
      '/etc/new\\.conf',
      undefined,
      'u:object_r:new_t:s0',
      { path: '/etc/new.conf', before: 'u:object_r:etc_t:s0', after: 'u:object_r:new_t:s0' },
    ],
    ['/etc/same\\.conf', undefined, 'u:object_r:etc_t:s0', undefined],
    [
      '/gone/.*',
      'u:object_r:gone_t:s0',
      undefined,
      expect.objectContaining({ after: 'u:object_r:base_t:s0' }),
    ],
    [
      '/opt/a(/.*)?',
      'u:object_r:old_t:s0',
      'u:object_r:new_t:s0',
      expect.objectContaining({ path: '/opt/a', before: 'u:object_r:old_t:s0' }),
    ],
    ['/srv/x', 'u:object_r:base_t:s0', undefined, undefined],
  ]);
});

test('entries that only change places, where a path shows it', () => {
  const first = `${SHARED}/a/.*  u:object_r:one_t:s0\n/a/.*b  u:object_r:two_t:s0\n`;
  const second = `${SHARED}/a/.*b  u:object_r:two_t:s0\n/a/.*  u:object_r:one_t:s0\n`;
  const { entries } = labelDifference(contexts(first), contexts(second));
  expect(entries.map(({ pattern }) => pattern)).toEqual(['/a/.*b']);
});

test('substitutions', () => {
  const { substitutions } = labelDifference(
    contexts(SHARED, '/a /etc\n'),
    contexts(SHARED, '/b /etc\n'),
  );
  expect(substitutions.added.map(({ from }) => from)).toEqual(['/b']);
  expect(substitutions.removed.map(({ from }) => from)).toEqual(['/a']);
});

test('the command, on files and on releases', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'confine-'));
  try {
    const [left, right] = ['file_contexts.before', 'file_contexts.after'].map((name) =>
      join(directory, name),
    );
    writeFileSync(left!, BEFORE);
    writeFileSync(right!, AFTER);
    const { code, out } = await runCli(['query', 'diff', left!, right!, '--labels']);
    expect(code).toBe(1);
    expect(out).toMatch(/\/opt\/a\(\/\.\*\)\? +old_t +new_t +\/opt\/a\n/);
    expect(out).toContain('3 entries label paths otherwise; 2 entries more changed');
    expect((await runCli(['query', 'diff', left!, left!, '--labels'])).code).toBe(0);
    const moved = join(directory, 'file_contexts.moved');
    writeFileSync(moved, BEFORE.replace(/(.*\n)(.*\n)$/, '$2$1'));
    const order = await runCli(['query', 'diff', left!, moved, '--labels']);
    expect(order.code).toBe(1);
    expect(order.out).toContain('0 entries label paths otherwise.\nEntries of both stand in');
    expect(order.out).not.toContain('nothing differs');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const releases = await runCli(['query', 'diff', 'debian-12', 'debian-13', '--labels']);
  expect(releases.out).toMatch(/\/var\/lib\/xend\(\/\.\*\)\? +xend_var_lib_t +var_lib_t/);
});
