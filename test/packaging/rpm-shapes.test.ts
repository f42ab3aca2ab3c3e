import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import {
  PackagingRefusal,
  packageSources,
  withoutRpmHooks,
  withRpmHooks,
} from '../../src/packaging/index.ts';
import { askRpm, buildRpms, expandSpec } from '../support/build-package.ts';

let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-rpm-shapes-'));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

const tags = (more = ''): string =>
  `%bcond_without daemon\n%bcond_with extra\nName: prog\nVersion: 1\nRelease: 1\nSummary: A program\nLicense: MIT\n${more}\n`;
const TEXT = '%description\nIt does.\n\n';
const DAEMON = '%package daemon\nSummary: A daemon\n\n%description daemon\nIt waits.\n\n';
const PREP = '%prep\n%setup -q -c -T\ncp -pr %{_sourcedir}/selinux .\n\n';
const install = (...paths: string[]): string =>
  `%install\n${paths.map((path) => `install -D -m 0755 /bin/true %{buildroot}${path}\n`).join('')}\n`;
const BOTH = install('/usr/bin/prog', '/usr/sbin/progd');
const BUILD = '%build\ntrue\n\n';
const LOG = '%changelog\n* Tue Nov 24 2026 A Person <a@example.org> - 1-1\n- New\n';

/** Specs, each to be built with these further definitions. */
const SHAPES: Readonly<Record<string, { spec: string; defines?: readonly string[][] }>> = {
  'the last %files in a conditional, scriptlets above it': {
    spec: `${tags()}${TEXT}%files\n/usr/bin/prog\n\n%if %{with daemon}\n${DAEMON}%postun daemon\n:\n\n%files daemon\n/usr/sbin/progd\n%endif\n\n${PREP}${BUILD}${BOTH}%if %{without daemon}\nrm %{buildroot}/usr/sbin/progd\n%endif\n\n${LOG}`,
    defines: [[], ['_without_daemon 1']],
  },
  'the last %files in a conditional, scriptlets below it and at the end': {
    spec: `${tags()}${TEXT}%if %{with daemon}\n${DAEMON}%endif\n${PREP}${BUILD}${BOTH}%post\n/sbin/ldconfig\n\n%files\n/usr/bin/prog\n%if %{without daemon}\n/usr/sbin/progd\n%endif\n\n%if %{with daemon}\n%files daemon\n/usr/sbin/progd\n\n%post daemon\n:\n%endif\n\n${LOG}`,
    defines: [[], ['_without_daemon 1']],
  },
  'both branches of a condition end in scriptlets, and the spec there': {
    spec: `${tags()}${TEXT}${PREP}${BUILD}${BOTH}${LOG}\n%if %{with daemon}\n%files\n/usr/bin/prog\n/usr/sbin/progd\n%post -p /bin/true\n%else\n%files\n/usr/bin/prog\n/usr/sbin/progd\n%preun\n:\n%endif`,
    defines: [[], ['_without_daemon 1']],
  },
  'both branches end in files, after a scriptlet, with %elif': {
    spec: `${tags()}${TEXT}${PREP}${BUILD}${BOTH}%pre -p <lua>\nprint("# %files")\n%if %{with extra}\n%files\n/usr/bin/prog\n/usr/sbin/progd\n%elif %{with daemon}\n%files\n/usr/*/prog*\n%else\n%files\n%{_bindir}/*\n%{_sbindir}/*\n%endif\n${LOG}`,
    defines: [[], ['_with_extra 1'], ['_without_daemon 1']],
  },
  'conditionals in conditionals around %files and %post': {
    spec: `${tags()}${TEXT}${DAEMON}${PREP}${BUILD}${BOTH}%files\n/usr/bin/prog\n%if %{with daemon}\n%ifarch noarch riscv64\n%post daemon\necho other\n%else\n%if 0%{?fedora}\n%post daemon\necho fedora\n%endif\n%files daemon\n/usr/sbin/progd\n%endif\n%endif\n`,
  },
  'names with -n, lists with -f, macros, attributes': {
    spec: `${tags('%global libname lib%{name}1')}${TEXT}%package -n %{libname}\nSummary: A library\n%description -n %{libname}\nIt helps.\n${PREP}${BUILD}${BOTH}echo /usr/sbin/progd > list\n\n%post -n %{libname} -p /sbin/ldconfig\n%postun -n %{libname} -p /sbin/ldconfig\n\n%files\n%defattr(-,root,root)\n%attr(0750,root,root) %{_bindir}/prog\n\n%files -n %{libname} -f list\n%dir /usr/sbin\n`,
  },
  'triggers and file triggers last, in lua and without a body': {
    spec: `${tags()}${TEXT}${PREP}${BUILD}${BOTH}%files\n/usr/bin/prog\n/usr/sbin/progd\n\n%pretrans -p <lua>\nposix.stat("/usr")\n\n%triggerin -- bash\n:\n\n%transfiletriggerin -- /usr/share/prog\n:\n\n%posttrans -p /bin/true`,
  },
  'lines that only look like sections': {
    spec: `${tags('# %description\n#%package selinux\n%dnl %files')}${TEXT}# %files of the main package\n  # %post\n%dnl %prep\n${PREP}%build\ncat > text <<'EOF'\n %files\n %%post\n# >>> prog build: no mark\nEOF\n${BOTH}# %changelog\n\n%files\n# %post\n/usr/bin/prog\n/usr/sbin/progd\n#%endif\n# The end.`,
  },
  '%files before everything else, scriptlets after it, no %build': {
    spec: `${tags()}%files\n/usr/bin/prog\n\n%post\n:\n\n${TEXT}${PREP}${install('/usr/bin/prog')}%preun\n:\n`,
  },
  'a section that a macro brings, if it is defined': {
    spec: `${tags()}${TEXT}%{?with_daemon:\n${DAEMON}}\n${PREP}${BUILD}${BOTH}%{!?with_daemon:rm %{buildroot}/usr/sbin/progd}\n%files\n/usr/bin/prog\n\n%{?with_daemon:\n%files daemon\n/usr/sbin/progd\n}\n`,
    defines: [[], ['_without_daemon 1']],
  },
  'the only %files in a macro of one line, in one within another, of the spec, or of lua': {
    spec: `%define listed() %files %*\n${tags()}${TEXT}${DAEMON}%package a\nSummary: A\n%description a\nA.\n%package b\nSummary: B\n%description b\nB.\n${PREP}${BUILD}${BOTH}%{!?nothing:%files}\n/usr/bin/prog\n%{?with_daemon:%{!?nothing:%files daemon}}\n/usr/sbin/progd\n%listed a\n%{lua:print("%files b\\n")}\n`,
  },
  'sections in macros of one line, there or not': {
    spec: `${tags()}${TEXT}%{?with_daemon:%package daemon}\n%{?with_daemon:Summary: A daemon}\n%{?with_daemon:%description daemon}\n%{?with_daemon:It waits.}\n\n${PREP}${BUILD}${BOTH}%{!?with_daemon:rm %{buildroot}/usr/sbin/progd}\n%{?with_daemon:%post daemon -p /bin/true}\n%files\n/usr/bin/prog\n%{?with_daemon:%files daemon}\n%{?with_daemon:/usr/sbin/progd}\n%{?with_daemon:%preun daemon}\n%{?with_daemon:echo bye}\n`,
    defines: [[], ['_without_daemon 1']],
  },
  'a macro of many lines right below %install': {
    spec: `${tags()}${TEXT}%if %{with daemon}\n${DAEMON}%endif\n${PREP}${BUILD}${BOTH}%{!?with_daemon:rm %{buildroot}/usr/sbin/progd}\n%{?with_daemon:\n%files daemon\n/usr/sbin/progd\n}\n%files\n/usr/bin/prog\n`,
    defines: [[], ['_without_daemon 1']],
  },
  'a distribution’s macro that brings scriptlets, or nothing': {
    spec: `${tags()}${TEXT}${PREP}${BUILD}${BOTH}%ldconfig_scriptlets\n\n%files\n/usr/*/prog*\n`,
    defines: [['ldconfig_scriptlets %post -p /bin/true'], ['ldconfig_scriptlets %{nil}']],
  },
  'a macro of one line in a conditional, and %check in one': {
    spec: `${tags()}${TEXT}%if %{with daemon}\n${DAEMON}%endif\n${PREP}${BUILD}${BOTH}%if %{without daemon}\nrm %{buildroot}/usr/sbin/progd\n%endif\n%{!?_without_check:%check}\n%{!?_without_check:true}\n%if %{with daemon}\n%{!?nothing:%files daemon}\n/usr/sbin/progd\n%endif\n%files\n/usr/bin/prog\n`,
    defines: [[], ['_without_daemon 1'], ['_without_check 1']],
  },
  'tags in conditionals, the last of them in a subpackage': {
    spec: `${tags('%if 0%{?fedora}\nBuildRequires: coreutils\nRequires: bash\n%else\nBuildRequires: other\nRequires(pre): other\n%endif')}${TEXT}%if %{with daemon}\n%package daemon\nSummary: A daemon\nBuildRequires: bash\nRequires: %{name} = %{version}\n%description daemon\nIt waits.\n%endif\n${PREP}${BUILD}${BOTH}%files\n/usr/bin/prog\n%files daemon\n/usr/sbin/progd\n`,
  },
  'a %check and a %clean, %files that go on after a conditional': {
    spec: `${tags()}${TEXT}${PREP}${BUILD}${BOTH}%check\ntest -x %{buildroot}/usr/bin/prog\n%clean\nrm -rf %{buildroot}\n%files\n%if %{with daemon}\n/usr/sbin/progd\n%else\n%exclude /usr/sbin/progd\n%endif\n/usr/bin/prog\n%verifyscript\n:\n${LOG}`,
    defines: [[], ['_without_daemon 1']],
  },
};

/** Builds a spec; what each package but ours says of itself, and the files of ours. */
async function built(name: string, spec: string, defines: readonly string[]) {
  const directory = join(work, name);
  mkdirSync(join(directory, 'selinux'), { recursive: true });
  for (const source of packageSources(rustnet))
    writeFileSync(join(directory, 'selinux', source.name), source.text);
  writeFileSync(join(directory, 'prog.spec'), spec);
  const rpms = await buildRpms(join(directory, 'prog.spec'), {
    fedora: 42,
    defines,
    work: directory,
  });
  const packages: Record<string, string[]> = {};
  const questions = ['-l', '--requires', '--scripts', '--triggers', '--filetriggers'];
  for (const rpm of rpms) {
    const [own] = await askRpm(rpm, '--qf', '%{NAME}\n');
    packages[own!] = await askRpm(rpm, ...questions, '--qf', '%{DESCRIPTION}\n');
  }
  return packages;
}

describe('a program’s packages get a dependency and nothing else, and the new one is the same', () => {
  let first: string[] | undefined;

  test.each(Object.entries(SHAPES).map(([name, shape], i) => [name, shape, i] as const))(
    '%s',
    async (_, { spec, defines = [[]] }, i) => {
      const edited = withRpmHooks(spec, rustnet);
      expect(withRpmHooks(edited, rustnet)).toBe(edited);
      expect(withoutRpmHooks(edited, rustnet)).toBe(spec);
      for (const [k, more] of defines.entries()) {
        const plain = await built(`${i}-${k}-before`, spec, more);
        const { 'rustnet-selinux': own, ...others } = await built(`${i}-${k}-after`, edited, more);
        const main = others.prog!.filter((line) => !/RichDependencies|rustnet-selinux/.test(line));
        expect(others.prog!.length).toBe(main.length + 2);
        expect({ ...others, prog: main }).toEqual(plain);
        expect(own).toContain('/usr/share/selinux/packages/targeted/rustnet.pp.bz2');
        first ??= own;
        expect(own).toEqual(first);
      }
    },
  );

  test.each(Object.entries(SHAPES))('elsewhere it is the same spec: %s', async (_, { spec }) => {
    const path = join(work, 'elsewhere.spec');
    const lines = async (text: string): Promise<string[]> => {
      writeFileSync(path, text);
      return (await expandSpec(path, ['rhel 9']))
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^# (>>>|<<<) rustnet/.test(line));
    };
    expect(await lines(withRpmHooks(spec, rustnet))).toEqual(await lines(spec));
    const crlf = spec.replaceAll('\n', '\r\n');
    expect(withoutRpmHooks(withRpmHooks(crlf, rustnet), rustnet)).toBe(crlf);
  });
});

test.each(['build', 'install'])(
  'a %%%s that a macro may bring is refused with the line',
  (name) => {
    const hidden = `%{!?nothing:%${name}}`;
    const spec = `${tags()}${TEXT}${PREP}${BUILD}${BOTH}%files\n`.replace(`%${name}`, hidden);
    expect(() => withRpmHooks(spec, rustnet)).toThrow(
      `the spec has no %${name} in the open, and this line may bring one`,
    );
  },
);

test('text of a section that would come into ours is refused with the line', () => {
  const spec = `${tags()}${TEXT}%if 1\nMore text.\n${PREP}%endif\n${BUILD}${BOTH}%files\n`;
  let refusal: unknown;
  try {
    withRpmHooks(spec, rustnet);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(PackagingRefusal);
  const { message: said, line: at } = refusal as PackagingRefusal;
  expect(spec.split('\n')[at - 1]).toBe('More text.');
  expect(said).toBe('`More text.` would become part of a section of the new package');
});
