import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runConfine } from '../support/run-confine.ts';

function project(packageJson?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'confine-'));
  if (packageJson !== undefined) writeFileSync(join(directory, 'package.json'), packageJson);
  return directory;
}

test.each([
  ['no package', undefined, 'confinement.ts'],
  ['a package as npm init makes it', '{"name":"x","type":"commonjs"}', 'confinement.mts'],
  ['a package of ES modules', '{"name":"x","type":"module"}', 'confinement.ts'],
])('a first description builds in %s', async (_, packageJson, file) => {
  const cwd = project(packageJson);
  const made = await runConfine(['init', 'lister_x'], cwd);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toContain(`written  lister_x/${file}`);
  const built = await runConfine(['build', 'lister_x'], cwd);
  expect(built).toMatchObject({ code: 0, err: '' });
  expect(readFileSync(join(cwd, 'lister_x/selinux/lister_x.te'), 'utf8')).toContain(
    'type lister_x_exec_t;',
  );
  // In the directory itself no profile needs to be named.
  expect(await runConfine(['build', '--check'], join(cwd, 'lister_x'))).toMatchObject({ code: 0 });
});

test('a program may be called by a word of the language', async () => {
  const cwd = project();
  await runConfine(['init', 'default'], cwd);
  expect(await runConfine(['build', 'default'], cwd)).toMatchObject({ code: 0, err: '' });
});

test('every never of a first description holds on the linked policies', async () => {
  const cwd = project();
  await runConfine(['init', 'lister', 'here', '--executable', '/usr/local/bin/lister'], cwd);
  await runConfine(['build', 'here'], cwd);
  const { code, out } = await runConfine(['check', 'here'], cwd);
  expect(out).toContain('Debian 13: 16 nevers: 16 holds');
  expect(out).toContain('Fedora facts: 16 nevers: 16 holds');
  expect(out).not.toContain('Residuals');
  expect(code).toBe(0);
});

test('what is there is not written over, and what makes no name is refused', async () => {
  const cwd = project();
  expect(await runConfine(['init', 'lister'], cwd)).toMatchObject({ code: 0 });
  const again = await runConfine(['init', 'lister'], cwd);
  expect(again.code).toBe(2);
  expect(again.err).toContain('`lister/confinement.ts` is there already');
  for (const argv of [
    ['init', 'Lister'],
    ['init', '9a'],
    ['init', 'a', '--executable', 'bin/a'],
  ]) {
    const { code } = await runConfine(argv, cwd);
    expect(code, argv.join(' ')).toBe(2);
  }
  expect(existsSync(join(cwd, 'a'))).toBe(false);
});
