import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '../..');

/** The package as it would be published, installed in an empty directory: that directory, and the program in it. */
export async function installedPackage(): Promise<{ directory: string; program: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'confine-'));
  const packed = join(directory, 'packed');
  mkdirSync(packed);
  await execa('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: root });
  const [tarball] = readdirSync(packed);
  await execa('npm', ['init', '-y'], { cwd: directory });
  await execa('npm', ['install', '--no-audit', '--no-fund', join(packed, tarball!)], {
    cwd: directory,
  });
  return {
    directory,
    program: join(directory, 'node_modules/confine-mac/dist/cli/confine.js'),
  };
}
