import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/targets/index.ts';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'test/packaging/rpm/program.spec');
let work: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-package-'));
  symlinkSync(join(root, 'src'), join(work, 'src'));
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));
  cpSync(join(root, 'profiles/rustnet'), join(work, 'profiles/rustnet'), { recursive: true });
});

afterEach(() => rmSync(work, { recursive: true, force: true }));

const confine = (...argv: string[]) => runCli(['package', ...argv], { cwd: work });

/** Rewrites the description's rollout. A module is loaded once per path, so each test has a directory of its own. */
function rollout(text: string): void {
  const file = join(work, 'profiles/rustnet/confinement.ts');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace("rollout: 'permissive'", `rollout: ${text}`),
  );
}

describe('a spec', () => {
  test('gets a subpackage and its sources; twice changes nothing; --remove restores the bytes and the mode', async () => {
    const spec = join(work, 'rustnet.spec');
    cpSync(program, spec);
    chmodSync(spec, 0o640);
    const first = await confine('rpm', '--into', 'rustnet.spec', '--output', 'selinux');
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^written {4}rustnet\.spec\nwritten {4}selinux\/rustnet\.te\n/);
    expect(readdirSync(join(work, 'selinux'))).toContain('rustnet-secmark');
    expect(statSync(join(work, 'selinux/rustnet-secmark')).mode & 0o777).toBe(0o755);
    const once = readFileSync(spec);

    const second = await confine('rpm', '--into', 'rustnet.spec', '--output', 'selinux', '--json');
    const files: { state: string }[] = JSON.parse(second.out).files;
    expect(new Set(files.map(({ state }) => state))).toEqual(new Set(['unchanged']));
    expect(readFileSync(spec).equals(once)).toBe(true);

    expect((await confine('rpm', '--into', 'rustnet.spec', '--remove')).code).toBe(0);
    expect(readFileSync(spec).equals(readFileSync(program))).toBe(true);
    expect(statSync(spec).mode & 0o777).toBe(0o640);
    expect((await confine('rpm', '--into', 'rustnet.spec', '--remove')).out).toBe(
      'unchanged  rustnet.spec\n',
    );
  });

  test('that is not understood is refused with the line, and nothing is written', async () => {
    const spec = join(work, 'rustnet.spec');
    writeFileSync(spec, 'Name: rustnet\n%if 0%{?suse_version}\n%build\n');
    const { code, out, err } = await confine(
      'rpm',
      '--into',
      'rustnet.spec',
      '--output',
      'selinux',
    );
    expect(err).toBe(
      'confine: rustnet.spec:2: `%if 0%{?suse_version}` has no `%endif`\nhint: correct the spec first\n',
    );
    expect([code, out]).toEqual([2, '']);
    expect(existsSync(join(work, 'selinux'))).toBe(false);
  });

  test('behind a link is edited, and the link stays', async () => {
    mkdirSync(join(work, 'rpm'));
    cpSync(program, join(work, 'rpm/rustnet.spec'));
    symlinkSync('rpm/rustnet.spec', join(work, 'rustnet.spec'));
    expect((await confine('rpm', '--into', 'rustnet.spec')).out).toBe(
      'written    rpm/rustnet.spec\n',
    );
    expect(lstatSync(join(work, 'rustnet.spec')).isSymbolicLink()).toBe(true);
  });

  test('that is not UTF-8 is refused', async () => {
    writeFileSync(join(work, 'rustnet.spec'), Buffer.from('Name: caf\xe9\n', 'latin1'));
    const { code, err } = await confine('rpm', '--into', 'rustnet.spec');
    expect(err).toContain('`rustnet.spec` is not UTF-8');
    expect(code).toBe(2);
  });
});

test('a spec says what the build would miss, where no source tree is in sight', async () => {
  writeFileSync(
    join(work, 'rustnet.spec'),
    'Name: rustnet\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n\n%description\nx\n\n%prep\n\n%build\n\n%install\n\n%files\n',
  );
  const { code, err } = await confine('rpm', '--into', 'rustnet.spec');
  expect(err).toBe(
    'note: the package is built from `selinux/rustnet.te` and others of the source tree: `--output selinux` writes them\n',
  );
  expect(code).toBe(0);
  expect((await confine('rpm', '--into', 'rustnet.spec', '--output', 'selinux')).err).toBe('');
  expect((await confine('rpm', '--into', 'rustnet.spec')).err).toBe('');
});

test('an RPM source package is the spec and every file that it names', async () => {
  const { out } = await confine('rpm', '--output', 'rpm');
  expect(out.trimEnd().split('\n').at(-1)).toBe(
    'next: rpmbuild -ba --define "_sourcedir $PWD/rpm" rpm/rustnet-selinux.spec',
  );
  const spec = readFileSync(join(work, 'rpm/rustnet-selinux.spec'), 'utf8');
  const sources = [...spec.matchAll(/^Source\d+: +(\S+)$/gm)].map((match) => match[1]!);
  expect(readdirSync(join(work, 'rpm')).sort()).toEqual(
    [...sources, 'rustnet-selinux.spec'].sort(),
  );
});

describe('a debian directory', () => {
  const control =
    'Source: rustnet\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: rustnet\nArchitecture: any\nDescription: x\n';
  const rules = '#!/usr/bin/make -f\n%:\n\tdh $@\n';

  beforeEach(() => {
    mkdirSync(join(work, 'debian'));
    writeFileSync(join(work, 'debian/control'), control);
    writeFileSync(join(work, 'debian/rules'), rules, { mode: 0o755 });
    writeFileSync(join(work, 'debian/rustnet.install'), 'x usr/bin\n');
  });

  test('says what the build would miss', async () => {
    expect((await confine('deb', '--into', 'debian')).err).toBe(
      'note: the package is built from `selinux/rustnet.te` and others of the source tree, which are not there: `--output debian/selinux` writes them\n',
    );
    for (const place of ['debian/selinux', 'selinux']) {
      expect((await confine('deb', '--into', 'debian', '--output', place)).err).toBe('');
      rmSync(join(work, place), { recursive: true });
    }
  });

  test('gets a package, and gives it back', async () => {
    expect((await confine('deb', '--into', 'debian')).code).toBe(0);
    expect(readdirSync(join(work, 'debian')).sort()).toEqual([
      ...['control', 'rules', 'rustnet-selinux.mk', 'rustnet-selinux.postinst'],
      ...['rustnet-selinux.prerm', 'rustnet-selinux.triggers', 'rustnet.install'],
    ]);
    expect(statSync(join(work, 'debian/rules')).mode & 0o777).toBe(0o755);
    expect((await confine('deb', '--into', 'debian')).out).not.toContain('written');
    expect((await confine('deb', '--into', 'debian/', '--remove')).code).toBe(0);
    expect(readdirSync(join(work, 'debian')).sort()).toEqual([
      'control',
      'rules',
      'rustnet.install',
    ]);
    expect(readFileSync(join(work, 'debian/control'), 'utf8')).toBe(control);
    expect(readFileSync(join(work, 'debian/rules'), 'utf8')).toBe(rules);
  });

  test('that has such a file of its own keeps it', async () => {
    writeFileSync(join(work, 'debian/rustnet-selinux.prerm'), '#!/bin/sh\n');
    const { code, err } = await confine('deb', '--into', 'debian');
    expect(err).toContain('`debian/rustnet-selinux.prerm` is not ours');
    expect(code).toBe(2);
    expect(readFileSync(join(work, 'debian/control'), 'utf8')).toBe(control);
  });

  test('loses what the package of another rollout had', async () => {
    const preinst = join(work, 'debian/rustnet-selinux.preinst');
    writeFileSync(preinst, '#!/bin/sh\n# Generated by confine from confinement.ts\n');
    const other = join(work, 'debian/rustnet-selinux.lintian-overrides');
    writeFileSync(other, 'x\n');
    const { out } = await confine('deb', '--into', 'debian');
    expect(out).toMatch(/^removed {4}debian\/rustnet-selinux\.preinst\n/);
    expect([existsSync(preinst), existsSync(other)]).toEqual([false, true]);
  });

  test.each([
    [{ compat: '9\n' }, {}, 'debian/compat:1: debian/compat asks for debhelper level 9,'],
    [{ rules: `export DH_COMPAT=9\n${rules}` }, {}, 'debian/rules:1: DH_COMPAT asks for'],
    [{}, { DH_COMPAT: '9' }, 'the environment’s DH_COMPAT asks for debhelper level 9,'],
  ])('of a level without hooks is refused: %j %j', async (files: object, env, message) => {
    for (const [name, text] of Object.entries(files)) {
      if (name === 'compat')
        writeFileSync(join(work, 'debian/control'), control.replace(/Build.*\n/, ''));
      writeFileSync(join(work, 'debian', name), text);
    }
    const before = readdirSync(join(work, 'debian'));
    const { code, err, out } = await runCli(['package', 'deb', '--into', 'debian'], {
      cwd: work,
      env,
    });
    expect(err).toContain(`confine: ${message}`);
    expect([code, out]).toEqual([2, '']);
    expect(readdirSync(join(work, 'debian'))).toEqual(before);
  });

  test('is refused with file and line', async () => {
    writeFileSync(join(work, 'debian/rules'), 'build:\n');
    const { code, err } = await confine('deb', '--into', 'debian/');
    expect(err).toContain('confine: debian/rules:1: the rules do not call `dh $@`');
    expect(code).toBe(2);
  });
});

describe('--mechanism apparmor', () => {
  test('writes a source package with the profiles and the tunables', async () => {
    const given = ['--mechanism', 'apparmor', '--maintainer', 'A Person <a@example.org>'];
    const { code, err } = await confine('deb', ...given, '--output', 'out');
    expect([code, err]).toEqual([0, '']);
    const text = readFileSync(join(work, 'out/apparmor/usr.bin.rustnet'), 'utf8');
    expect(text).toBe(
      readFileSync(join(root, 'profiles/rustnet/apparmor/usr.bin.rustnet'), 'utf8'),
    );
    expect(existsSync(join(work, 'out/apparmor/rustnet.d/tunables'))).toBe(true);
    expect(existsSync(join(work, 'out/apparmor/abi-5.0/usr.bin.rustnet'))).toBe(true);
    expect(readFileSync(join(work, 'out/debian/control'), 'utf8')).toContain(
      'Package: rustnet-apparmor',
    );
  });

  test('is for Debian packages, and for descriptions that name it', async () => {
    const rpm = await confine('rpm', '--mechanism', 'apparmor', '--output', 'out');
    expect([rpm.code, rpm.err]).toEqual([
      2,
      expect.stringContaining('--mechanism goes with deb only'),
    ]);
    const file = join(work, 'profiles/rustnet/confinement.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^ *mechanisms: .*$/m, ''));
    const deb = await confine('deb', '--mechanism', 'apparmor', '--output', 'out');
    expect([deb.code, deb.err]).toEqual([2, expect.stringContaining('is not for apparmor')]);
    expect(existsSync(join(work, 'out'))).toBe(false);
  });
});

test('artefacts come with checksums that sha256sum accepts, and that a changed byte breaks', async () => {
  await confine('cil', '--output', 'artefacts');
  const directory = join(work, 'artefacts');
  expect(readdirSync(directory).sort()).toEqual([
    'SHA256SUMS',
    'permissive_rustnet_t.cil',
    'rustnet.cil',
  ]);
  const { stdout } = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: directory });
  expect(stdout).toBe('rustnet.cil: OK\npermissive_rustnet_t.cil: OK\n');
  writeFileSync(join(directory, 'rustnet.cil'), '(block x)');
  await expect(run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: directory })).rejects.toThrow(
    'failed with exit code 1',
  );
});

test('a .pp for a release is the module that its own tools compile', async () => {
  expect((await confine('cil', '--output', 'artefacts', '--pp', 'debian-12')).code).toBe(0);
  const pp = readFileSync(join(work, 'artefacts/rustnet.pp'));
  expect(pp.subarray(0, 4).toString('hex')).toBe('8fff7cf9');
  expect(readFileSync(join(work, 'artefacts/SHA256SUMS'), 'utf8')).toContain(
    `${createHash('sha256').update(pp).digest('hex')}  rustnet.pp\n`,
  );
});

describe('an enforcing rollout', () => {
  const evidence = '{"enforcing": true}\n';
  const sha256 = createHash('sha256').update(evidence).digest('hex');

  test('needs the evidence that it names, in build and in package', async () => {
    rollout(`{ enforcing: { evidence: 'evidence/enforcing.json', sha256: '${sha256}' } }`);
    for (const argv of [['build'], ['package', 'rpm', '--output', 'rpm']]) {
      const { code, err } = await runCli(argv, { cwd: work });
      expect(err).toContain(
        'confine: rollout.enforcing.evidence: there is no file `profiles/rustnet/evidence/enforcing.json`',
      );
      expect(code).toBe(2);
    }
    mkdirSync(join(work, 'profiles/rustnet/evidence'), { recursive: true });
    writeFileSync(join(work, 'profiles/rustnet/evidence/enforcing.json'), `${evidence} `);
    expect((await confine('rpm', '--output', 'rpm')).err).toContain(
      `\`profiles/rustnet/evidence/enforcing.json\` has the checksum `,
    );
    expect(existsSync(join(work, 'rpm'))).toBe(false);

    writeFileSync(join(work, 'profiles/rustnet/evidence/enforcing.json'), evidence);
    const { code, err } = await confine('rpm', '--output', 'rpm');
    expect([code, err]).toEqual([0, '']);
    expect(readFileSync(join(work, 'rpm/rustnet-selinux.spec'), 'utf8')).toContain(sha256);
    expect(existsSync(join(work, 'rpm/permissive_rustnet_t.cil'))).toBe(false);
  });

  test.each(["'enforcing'", "{ enforcing: 'without evidence' }"])(
    '%s says that it has none',
    async (text) => {
      rollout(text);
      const { code, err } = await confine('rpm', '--output', 'rpm');
      expect(err).toBe('rollout: rustnet_t ships enforcing without evidence of an enforcing run\n');
      expect(code).toBe(0);
      expect(readFileSync(join(work, 'rpm/rustnet-selinux.spec'), 'utf8')).toContain(
        'No evidence of',
      );
    },
  );
});

test.each([
  [['rpm'], 'nowhere to write to'],
  [['cil'], 'nowhere to write to'],
  [['rpm', '--remove'], '--remove says not from where'],
  [['rpm', '--remove', '--into', 'x', '--output', 'y'], '--remove writes no sources'],
  [['cil', '--into', 'x'], '--into goes with rpm or deb only'],
  [['rpm', '--pp', 'debian-12', '--output', 'x'], '--pp goes with cil only'],
  [['rpm', '--into', 'no.spec'], 'there is no file `no.spec`'],
  [['deb', '--output', 'x'], 'a Debian package names its maintainer'],
  [['deb', '--output', 'x', '--maintainer', 'Nobody'], '`Nobody` is no `Name <address>`'],
])('%j is an error of use', async (argv, message) => {
  const { code, err, out } = await confine(...argv);
  expect(err).toContain(`confine: ${message}`);
  expect([code, out]).toEqual([2, '']);
});
