import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Image } from '../../src/lab/index.ts';
import { snapshotKey } from '../../src/lab/machine/snapshot.ts';
import { run } from '../../src/targets/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-snapshot-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function image(name: string, packages: string): Promise<Image> {
  const at = (file: string): string => join(directory, name, file);
  mkdirSync(join(directory, name, 'root'), { recursive: true });
  await run('mke2fs', ['-q', '-t', 'ext4', '-d', at('root'), at('root.ext4'), '4M']);
  writeFileSync(at('packages.txt'), packages);
  return {
    kernel: at('vmlinuz'),
    initrd: at('initrd'),
    rootDisk: at('root.ext4'),
    packages: at('packages.txt'),
    security: 'selinux',
  };
}

test('a snapshot is never taken for another image’s, not even for that of the same recipe built again', async () => {
  const first = await image('first', 'linux-image-amd64 6.12\n');
  const again = await image('again', 'linux-image-amd64 6.12\n');
  const key = await snapshotKey(first);
  expect(key).toBe(await snapshotKey(first));
  expect(key).not.toBe(await snapshotKey(again));
  writeFileSync(first.packages, 'linux-image-amd64 6.13\n');
  expect(key).not.toBe(await snapshotKey(first));
});

test('nor for that of another QEMU', async () => {
  const guest = await image('guest', '');
  const key = await snapshotKey(guest);
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'qemu-system-x86_64'), '#!/bin/sh\necho QEMU emulator version 99.0\n', {
    mode: 0o755,
  });
  const path = process.env.PATH;
  process.env.PATH = `${bin}:${path}`;
  try {
    expect(await snapshotKey(guest)).not.toBe(key);
  } finally {
    process.env.PATH = path;
  }
});
