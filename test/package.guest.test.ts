import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { installedPackage } from './support/installed-package.ts';

const root = join(import.meta.dirname, '..');

/** The profile as a user of the package would have it, beside nothing of ours. */
function profileIn(directory: string): void {
  const profile = join(directory, 'tcpdump');
  cpSync(join(root, 'profiles/tcpdump'), profile, { recursive: true });
  for (const file of ['confinement.ts', ...scenariosOf(profile)]) {
    const path = join(profile, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/'(\.\.\/)+src\/[\w/]*index\.ts'/g, "'confine-mac'"));
  }
}

function scenariosOf(profile: string): string[] {
  return readdirSync(join(profile, 'scenarios'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `scenarios/${file}`);
}

test('the installed package runs a profile’s lab on a real kernel', async () => {
  const { directory, program } = await installedPackage();
  profileIn(directory);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [program, 'lab', 'tcpdump', '--only', '^udp'],
    { cwd: directory, reject: false },
  );
  expect(stderr).toContain('enforcing: semanage permissive -d');
  expect(stdout).toMatch(/^all as expected: /m);
  expect(exitCode).toBe(0);
}, 900_000);
