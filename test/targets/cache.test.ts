import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  cacheDirectory,
  cached,
  cacheEntries,
  removeEntry,
  trimLinks,
} from '../../src/targets/index.ts';

const kept = { ...process.env };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'confine-'));
  process.env.XDG_CACHE_HOME = root;
});

afterEach(() => {
  process.env = { ...kept };
});

function entry(name: string, hoursAgo = 0): string {
  const path = join(root, 'confine', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'file'), 'x'.repeat(10_000));
  const then = new Date(Date.now() - hoursAgo * 3_600_000);
  utimesSync(path, then, then);
  return path;
}

test('it stands where XDG says, and a relative path or an empty HOME says nothing', () => {
  expect(cacheDirectory()).toBe(join(root, 'confine'));
  process.env.XDG_CACHE_HOME = 'relative';
  process.env.HOME = '/home/somebody';
  expect(cacheDirectory()).toBe('/home/somebody/.cache/confine');
  process.env.HOME = '';
  expect(cacheDirectory()).toMatch(/^\/.*\/\.cache\/confine$/);
  process.env.HOME = 'relative';
  expect(cacheDirectory()).toMatch(/^\/.*\/\.cache\/confine$/);
});

test('what a dead process left is swept, what a living one makes is not', async () => {
  const dead = entry('kind/name.999999999-01234567.tmp');
  const alive = entry(`kind/name.${process.pid}-01234567.tmp`);
  await cached('kind/other', async (directory) => writeFileSync(join(directory, 'a'), 'a'));
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
});

test('a place that cannot be written is one sentence', async () => {
  writeFileSync(join(root, 'confine'), 'a file');
  await expect(cached('kind/name', async () => {})).rejects.toThrow(
    /the cache `.*\/confine` cannot be written: a part of the path is not a directory/,
  );
});

test('the links that were used last are kept, and every one of the last hour', () => {
  for (let i = 0; i < 4; i++) entry(`debian-13/linked-default-old${i}`, 10 + i);
  for (let i = 0; i < 3; i++) entry(`debian-13/linked-default-new${i}`);
  const tools = entry('debian-13/tools-0123', 1000);
  trimLinks(4);
  expect(readdirSync(join(root, 'confine/debian-13')).sort()).toEqual([
    'linked-default-new0',
    'linked-default-new1',
    'linked-default-new2',
    'linked-default-old0',
    'tools-0123',
  ]);
  trimLinks(1);
  expect(readdirSync(join(root, 'confine/debian-13'))).toHaveLength(4);
  expect(existsSync(tools)).toBe(true);
});

test('entries say what they take and when they were used, and can be removed', async () => {
  entry('a/old', 48);
  entry('b/new');
  expect(cacheEntries().map(({ name }) => name)).toEqual(['b/new', 'a/old']);
  const [newest, oldest] = cacheEntries();
  expect(newest!.bytes).toBeGreaterThanOrEqual(10_000);
  expect(Date.now() - oldest!.used).toBeGreaterThan(47 * 3_600_000);
  await cached('a/old', async () => {
    throw new Error('it is there');
  });
  expect(cacheEntries()[0]!.name).toBe('a/old');
  removeEntry(oldest!);
  expect(existsSync(join(root, 'confine/a/old'))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'ended by %s, it leaves no tool running and nothing half made',
  async (signal) => {
    // Like semodule, the tool ignores what the terminal sends.
    const script = `
import { cached, run } from '${join(import.meta.dirname, '../../src/targets/index.ts')}';
await cached('kind/name', () => {
  console.log('filling');
  return run('sh', ['-c', 'trap "" INT TERM HUP; echo $$ > ${root}/pid; sleep 60; sleep 60']);
});`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { ...process.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    while (!existsSync(join(root, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(join(root, 'confine/kind'))).toHaveLength(1);
    child.kill(signal);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect(readdirSync(join(root, 'confine/kind'))).toEqual([]);
    const pid = Number((await import('node:fs')).readFileSync(join(root, 'pid'), 'utf8'));
    // A killed process may be a zombie for a moment, until it is waited for.
    await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
  },
  30_000,
);
