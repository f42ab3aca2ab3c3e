import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { installedPackage } from './support/installed-package.ts';
import { linkedPolicy } from './support/linked-policy.ts';

const root = join(import.meta.dirname, '..');
let directory: string;

beforeAll(async () => {
  ({ directory } = await installedPackage());
  for (const file of ['library.mts', 'httpd-nevers.ts', 'audit.log']) {
    // A project's own .ts is what its package.json says; this one says nothing.
    cpSync(join(root, 'docs/examples', file), join(directory, file.replace(/\.ts$/, '.mts')));
  }
});

test('the examples have types, found in the packed package by the compiler of a project', async () => {
  const { exitCode, stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    [
      ...['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'],
      ...['--types', 'node', '--typeRoots', join(root, 'node_modules/@types'), '--ignoreConfig'],
      ...['library.mts', 'httpd-nevers.mts'],
    ],
    { cwd: directory, reject: false },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
});

test('the example reads a policy, asks, proves and reads denials', async () => {
  const { policy } = await linkedPolicy('debian-13');
  const { stdout } = await execa(process.execPath, ['library.mts', policy, 'audit.log'], {
    cwd: directory,
  });
  expect(stdout).toContain('passwd_t write shadow_t: granted');
  expect(stdout).toMatch(/allow passwd_t shadow_t:file \{[^}]*write[^}]*\}/);
  expect(stdout).toContain('passwd_t may write the password hashes');
  expect(stdout).toContain('\nptrace: holds\nload-kernel-module: holds\n');
  expect(stdout).toContain('rustnet_t rustnet_t:udp_socket write');
  expect(stdout).not.toContain('unread');
});
