import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { HOST_JOBS, hostTools, missingTools, whatInstalls } from '../../src/targets/index.ts';

const root = join(import.meta.dirname, '../..');

test('where there is no apt, checking needs this machine’s own compilers and policy', () => {
  const names = (manager: 'apt' | 'dnf' | 'zypper'): string[] =>
    hostTools('check', manager).map(({ tool }) => tool);
  expect(names('apt')).toEqual(['apt-get', 'dpkg-deb']);
  expect(names('dnf')).toContain('checkmodule');
  expect(names('dnf')).not.toContain('apt-get');
  expect(names('zypper')).toEqual(names('dnf'));
});

test('a job needs what the jobs before it need, whichever the package manager', () => {
  for (const manager of ['apt', 'dnf', 'zypper', undefined] as const) {
    const jobs = HOST_JOBS.filter((job) => job !== 'host');
    jobs.slice(1).forEach((job, i) => {
      const tools = hostTools(job, manager);
      expect(tools).toEqual(expect.arrayContaining([...hostTools(jobs[i]!, manager)]));
    });
    for (const tool of hostTools('host', manager).filter(() => manager !== 'apt'))
      expect(hostTools('check', manager)).toContain(tool);
  }
});

test('each manager’s packages have their own names, each once; what a distribution lacks is said', () => {
  const lab = hostTools('lab', 'zypper');
  expect(whatInstalls(lab, 'zypper')).toBe(
    'as root: zypper install selinux-policy-targeted selinux-policy-devel checkpolicy policycoreutils secilc m4 make qemu-x86 qemu-img e2fsprogs util-linux openssh-clients gcc cargo clang pkgconf-pkg-config libpcap-devel libelf-devel; no package of this distribution is known to have mmdebstrap',
  );
  expect(whatInstalls(hostTools('check', 'dnf'), 'dnf')).toBe(
    'as root: dnf install selinux-policy-targeted selinux-policy-devel checkpolicy policycoreutils secilc m4 make',
  );
});

test('a tool that is too old is as good as missing, by numbers and not by letters', () => {
  const bin = mkdtempSync(join(tmpdir(), 'confine-bin-'));
  const lacksCargo = (answer: string): boolean => {
    writeFileSync(join(bin, 'cargo'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    return missingTools('lab', 'apt', `${bin}:/usr/bin`).some(({ tool }) => tool === 'cargo');
  };
  try {
    expect(lacksCargo('echo "cargo 1.85.1 (d73d2caf9 2024-12-31)"')).toBe(true);
    expect(lacksCargo('echo "cargo 1.9.0"')).toBe(true);
    expect(lacksCargo('echo "cargo 1.88.0 (873a06493 2025-05-10)"')).toBe(false);
    expect(lacksCargo('echo "cargo 1.100.0-nightly"')).toBe(false);
    expect(lacksCargo('echo "cargo 2.0.1"')).toBe(false);
    // rustup's where it finds no toolchain: the build will say so, in its words.
    expect(lacksCargo('exit 1')).toBe(false);
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
});

test('without npm the bootstrap says what brings it, for each manager', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'confine-bin-'));
  try {
    mkdirSync(join(bin, 'scripts'));
    for (const name of ['sh', 'dirname', 'cat'])
      writeFileSync(join(bin, name), `#!/bin/sh\nexec /bin/${name} "$@"\n`, { mode: 0o755 });
    const { exitCode, stderr } = await execa('/bin/sh', [join(root, 'scripts/bootstrap.sh')], {
      env: { PATH: bin },
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(3);
    for (const manager of ['apt-get', 'dnf', 'zypper'])
      expect(stderr).toContain(`${manager} install nodejs`);
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
});
