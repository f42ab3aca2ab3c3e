import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { installedPackage } from './support/installed-package.ts';

const root = join(import.meta.dirname, '..');

/** The profiles as a user of the package would have them, importing the package and nothing of ours. */
function profilesIn(directory: string): void {
  for (const file of globSync('profiles/{*.ts,*/confinement.ts,*/scenarios/*.ts}', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replace(/'(\.\.\/)+src\/[\w/]*index\.ts'/g, "'confine-mac'"));
  }
}

test('the installed package runs a profile’s lab on a real kernel', async () => {
  const { directory, program } = await installedPackage();
  profilesIn(directory);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [program, 'lab', 'profiles/tcpdump', '--only', '^udp'],
    { cwd: directory, reject: false },
  );
  expect(stderr).toMatch(/^ +\d+ s {2}enforcing$/m);
  expect(stdout).toMatch(/^all as expected: /m);
  expect(exitCode).toBe(0);
}, 900_000);
