import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import type { Confinement } from '../../src/description/index.ts';
import {
  type DebianFiles,
  DebianRefusal,
  debianPackage,
  debianSource,
  packageSources,
  withDebianHooks,
  withoutDebianHooks,
} from '../../src/packaging/index.ts';
import { run } from '../../src/targets/index.ts';
import { buildDeb, sourceTree } from '../support/build-package.ts';

const MAINTAINER = 'A Person <a.person@debian.org>';
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-deb-'));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A source tree with the policy's files; `debian` by name. */
function tree(name: string, debian: Readonly<Record<string, string>>): string {
  return sourceTree(join(work, name, 'source'), [
    ...packageSources(rustnet).map((source) => [`selinux/${source.name}`, source.text] as const),
    ...Object.entries(debian).map(([path, text]) => [`debian/${path}`, text] as const),
  ]);
}

function debs(directory: string): string[] {
  return readdirSync(join(directory, '..'))
    .filter((file) => file.endsWith('.deb'))
    .sort();
}

const FILES = [
  '/usr/lib/systemd/system/rustnet-secmark-refresh.service',
  '/usr/lib/systemd/system/rustnet-secmark.path',
  '/usr/lib/systemd/system/rustnet-secmark.service',
  '/usr/lib/sysusers.d/rustnet-selinux.conf',
  '/usr/lib/tmpfiles.d/rustnet-selinux.conf',
  '/usr/libexec/rustnet-secmark',
  '/usr/share/man/man8/rustnet_selinux.8.gz',
  '/usr/share/selinux/devel/include/distributed/rustnet.if',
  '/usr/share/selinux/packages/default/rustnet.pp.bz2',
  '/usr/share/selinux/packages/mls/rustnet.pp.bz2',
  '/usr/share/selinux/packages/permissive_rustnet_t.cil',
];

async function filesOf(deb: string): Promise<string[]> {
  const { stdout } = await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -t', deb]);
  return stdout
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('/') && !path.includes('/doc/'))
    .map((path) => path.replace(/^\./, ''))
    .sort();
}

describe('a source package of its own', () => {
  let directory: string;
  let deb: string;

  beforeAll(async () => {
    const files = debianSource(rustnet, MAINTAINER).map(({ name, text }) => [name, text]);
    directory = tree('own', Object.fromEntries(files));
    await buildDeb(directory);
    const [only, ...others] = debs(directory);
    expect([only, others]).toEqual(['rustnet-selinux_1.1.0_all.deb', []]);
    deb = join(directory, '..', only!);
  });

  test('holds a module for each of Debian’s policies', async () => {
    expect(await filesOf(deb)).toEqual(FILES);
  });

  test('says what it needs, and asks for triggers of policies that come later', async () => {
    const { stdout } = await run('dpkg-deb', ['-f', deb, 'Depends', 'Recommends', 'Enhances']);
    expect(stdout).toMatch(/^Depends: policycoreutils, selinux-utils, systemd /m);
    expect(stdout).toContain('Recommends: selinux-policy-default | selinux-policy-mls');
    expect(stdout).toContain('Enhances: rustnet');
    const triggers = await run('dpkg-deb', ['-I', deb, 'triggers']);
    expect(triggers.stdout).toContain('interest-noawait /usr/share/selinux/default\n');
  });

  test('its maintainer scripts are sound shell, and make directories after the module is in', async () => {
    for (const script of ['postinst', 'prerm']) {
      const { stdout } = await run('dpkg-deb', ['-I', deb, script]);
      await run('sh', ['-n'], { input: stdout });
      if (script === 'postinst') {
        expect(stdout.indexOf('systemd-tmpfiles')).toBeGreaterThan(
          stdout.indexOf('install_module "'),
        );
        expect(stdout.indexOf('systemd-sysusers')).toBeGreaterThan(0);
      }
    }
  });

  test('lintian finds nothing but the exceptions, and each is still needed', async () => {
    const changes = readdirSync(join(directory, '..')).find((file) => file.endsWith('.changes'))!;
    const { stdout } = await run(
      'lintian',
      [
        ...['--no-cfg', '--profile', 'debian', '--allow-root', '--info'],
        ...['--tag-display-limit', '0', join(directory, '..', changes)],
      ],
      { accept: [0, 2] },
    );
    const found = [...stdout.matchAll(/^[EWI]: [^:]+: (\S+)/gm)].map((match) => match[1]!);
    const version = (await run('lintian', ['--print-version'])).stdout;
    const exceptions = {
      ...LINTIAN_EXCEPTIONS,
      ...(Number(/^2\.(\d+)/.exec(version)![1]) <= 116 ? LINTIAN_2_116_EXCEPTIONS : {}),
    };
    expect([...new Set(found)].sort()).toEqual(Object.keys(exceptions).sort());
  });
});

test('only a release that ships enforcing looks for the entry of the one before', () => {
  const names = (confinement: Confinement): string[] =>
    debianPackage(confinement).files.map(({ name }) => name);
  expect(names(rustnet)).not.toContain('rustnet-selinux.preinst');
  const enforcing: Confinement = { ...rustnet, rollout: 'enforcing' };
  expect(names(enforcing)).toContain('rustnet-selinux.preinst');
  const text = (suffix: string): string =>
    debianPackage(enforcing).files.find(({ name }) => name.endsWith(suffix))!.text;
  expect(text('.preinst')).toContain('/run/rustnet-selinux.was-permissive');
  expect(text('.postinst')).toContain('was_permissive=/run/rustnet-selinux.was-permissive\n');
  expect(text('.postinst')).not.toContain('-X 400 -i');
});

/** What lintian says and we keep, with the reason. */
const LINTIAN_EXCEPTIONS: Readonly<Record<string, string>> = {
  'maintainer-script-calls-systemctl':
    'An administrator enables the units with systemctl, and deb-systemd-helper undoes only what it recorded itself.',
};

/** What else only the lintian of Debian 12 says. */
const LINTIAN_2_116_EXCEPTIONS: Readonly<Record<string, string>> = {
  'no-manual-page':
    'It takes a program in /usr/libexec for a command; rustnet_selinux(8) tells of it.',
};

const CONTROL = `# Of a program with two packages.
Source: rustnet
Section: net
Maintainer: ${MAINTAINER}
Build-Depends: debhelper-compat (= 13),
# A comment inside a field.
               libpcap-dev
Standards-Version: 4.7.0

Package: rustnet
Architecture: any
Depends: \${misc:Depends}
Description: network monitor
 Shows which process talks to whom.

Package: rustnet-doc
Architecture: all
Depends: \${misc:Depends}
Description: network monitor, pages
 Pages.
`;
const RULES =
  '#!/usr/bin/make -f\n%:\n\tdh $@\n\noverride_dh_auto_install:\n\tinstall -D -p -m 0644 debian/control debian/rustnet/usr/share/rustnet/page\n';

describe('hooks into a program’s debian directory', () => {
  test('build a further package beside the others', async () => {
    const edited = withDebianHooks({ control: CONTROL, rules: RULES }, rustnet, []);
    const directory = tree('hooks', {
      ...edited,
      changelog: `rustnet (1.6.0) unstable; urgency=medium\n\n  * New.\n\n -- ${MAINTAINER}  Tue, 24 Nov 2026 00:00:00 +0000\n`,
      'source/format': '3.0 (native)\n',
      ...Object.fromEntries(debianPackage(rustnet).files.map(({ name, text }) => [name, text])),
    });
    // What the program itself builds with is not here, and not needed.
    writeFileSync(
      join(directory, 'debian/control'),
      edited.control.replace('libpcap-dev\n', 'bzip2\nRules-Requires-Root: no\n'),
    );
    await buildDeb(directory);
    expect(
      debs(directory)
        .map((file) => file.split('_')[0])
        .sort(),
    ).toEqual(['rustnet', 'rustnet-doc', 'rustnet-selinux']);
    const own = debs(directory).find((file) => file.startsWith('rustnet-selinux_'))!;
    expect(await filesOf(join(directory, '..', own))).toEqual(FILES);
    const program = debs(directory).find((file) => file.startsWith('rustnet_'))!;
    expect(await filesOf(join(directory, '..', program))).toEqual(['/usr/share/rustnet/page']);
  });

  test.each([
    ['no Build-Depends-Indep', '', '\nBuild-Depends-Indep: bzip2, selinux-policy-dev\n'],
    ['an open list', 'Build-Depends-Indep: a,\n', ' bzip2, selinux-policy-dev,\n'],
    ['a closed list', 'Build-Depends-Indep:\n a,\n b\n', ' , bzip2, selinux-policy-dev\n'],
  ])('more build dependencies for %s', (_, field, expected) => {
    const control = CONTROL.replace('Standards-Version', `${field}Standards-Version`);
    expect(withDebianHooks({ control, rules: RULES }, rustnet, []).control).toContain(expected);
  });

  test.each<[Partial<DebianFiles>, 'control' | 'rules', number, string]>([
    [{ control: 'Package: rustnet\n' }, 'control', 1, 'the first paragraph has no `Source:`'],
    [{ control: `${CONTROL}what\n` }, 'control', 21, 'this line is no field'],
    [
      { control: `${CONTROL}\nPackage: rustnet-selinux\n` },
      'control',
      22,
      'there is a package rustnet-selinux already',
    ],
    [{ rules: 'binary:\n\tdpkg-deb -b x\n' }, 'rules', 1, 'the rules do not call `dh $@`'],
    [
      { rules: `${RULES}# >>> rustnet-selinux stanza: kept\n` },
      'rules',
      7,
      'the block `stanza` of rustnet-selinux has no end',
    ],
  ])('refused: %j', (changes, file, line, message) => {
    let refusal: unknown;
    try {
      withDebianHooks({ control: CONTROL, rules: RULES, ...changes }, rustnet, []);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DebianRefusal);
    const { message: said, line: at, file: where } = refusal as DebianRefusal;
    expect([where, at, said]).toEqual([file, line, message]);
  });

  test('what is put in comes out: the original bytes', () => {
    const ends = fc.constantFrom('\n', '\r\n');
    const tail = fc.constantFrom('', '\n', '\n\n', ' more', '\n\n# a comment');
    fc.assert(
      fc.property(ends, tail, tail, fc.boolean(), (end, a, b, indep) => {
        const control = indep ? CONTROL.replace('Build-Depends:', 'Build-Depends-Indep:') : CONTROL;
        const files = {
          control: (control.trimEnd() + a).replaceAll('\n', end),
          rules: (RULES.trimEnd() + b).replaceAll('\n', end),
        };
        const edited = withDebianHooks(files, rustnet, []);
        expect(edited.control).not.toBe(files.control);
        expect(withoutDebianHooks(edited, rustnet)).toEqual(files);
        expect(withDebianHooks(edited, rustnet, [])).toEqual(edited);
      }),
      { numRuns: 200, seed: 20261124 },
    );
  });
});
