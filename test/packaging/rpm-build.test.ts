import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { type Confinement, confine, type Description } from '../../src/description/index.ts';
import { packageSources, rpmSpec, withRpmHooks } from '../../src/packaging/index.ts';
import { run } from '../../src/targets/index.ts';
import { askRpm, buildRpms, expandSpec } from '../support/build-package.ts';

const PROGRAM = join(import.meta.dirname, 'rpm', 'program.spec');
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-rpm-'));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The spec and all of its sources in a directory of their own; returns the spec's path. */
function written(name: string, confinement: Confinement, spec: string): string {
  const directory = join(work, name);
  mkdirSync(directory);
  for (const source of packageSources(confinement))
    writeFileSync(join(directory, source.name), source.text);
  writeFileSync(join(directory, 'program.sh'), '#!/bin/sh\n');
  writeFileSync(join(directory, 'package.spec'), spec);
  return join(directory, 'package.spec');
}

const FILES = [
  '/usr/lib/systemd/system/rustnet-secmark-refresh.service',
  '/usr/lib/systemd/system/rustnet-secmark.path',
  '/usr/lib/systemd/system/rustnet-secmark.service',
  '/usr/lib/sysusers.d/rustnet-selinux.conf',
  '/usr/lib/tmpfiles.d/rustnet-selinux.conf',
  '/usr/libexec/rustnet-secmark',
  '/usr/share/man/man8/rustnet_selinux.8',
  '/usr/share/selinux/devel/include/distributed/rustnet.if',
  '/usr/share/selinux/packages/targeted/permissive_rustnet_t.cil',
  '/usr/share/selinux/packages/targeted/rustnet.pp.bz2',
  '/var/lib/selinux/targeted/active/modules/200/rustnet',
  '/var/log/rustnet',
];

describe('the spec of its own', () => {
  let rpm: string;
  let spec: string;

  beforeAll(async () => {
    spec = written('own', rustnet, rpmSpec(rustnet));
    const rpms = await buildRpms(spec, { fedora: 42, work });
    expect(rpms).toHaveLength(1);
    rpm = rpms[0]!;
  });

  test('builds a noarch package with these files, the store’s directory as a ghost', async () => {
    expect(await askRpm(rpm, '-l')).toEqual(FILES);
    expect(await askRpm(rpm, '--qf', '%{NAME} %{VERSION} %{ARCH}\n')).toEqual([
      'rustnet-selinux 1.1.0 noarch',
    ]);
    const flags = await askRpm(rpm, '--qf', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]');
    expect(flags.filter((line) => /^\w*g/.test(line))).toEqual([
      'g /var/lib/selinux/targeted/active/modules/200/rustnet',
      'g /var/log/rustnet',
    ]);
  });

  test('needs the policy that it changes and the tools that change it', async () => {
    // rpm 4.19 and newer also say which group owns files, and that the package itself brings it by its sysusers.d.
    const brought = (await askRpm(rpm, '--provides')).map((line) => line.split(' ')[0]!);
    const needs = (await askRpm(rpm, '--requires')).filter(
      (line) => !line.startsWith('rpmlib(') && !brought.includes(line),
    );
    expect([...new Set(needs)]).toEqual([
      '/bin/sh',
      'policycoreutils',
      'selinux-policy',
      'selinux-policy-targeted',
      'systemd',
    ]);
    expect(await askRpm(rpm, '--recommends')).toEqual(['nftables']);
  });

  test('installs at 200, permissive at 400 on the first installation only, and takes both away', async () => {
    const { pre, post, preun, postun, posttrans } = await scriptlets(rpm);
    expect(pre).toContain('file_contexts.pre');
    expect(posttrans).toContain('fixfiles -C');
    expect(post).toMatch(
      /if \[ \$1 -eq 1 \] .*\n {2}semodule -n -s targeted -X 400 -i \S+\/permissive_rustnet_t\.cil/,
    );
    expect(post).toMatch(/semodule -n -s targeted -X 200 -i \S+\/targeted\/rustnet\.pp\.bz2/);
    expect(post.indexOf('-X 400')).toBeLessThan(post.indexOf('-X 200'));
    expect(preun).toContain('disable --now rustnet-secmark.service rustnet-secmark.path');
    expect(postun.indexOf('-X 400 -r permissive_rustnet_t')).toBeGreaterThan(-1);
    expect(postun.indexOf('-X 400 -r')).toBeLessThan(postun.indexOf('-X 200 -r rustnet'));
  });

  test('every scriptlet is sound shell', async () => {
    for (const script of Object.values(await scriptlets(rpm))) {
      await run('sh', ['-n'], { input: script });
    }
  });

  test('the module in it is one for the policy that was built against', async () => {
    const { stdout } = await run('sh', [
      '-c',
      'rpm2cpio "$0" | cpio -i --quiet --to-stdout "*/rustnet.pp.bz2" | bzip2 -d | head -c 4 | od -An -tx1',
      rpm,
    ]);
    // The magic number of a policy package, little-endian.
    expect(stdout.trim()).toBe('8f ff 7c f9');
  });

  test('rpmlint finds nothing but the exceptions, and each is still needed', async () => {
    const output = await rpmlint(spec, rpm);
    const found = [...output.matchAll(/^\S+: [EW]: (\S+)/gm)].map((match) => match[1]!);
    const [, minor] = /^rpmlint: 2\.(\d+)/m.exec(output)!;
    const exceptions = {
      ...RPMLINT_EXCEPTIONS,
      ...(Number(minor) <= 4 ? RPMLINT_2_4_EXCEPTIONS : RPMLINT_2_7_EXCEPTIONS),
    };
    expect([...new Set(found)].sort()).toEqual(Object.keys(exceptions).sort());
  });

  test('rpmlint does find what is wrong', async () => {
    const wrong = written(
      'wrong',
      rustnet,
      rpmSpec(rustnet).replace('%{_libexecdir}/rustnet-secmark', '/usr/lib/rustnet-secmark'),
    );
    expect(await rpmlint(wrong)).toContain('hardcoded-library-path');
  });
});

/** What rpmlint says with our configuration and no other. */
async function rpmlint(...files: readonly string[]): Promise<string> {
  const { stdout } = await run('rpmlint', ['-c', RPMLINT_CONFIGURATION, ...files], {
    accept: [0, 64],
    env: { CONFIG_DISABLE_AUTOLOADING: '1' },
  });
  return stdout;
}

const RPMLINT_CONFIGURATION = join(import.meta.dirname, 'rpm', 'rpmlint.toml');

/** What rpmlint says and we keep, with the reason. */
const RPMLINT_EXCEPTIONS: Readonly<Record<string, string>> = {
  'no-signature': 'Packages are signed by whoever distributes them.',
  'no-packager-tag': 'Fedora’s build system fills it in; a spec must not.',
  'no-group-tag': 'Fedora has no groups any more.',
  'no-buildroot-tag': 'rpm has set it by itself since 4.6.',
  'invalid-license': 'Debian’s rpmlint has no list of licences; Apache-2.0 is the SPDX identifier.',
  'manpage-not-compressed':
    'Fedora’s rpm compresses man pages at the end of %install; the macros of these tests do nothing there.',
  'postin-without-ghost-file-creation':
    'semodule, called in %post, makes the directory that the ghost entry names.',
  'non-standard-dir-perm':
    'Mode 1770 of the log directory: members of the group write there, nobody else looks in.',
  'non-standard-gid': 'That group comes from sysusers.d, in the same package.',
  'log-files-without-logrotate':
    'Captures and logs are what a user asked for and keeps; nothing there grows by itself.',
  'dangerous-command-in-%pre': 'cp, in what the macro of selinux-policy becomes.',
  'dangerous-command-in-%preun': 'cp, in what the macro of selinux-policy becomes.',
  'dangerous-command-in-%postun': 'rm, in what the macro of selinux-policy becomes.',
  'dangerous-command-in-%posttrans': 'rm, in what the macro of selinux-policy becomes.',
};

const NO_MODE =
  'The ghost entry of the module store, as Fedora’s practice for policies has it: the file is not in the package, so it has no mode.';

/** What else only the rpmlint of Debian 12 says. */
const RPMLINT_2_4_EXCEPTIONS: Readonly<Record<string, string>> = {
  'only-non-binary-in-usr-lib': 'systemd’s directories are below /usr/lib on every architecture.',
  'non-readable': NO_MODE,
};

/** What else only the rpmlint of Debian 13 says. */
const RPMLINT_2_7_EXCEPTIONS: Readonly<Record<string, string>> = {
  'zero-perms-ghost': NO_MODE,
  'no-%check-section': 'A policy is tried on a kernel that enforces it, which no build has.',
};

describe('hooks in a program’s spec', () => {
  const edited = (): string => {
    const directory = join(work, 'hooks.spec');
    copyFileSync(PROGRAM, directory);
    return directory;
  };

  test('add a subpackage on Fedora 42, and change nothing in the others but the dependency', async () => {
    const original = readFileSync(PROGRAM, 'utf8');
    const before = await buildRpms(written('before', rustnet, original), { fedora: 42, work });
    const facts = async (list: readonly string[]) =>
      Promise.all(
        list
          .filter((file) => !file.includes('rustnet-selinux'))
          .map((file) => askRpm(file, '-l', '--requires', '--scripts', '--qf', '%{DESCRIPTION}\n')),
      );
    const plain = await facts(before);
    const after = await buildRpms(written('after', rustnet, withRpmHooks(original, rustnet)), {
      fedora: 42,
      work,
    });
    expect(after).toHaveLength(before.length + 1);
    const sub = after.find((file) => file.includes('rustnet-selinux'))!;
    expect(await askRpm(sub, '-l')).toEqual(FILES);
    expect(await askRpm(sub, '--qf', '%{ARCH}\n')).toEqual(['noarch']);
    const changed = await facts(after);
    const added = changed.flatMap((lines, i) => lines.filter((line) => !plain[i]!.includes(line)));
    expect(added).toEqual([
      '(rustnet-selinux = 1.6.0-%autorelease if selinux-policy-targeted)',
      'rpmlib(RichDependencies) <= 4.12.0-1',
    ]);
    expect(
      plain.flatMap((lines, i) => lines.filter((line) => !changed[i]!.includes(line))),
    ).toEqual([]);
  });

  test.each([[['suse_version 1500']], [['fedora 41']], [[]]])(
    'are nothing on a distribution with %j',
    async (defines) => {
      const path = edited();
      const plain = await expandSpec(path, defines);
      writeFileSync(path, withRpmHooks(readFileSync(path, 'utf8'), rustnet));
      const lines = (text: string): string[] =>
        text.split('\n').filter((line) => line.trim() !== '' && !/^# (>>>|<<<)/.test(line));
      expect(lines(await expandSpec(path, defines))).toEqual(lines(plain));
      expect(lines(await expandSpec(path, ['fedora 42']))).not.toEqual(lines(plain));
    },
  );
});

test('a package that ships enforcing removes the entry of the release before', async () => {
  const enforcing = confine({
    ...description(rustnet),
    version: '1.1.0',
    rollout: { enforcing: { evidence: 'evidence/enforcing.json', sha256: 'ab'.repeat(32) } },
  });
  const spec = written('enforcing', enforcing, rpmSpec(enforcing));
  const [rpm] = await buildRpms(spec, { fedora: 42, work });
  expect(await askRpm(rpm!, '-l')).toEqual(FILES.filter((path) => !path.includes('permissive')));
  const { post } = await scriptlets(rpm!);
  expect(post).toMatch(
    /if \[ \$1 -gt 1 \] && \[ -e \S+\/permissive_rustnet_t\.cil \]; then\n {2}semodule -n -s targeted -X 400 -r permissive_rustnet_t/,
  );
  expect(post).not.toContain('-X 400 -i');
  expect((await askRpm(rpm!, '--qf', '%{DESCRIPTION}')).join(' ')).toContain(
    `has the SHA-256 ${'ab'.repeat(32)}.`,
  );
});

/** What was written, of a value that `confine` made. */
function description(confinement: Confinement): Description {
  const { domain, executableType, roleAttribute, fileContexts, ...rest } = confinement;
  return structuredClone(rest) as Description;
}

async function scriptlets(
  rpm: string,
): Promise<Record<'pre' | 'post' | 'preun' | 'postun' | 'posttrans', string>> {
  const tags = { pre: 'PREIN', post: 'POSTIN', preun: 'PREUN', postun: 'POSTUN' };
  const [pre, post, preun, postun, posttrans] = await Promise.all(
    [...Object.values(tags), 'POSTTRANS'].map(async (tag) =>
      (await askRpm(rpm, '--qf', `%{${tag}}\n`)).join('\n'),
    ),
  );
  return { pre: pre!, post: post!, preun: preun!, postun: postun!, posttrans: posttrans! };
}
