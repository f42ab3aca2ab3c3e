import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import {
  type DebianFiles,
  DebianRefusal,
  debianPackage,
  packageSources,
  withDebianHooks,
  withoutDebianHooks,
} from '../../src/packaging/index.ts';
import { run } from '../../src/targets/index.ts';
import { buildDeb } from '../support/build-package.ts';

const MAINTAINER = 'A Person <a.person@debian.org>';
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-deb-shapes-'));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Files of `debian/` by name; those that begin with `#!` are executable. `../` is the source tree. */
type Shape = Readonly<Record<string, string>> & DebianFiles;

const source = (fields = ''): string =>
  `Source: prog\nSection: net\nPriority: optional\nMaintainer: ${MAINTAINER}\nStandards-Version: 4.7.0\n${fields}`;
const binary = (name: string, architecture = 'any'): string =>
  `\nPackage: ${name}\nArchitecture: ${architecture}\nDepends: \${misc:Depends}\nDescription: a program\n It does.\n`;
const level = (n: number): string => `Build-Depends: debhelper-compat (= ${n})\n`;
const DH = '#!/usr/bin/make -f\n%:\n\tdh $@\n';
/** `make install` puts the program and its page below DESTDIR. */
const MAKEFILE = {
  '../Makefile':
    'all:\ninstall:\n\tinstall -D -m 0755 prog $(DESTDIR)/usr/bin/prog\n\tinstall -D -m 0644 page $(DESTDIR)/usr/share/prog/page\n',
};

const SHAPES: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(
    [10, 11, 12].map((n) => [
      `level ${n} in debian/compat`,
      {
        compat: `${n}\n`,
        control: source('Build-Depends: debhelper (>= 10)\n') + binary('prog'),
        rules: DH,
        'prog.install': 'prog usr/bin\n',
      },
    ]),
  ),
  'level 12 by DH_COMPAT over a lower one': {
    compat: '9\n',
    control: source('Build-Depends: debhelper (>= 9)\n') + binary('prog'),
    rules: `#!/usr/bin/make -f\nexport DH_COMPAT = 12\n%:\n\tdh $@\n`,
    ...MAKEFILE,
  },
  'one package, installed by its own Makefile, with a further list': {
    control: source(level(13)) + binary('prog'),
    rules: DH,
    'prog.install': 'page usr/share/doc/prog\n',
    ...MAKEFILE,
  },
  'one package, an override that says where to': {
    control: source(level(13)) + binary('prog'),
    rules: `${DH}\noverride_dh_auto_install:\n\t$(MAKE) install \\\n\t\tDESTDIR=$(CURDIR)/debian/prog\n`,
    ...MAKEFILE,
  },
  'one package and debian/install, level 14 of debhelper': {
    control: source(level(14)) + binary('prog'),
    rules: DH,
    install: 'page usr/share/other\n',
    ...MAKEFILE,
  },
  'two packages, lists with patterns, an executable list, not-installed, no end of the last line': {
    control: source(level(13)) + binary('libprog1') + binary('prog-data', 'all').trimEnd(),
    rules: DH.trimEnd(),
    'libprog1.install': '#!/bin/sh\necho usr/bin/prog\n',
    'prog-data.install': 'usr/share/*/pa[g]e\n',
    'not-installed': 'usr/lib/*.la\n',
    ...MAKEFILE,
  },
  'overrides of what calls systemd, and add-ons taken out': {
    control:
      source(
        `${level(13)}Build-Depends-Indep:\n bzip2,\n# Why it is here.\n dh-sequence-installsysusers,\n`,
      ) +
      binary('prog') +
      binary('prog-doc', 'all'),
    rules:
      '#!/usr/bin/make -f\n%:\n\tdh $@ --without autoreconf\n\noverride_dh_installsystemd:\n\tdh_installsystemd --no-start\n\noverride_dh_installtmpfiles:\n\noverride_dh_installsysusers override_dh_installinit:\n\tdh_listpackages\n',
    'prog.install': 'usr/bin\n',
    'prog-doc.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'hooks of its own for all packages, and for some': {
    control: source(level(13)) + binary('prog') + binary('prog-doc', 'all'),
    rules: `${DH}
execute_after_dh_auto_build:
	touch built

execute_after_dh_install:
	install -D -m 0644 built debian/prog/usr/share/prog/built

execute_before_dh_installdeb-indep:
	install -D -m 0644 built debian/prog-doc/usr/share/doc/prog/built
`,
    'prog.install': 'usr/bin\n',
    'prog-doc.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'targets by name instead of a pattern, a sequence that others make up': {
    control: source(level(13)) + binary('prog') + binary('prog-doc', 'all'),
    rules:
      '#!/usr/bin/make -f\ninclude /usr/share/dpkg/architecture.mk\nDOC := prog-doc\n\nbuild: build-arch build-indep\nclean build-arch build-indep install install-arch install-indep \\\n binary-arch binary-indep:\n\t+dh $@\nbinary: binary-arch binary-indep\n.PHONY: build binary\n',
    'prog.install': 'usr/bin\n',
    'prog-doc.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'relations with restrictions, alternatives, comments and an empty first line': {
    control:
      `# A comment before all.\n${source(
        'Build-Depends:\n# why\n perl [!hurd-any] <!nocheck> <cross> | perl-base,\n  debhelper-compat\n (= 13)\n , dpkg-dev (>= 1.22) | dpkg-dev,\n# the end\nBuild-Depends-Indep: perl <!nodoc>\n',
      )}` +
      binary('prog').replace('\nDepends', '\nBuild-Profiles: <!stage1> <!stage2>\nDepends') +
      `${binary('prog-udeb').replace('\nDepends', '\nPackage-Type: udeb\nDepends')}# The end.`,
    rules: '#!/usr/bin/make -f\n%:\n\t@dh "$@" --parallel -Nother\n',
    'prog.install': 'usr/bin\n',
    'prog-udeb.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'make told otherwise: one shell, strict, silent, with definitions and conditions': {
    control: source(level(13)) + binary('prog') + binary('prog-doc', 'all'),
    rules: `#!/usr/bin/make -f
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SECONDEXPANSION:
.DELETE_ON_ERROR:
.SILENT:
MAKEFLAGS += --warn-undefined-variables -rR
export DH_VERBOSE = 1
export DH_OPTIONS = -v
define body
execute_after_dh_install:
	false
endef
ifneq (,$(filter nodoc,$(DEB_BUILD_PROFILES)))
else ifeq ($(DEB_HOST_ARCH_OS),hurd)
override_dh_auto_build:
	false
endif
%:
	dh $@ --buildsystem=makefile
override_dh_gencontrol:
	dh_gencontrol -- -VX=1
override_dh_builddeb:
	dh_builddeb -- -Zxz
override_dh_auto_test override_dh_strip:
override_dh_install-arch:
	dh_install
`,
    'prog.install': 'usr/bin\n',
    'prog-doc.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'a recipe behind the target, steps before and after the installation of one package': {
    control: source(level(13)) + binary('prog'),
    rules:
      '#!/usr/bin/make -f\n%: ; dh $@\nexecute_before_dh_auto_install:\n\ttouch before\nexecute_after_dh_auto_install:\n\ttest -e before\n\tmv debian/prog/usr/share/prog/page debian/prog/usr/share/prog/moved\n',
    ...MAKEFILE,
  },
  'sequences with names, and those of architectures told which packages': {
    control: source(level(13)) + binary('prog') + binary('prog-doc', 'all'),
    rules:
      '#!/usr/bin/make -f\nclean:\n\tdh clean\nbuild: build-arch build-indep\nbuild-arch:\n\tdh build-arch -a\nbuild-indep:\n\tdh build-indep -i\nbinary: binary-arch binary-indep\nbinary-arch: build-arch\n\tdh binary-arch -s\nbinary-indep: build-indep\n\tdh binary-indep\n',
    'prog.install': 'usr/bin\n',
    'prog-doc.install': 'usr/share\n',
    ...MAKEFILE,
  },
  'one package of all architectures, with tmpfiles of its own, and the policy in debian/': {
    'selinux/README': 'Of Debian alone.\n',
    control: source(level(13)) + binary('prog-common', 'all'),
    rules: DH,
    'prog-common.tmpfiles': 'd /run/prog 0755 root root -\n',
    'prog-common.install': 'prog usr/bin\n',
  },
};

/** Writes a shape, or the same with the hooks in; returns its source tree. */
function tree(name: string, shape: Shape, edited: DebianFiles, own: boolean): string {
  const directory = join(work, name.replaceAll(/\W+/g, '-'), own ? 'after' : 'before', 'source');
  const write = (path: string, text: string, executable = text.startsWith('#!')): void => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
    if (executable) chmodSync(join(directory, path), 0o755);
  };
  write('prog', '#!/bin/sh\n');
  write('page', 'page\n');
  write(
    'debian/changelog',
    `prog (1) unstable; urgency=medium\n\n  * New.\n\n -- ${MAINTAINER}  Tue, 24 Nov 2026 00:00:00 +0000\n`,
  );
  write('debian/source/format', '3.0 (native)\n');
  for (const [path, text] of Object.entries({ ...shape, ...edited })) write(`debian/${path}`, text);
  if (own) {
    const place = 'selinux/README' in shape ? 'debian/selinux' : 'selinux';
    for (const one of packageSources(rustnet)) write(`${place}/${one.name}`, one.text, false);
    for (const file of debianPackage(rustnet).files) write(`debian/${file.name}`, file.text, false);
  }
  return directory;
}

/** Every package that was built: its files with modes, its maintainer scripts. */
async function contents(directory: string): Promise<Record<string, string>> {
  const packages: Record<string, string> = {};
  for (const deb of readdirSync(join(directory, '..')).filter((file) => file.endsWith('.deb'))) {
    const { stdout } = await run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$0" | tar -tv | sed "s/ [0-9]* ....-..-.. ..:.. / /" | grep -v /doc/; dpkg-deb -I "$0" postinst 2>/dev/null; dpkg-deb -f "$0" Depends; :',
      join(directory, '..', deb),
    ]);
    packages[deb.split('_')[0]!] = stdout;
  }
  return packages;
}

describe('a program’s packages stay as they were, and the new one is the same', () => {
  let first: string | undefined;

  test.each(Object.entries(SHAPES))('%s', async (name, shape) => {
    const edited = withDebianHooks(shape, rustnet, Object.keys(shape));
    const before = tree(name, shape, shape, false);
    const after = tree(name, shape, edited, true);
    await buildDeb(before);
    await buildDeb(after);
    const plain = await contents(before);
    const { 'rustnet-selinux': own, ...others } = await contents(after);
    expect(others).toEqual(plain);
    expect(Object.keys(plain).length).toBeGreaterThan(0);
    // The same package from every shape, at every level.
    first ??= own;
    expect(own).toBe(first);
    expect(own).toMatch(/usr\/share\/selinux\/packages\/default\/rustnet\.pp\.bz2/);
    expect([...own!.matchAll(/systemd-sysusers .*|systemd-tmpfiles .*/g)].join('\n')).toMatch(
      /^systemd-sysusers .*\nsystemd-tmpfiles .*--create rustnet-selinux\.conf/,
    );
    expect(own).not.toMatch(/deb-systemd-/);
    expect(others.prog ?? others.libprog1 ?? others['prog-common']).toContain('/bin/prog');
    expect(withDebianHooks({ ...shape, ...edited }, rustnet, Object.keys(shape))).toEqual(edited);
    const { control, rules } = shape;
    expect(withoutDebianHooks(edited, rustnet)).toEqual({ control, rules });
  });
});

test('a level with a restriction is refused by debhelper itself', async () => {
  const shape = { control: ONE.replace('(= 13)', '(= 13) <!nocheck>'), rules: DH };
  const directory = tree('restricted level', shape, shape, false);
  const build = run('dpkg-buildpackage', ['-d', '-b', '-us', '-uc'], { cwd: directory });
  await expect(build).rejects.toThrow(/Could not parse desired debhelper compat level/);
});

test('a build without the packages of all architectures asks nothing of the policy', async () => {
  const name = 'hooks of its own for all packages, and for some';
  const shape = SHAPES[name]!;
  const directory = tree(`${name} arch`, shape, withDebianHooks(shape, rustnet, []), true);
  rmSync(join(directory, 'selinux'), { recursive: true });
  await run('dpkg-buildpackage', ['-d', '-B', '-us', '-uc'], { cwd: directory });
  expect(Object.keys(await contents(directory))).toEqual(['prog']);
});

const SOUND: DebianFiles = {
  control: source(level(13)) + binary('prog') + binary('prog-doc', 'all'),
  rules: DH,
};
const ONE = source(level(13)) + binary('prog');

interface Refused {
  readonly changes: Partial<DebianFiles>;
  readonly present?: readonly string[];
  readonly environment?: string;
  readonly at: string;
  readonly message: string | RegExp;
}

/** Each would lose or break something if it were edited. */
const REFUSED: Readonly<Record<string, Refused>> = {
  'level 9 in debian/compat': {
    changes: { compat: '9\n', control: SOUND.control.replace(/Build-Depends.*\n/, '') },
    at: 'compat:1',
    message: /^debian\/compat asks for debhelper level 9, /,
  },
  'level 9 in Build-Depends, over lines and a comment': {
    changes: {
      control: SOUND.control.replace(
        level(13),
        'Build-Depends: debhelper,\n# old\n debhelper-compat\n  (= 9),\n',
      ),
    },
    at: 'control:8',
    message: /^debhelper-compat asks for debhelper level 9, /,
  },
  'level 9 in X-DH-Compat': {
    changes: { control: SOUND.control.replace(level(13), 'X-DH-Compat: 9\n') },
    at: 'control:6',
    message: /^X-DH-Compat asks for debhelper level 9, /,
  },
  'level 9 by an exported variable': {
    changes: { rules: `#!/usr/bin/make -f\nexport DH_COMPAT := 9 # old\n${DH}` },
    at: 'rules:2',
    message: /^DH_COMPAT asks for debhelper level 9, /,
  },
  'level 9 by a variable that is exported later': {
    changes: { rules: `DH_COMPAT=9\n${DH}\nexport DH_COMPAT\n` },
    at: 'rules:1',
    message: /level 9/,
  },
  'level 9 by a variable that everything is exported with': {
    changes: { rules: `DH_COMPAT=9\nexport\n${DH}` },
    at: 'rules:1',
    message: /level 9/,
  },
  'level 8 for one target': {
    changes: { rules: `${DH}\nbinary-arch: export DH_COMPAT=8\n` },
    at: 'rules:5',
    message: /level 8/,
  },
  'level 9 in the command': {
    changes: { rules: DH.replace('dh $@', 'export DH_COMPAT="9"; dh $@') },
    at: 'rules:3',
    message: /level 9/,
  },
  'level 9 on some architecture': {
    changes: {
      rules: `export DH_COMPAT=13\nifeq ($(DEB_HOST_ARCH),i386)\nexport DH_COMPAT=9\nendif\n${DH}`,
    },
    at: 'rules:3',
    message: /level 9/,
  },
  'level 9 in the environment': {
    changes: {},
    environment: '9',
    at: 'environment:0',
    message: /^DH_COMPAT asks for debhelper level 9, /,
  },
  'a level that make would have to tell': {
    changes: { rules: `export DH_COMPAT=$(LEVEL)\n${DH}` },
    at: 'rules:1',
    message: 'DH_COMPAT gives the debhelper level as `$(LEVEL)`',
  },
  'a level that debhelper does not understand': {
    changes: { control: SOUND.control.replace('(= 13)', '(>= 13)') },
    at: 'control:6',
    message: 'debhelper-compat gives the debhelper level as `debhelper-compat (>= 13)`',
  },
  'a level with a build profile': {
    changes: { control: SOUND.control.replace('(= 13)', '(= 13) <!nocheck>') },
    at: 'control:6',
    message: /^debhelper refuses `debhelper-compat \(= 13\) <!nocheck>`/,
  },
  'a level with an alternative': {
    changes: { control: SOUND.control.replace('(= 13)', '(= 13) | debhelper (>= 13)') },
    at: 'control:6',
    message: /has no restriction and no alternative$/,
  },
  'dh told to act on one package': {
    changes: { rules: DH.replace('$@', '$@ -pprog') },
    at: 'rules:3',
    message: '`-pprog` has dh act on some packages only, and the new one is not among them',
  },
  'dh told to act on those of architectures': {
    changes: { rules: DH.replace('$@', '$@ --with systemd --arch') },
    at: 'rules:3',
    message: /^`--arch` has dh act on some packages only/,
  },
  'debhelper told to act on one package': {
    changes: { rules: `${DH}export DH_OPTIONS = -v --package=prog\n` },
    at: 'rules:4',
    message: /^`--package=prog` has dh act on some packages only/,
  },
  'recipes that begin with another sign': {
    changes: { rules: '#!/usr/bin/make -f\n.RECIPEPREFIX = >\n%:\n> dh $@\n' },
    at: 'rules:2',
    message: '.RECIPEPREFIX has recipes begin with something else than a tab',
  },
  'two levels': {
    changes: { compat: '13\n' },
    at: 'control:6',
    message: 'a second debhelper level, beside debian/compat: debhelper refuses that',
  },
  'no level': {
    changes: { control: SOUND.control.replace('debhelper-compat (= 13)', 'debhelper (>= 13)') },
    at: 'control:1',
    message: 'no debhelper level is declared',
  },
  cdbs: {
    changes: {
      rules:
        '#!/usr/bin/make -f\ninclude /usr/share/cdbs/1/rules/debhelper.mk\ninclude /usr/share/cdbs/1/class/makefile.mk\n',
    },
    at: 'rules:2',
    message: 'the rules are of cdbs, which has no place for the package’s commands',
  },
  'dh in a comment only': {
    changes: { rules: '#!/usr/bin/make -f\nbinary:\n\t# dh $@\n\tdh_gencontrol\n' },
    at: 'rules:1',
    message: 'the rules do not call `dh $@`',
  },
  'packages of all architectures that are not made': {
    changes: { rules: `${DH}\nbinary-indep:\n` },
    at: 'rules:5',
    message: '`binary-indep` does not call dh, so nothing of the new package is made there',
  },
  'a build of its own': {
    changes: { rules: `${DH}\nbuild: stamp\nstamp:\n\tmake\n` },
    at: 'rules:5',
    message: '`build` does not call dh, so nothing of the new package is made there',
  },
  'a hook of two colons': {
    changes: { rules: `${DH}\nexecute_after_dh_install::\n\ttrue\n` },
    at: 'rules:5',
    message: '`execute_after_dh_install::` has two colons, so make lets nobody add to it',
  },
  'rules that go on': {
    changes: { rules: `${DH.trimEnd()} \\\n` },
    at: 'rules:3',
    message: 'the last line wants to be continued',
  },
  'one package whose override leaves the place to dh': {
    changes: {
      control: ONE,
      rules: `${DH}\noverride_dh_auto_install-arch:\n\ttrue\n\tdh_auto_install -- X=1\n`,
    },
    present: ['prog.install'],
    at: 'rules:7',
    message:
      '`dh_auto_install` installs into debian/prog as long as that is the only package, and into debian/tmp beside a second one',
  },
  'the add-on for one package': {
    changes: {
      control: ONE.replace(level(13), `${level(14).trimEnd()}, dh-sequence-single-binary\n`),
    },
    at: 'control:6',
    message: 'the add-on single-binary allows no second package',
  },
  'the add-on for one package, asked for in the rules': {
    changes: { control: ONE, rules: DH.replace('$@', '$@ --with=python3,single-binary') },
    at: 'rules:3',
    message: 'the add-on single-binary allows no second package',
  },
  'a file that debhelper would take for the new package': {
    changes: {},
    present: ['rustnet-selinux.tmpfiles'],
    at: 'control:1',
    message:
      'beside it stands rustnet-selinux.tmpfiles, which debhelper would install for the new package',
  },
  'a control file that is made from another': {
    changes: {},
    present: ['control.in'],
    at: 'control:1',
    message: 'it is made from control.in, which would undo what is put in here',
  },
};

test.each(Object.entries(REFUSED))('refused: %s', (_, refused) => {
  let refusal: unknown;
  try {
    const files = { ...SOUND, ...refused.changes };
    withDebianHooks(files, rustnet, refused.present ?? [], refused.environment);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DebianRefusal);
  const { message, line, file, hint } = refusal as DebianRefusal;
  expect(`${file}:${line}`).toBe(refused.at);
  expect(message).toMatch(refused.message);
  // Nothing is written by a refusal, so a hint names no file that would be.
  expect(hint).not.toMatch(/generated|rustnet-selinux\.(mk|post|pre)/);
});

test.each<[string, Partial<DebianFiles>, string | undefined]>([
  ['an environment over a lower level', { compat: '9', control: ONE.replace(level(13), '') }, '13'],
  ['an empty DH_COMPAT', { rules: `export DH_COMPAT=\n${DH}` }, ''],
  ['a variable that stays in make', { rules: `DH_COMPAT=9\n${DH}` }, undefined],
  ['a default that the environment goes before', { rules: `export DH_COMPAT ?= 9\n${DH}` }, '12'],
  ['a later value', { rules: `export DH_COMPAT = 9\nexport DH_COMPAT = 12\n${DH}` }, undefined],
  ['the number in a comment', { rules: `# export DH_COMPAT=9\n${DH}` }, undefined],
  [
    'a package whose name begins so',
    { control: SOUND.control.replace('(= 13)', '(= 13), debhelper-compat-x (= 9)') },
    undefined,
  ],
])('a level that holds: %s', (_, changes, environment) => {
  const edited = withDebianHooks({ ...SOUND, ...changes }, rustnet, [], environment);
  expect(edited.control).toContain('Package: rustnet-selinux');
});
