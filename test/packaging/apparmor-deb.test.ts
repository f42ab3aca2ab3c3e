import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import {
  apparmorDebianPackage,
  debianPackage,
  debianSource,
  withDebianHooks,
  withoutDebianHooks,
} from '../../src/packaging/index.ts';
import { run } from '../../src/targets/index.ts';
import { apparmorDebhelper, buildDeb, sourceTree } from '../support/build-package.ts';

const MAINTAINER = 'A Person <a.person@debian.org>';
const deb = apparmorDebianPackage(rustnet);
let work: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'confine-aa-deb-'));
  environment = await apparmorDebhelper(work);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function tree(name: string, files: Readonly<Record<string, string>>): string {
  const sources = deb.sources.map((one): [string, string] => [`apparmor/${one.name}`, one.text]);
  return sourceTree(join(work, name, 'source'), [...sources, ...Object.entries(files)]);
}

const build = (directory: string, env = environment): Promise<string[]> => buildDeb(directory, env);

describe('a source package of its own', () => {
  let directory: string;
  let built: string;
  beforeAll(async () => {
    const own = debianSource(rustnet, MAINTAINER, deb);
    directory = tree(
      'own',
      Object.fromEntries(own.map(({ name, text }) => [`debian/${name}`, text])),
    );
    const debs = await build(directory);
    expect(debs).toEqual([expect.stringMatching(/rustnet-apparmor_1\.1\.0_all\.deb$/)]);
    built = debs[0]!;
  });

  test('holds the profile and the tunables as configuration files', async () => {
    const { stdout } = await run('dpkg-deb', ['-I', built, 'conffiles']);
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        '/etc/apparmor.d/usr.bin.rustnet',
        '/etc/apparmor.d/rustnet.d/tunables',
        ...rustnet.tunables.map(({ name }) => `/etc/apparmor.d/rustnet.d/${name}`),
      ].sort(),
    );
  });

  test('takes the newest abi that the compiler knows, and asks for a compiler that does', async () => {
    const { stdout } = await run('dpkg-deb', ['--fsys-tarfile', built]).then(() =>
      run('sh', [
        '-c',
        'dpkg-deb --fsys-tarfile "$0" | tar -xO ./etc/apparmor.d/usr.bin.rustnet',
        built,
      ]),
    );
    expect(stdout).toContain('abi <abi/4.0>,');
    const depends = await run('dpkg-deb', ['-f', built, 'Depends']);
    expect(depends.stdout).toContain('apparmor (>= 4.0~)');
  });

  test('lintian finds nothing', async () => {
    const changes = readdirSync(join(directory, '..')).find((file) => file.endsWith('.changes'))!;
    const { stdout } = await run(
      'lintian',
      ['--no-cfg', '--profile', 'debian', '--allow-root', '--info', join(directory, '..', changes)],
      { accept: [0, 2] },
    );
    expect([...stdout.matchAll(/^[EWI]: .*$/gm)].map(([line]) => line)).toEqual([]);
  });

  test('a first installation is in complain mode, and an update leaves the mode alone', async () => {
    const { stdout } = await run('dpkg-deb', ['-I', built, 'postinst']);
    const etc = mkdtempSync(join(work, 'etc-'));
    const script = stdout
      .replaceAll('/etc/apparmor.d', etc)
      .replaceAll(/^.*systemd-(tmpfiles|sysusers) .*$/gm, ':');
    const link = join(etc, 'force-complain/usr.bin.rustnet');
    writeFileSync(join(etc, 'usr.bin.rustnet'), '');
    const postinst = (...args: string[]) => run('sh', ['-s', ...args], { input: script });
    await postinst('configure', '');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(join(etc, 'local/usr.bin.rustnet'))).toBe(true);
    rmSync(link);
    await postinst('configure', '1.0.0');
    expect(existsSync(link)).toBe(false);
  });

  test('a release that ships enforcing forces nothing', () => {
    const names = apparmorDebianPackage({ ...rustnet, rollout: 'enforcing' }).files;
    expect(names.map(({ name }) => name)).toEqual([
      'rustnet-apparmor.mk',
      'rustnet-apparmor.postrm',
    ]);
  });

  test('removal and purge unload the profile and no other; an update unloads nothing', async () => {
    const { stdout } = await run('dpkg-deb', ['-I', built, 'postrm']);
    const kernel = mkdtempSync(join(work, 'kernel-'));
    const script = stdout
      .replaceAll('/sys/kernel/security/apparmor', kernel)
      .replaceAll('/etc/apparmor.d', join(kernel, 'etc'));
    const unloaded = async (profiles: string, ...args: string[]): Promise<string> => {
      writeFileSync(join(kernel, 'profiles'), profiles);
      writeFileSync(join(kernel, '.remove'), '');
      await run('sh', ['-s', ...args], { input: script });
      return readFileSync(join(kernel, '.remove'), 'utf8');
    };
    expect(await unloaded('rustnet (complain)\n', 'remove')).toBe('rustnet');
    expect(await unloaded('rustnet (enforce)\n', 'purge')).toBe('rustnet');
    expect(await unloaded('rustnet (enforce)\n', 'upgrade', '1.2.0')).toBe('');
    expect(await unloaded('rustnets (enforce)\n', 'remove')).toBe('');
    // A machine without AppArmor.
    rmSync(join(kernel, 'profiles'));
    rmSync(join(kernel, '.remove'));
    await run('sh', ['-s', 'remove'], { input: script });
    expect(existsSync(join(kernel, '.remove'))).toBe(false);
  });
});

test('without an abi that we know the build ends with what to install', async () => {
  const own = debianSource(rustnet, MAINTAINER, deb);
  const directory = tree(
    'none',
    Object.fromEntries(own.map(({ name, text }) => [`debian/${name}`, text])),
  );
  await expect(build(directory, { ...environment, APPARMOR_ABIS: work })).rejects.toThrow(
    /install apparmor/,
  );
});

test('hooks into a program’s debian directory build both packages, and go to the byte', async () => {
  const original = {
    control: `Source: rustnet\nSection: net\nPriority: optional\nMaintainer: ${MAINTAINER}\nBuild-Depends: debhelper-compat (= 13)\nStandards-Version: 4.7.0\nRules-Requires-Root: no\n\nPackage: rustnet\nArchitecture: all\nDepends: \${misc:Depends}\nDescription: network monitor\n Shows which process talks to whom.\n`,
    rules: '#!/usr/bin/make -f\n%:\n\tdh $@\n',
  };
  const edited = withDebianHooks(original, rustnet, [], undefined, deb);
  expect(withoutDebianHooks(edited, rustnet, deb)).toEqual(original);
  // The hooks of the other mechanism stand beside them.
  const both = withDebianHooks(edited, rustnet, [], undefined, debianPackage(rustnet));
  expect(both.rules).toContain('include debian/rustnet-apparmor.mk');
  expect(withoutDebianHooks(both, rustnet)).toEqual(edited);
  const directory = tree('hooks', {
    'debian/control': edited.control,
    'debian/rules': edited.rules,
    'debian/changelog': `rustnet (1.7.0) unstable; urgency=medium\n\n  * New.\n\n -- ${MAINTAINER}  Tue, 24 Nov 2026 00:00:00 +0000\n`,
    'debian/source/format': '3.0 (native)\n',
    ...Object.fromEntries(deb.files.map(({ name, text }) => [`debian/${name}`, text])),
  });
  const names = (await build(directory)).map((file) => file.replace(/^.*\/(.*?)_.*$/, '$1'));
  expect(names.sort()).toEqual(['rustnet', 'rustnet-apparmor']);
  expect(readFileSync(join(directory, 'debian/rules'), 'utf8')).toBe(edited.rules);
});
