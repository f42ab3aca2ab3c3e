import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { PackagingRefusal, withoutRpmHooks, withRpmHooks } from '../../src/packaging/index.ts';

const PROGRAM = readFileSync(join(import.meta.dirname, 'rpm', 'program.spec'), 'utf8');
const CHECKS = { numRuns: 150, seed: 20261124 };

/** Each topic with the line above its block and the line below. */
function places(spec: string): string[] {
  const lines = withRpmHooks(spec, rustnet)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.flatMap((line, i) => {
    const topic = /^# >>> rustnet-selinux ([\w-]+)/.exec(line)?.[1];
    if (topic === undefined) return [];
    const end = lines.findIndex((other, k) => k > i && other === `# <<< rustnet-selinux ${topic}`);
    return [`${topic}: ${lines[i - 1]} … ${lines[end + 1] ?? 'the end'}`];
  });
}

describe('blocks stand at the right places', () => {
  test('of a spec with conditionals, macros and several subpackages', () => {
    expect(places(PROGRAM)).toEqual([
      'build-requires: %endif … %if 0%{?suse_version}',
      'requires: %endif … # Of no use to anybody: café.',
      'package: Pages about %{name}. … %prep',
      "build: %endif … # The next section's comment.",
      'install: %endif … %check',
      'files: %doc %{_docdir}/rustnet/page … %post',
    ]);
  });

  test.each([
    [
      'without %build',
      'Name: p\n%description\nText\n%prep\ntrue\n%install\ntrue\n%files\n',
      ['build-section: true … %install', 'install: true … %files'],
    ],
    [
      'without %build and %install',
      'Name: p\n%description\nText\n%files\n%changelog\n',
      [
        'package: Text … # >>> rustnet-selinux build-section: confine keeps this block, and removes it with --remove',
        'files: %files … %changelog',
      ],
    ],
    [
      'without anything below the tags',
      'Name: p\nVersion: 1',
      [
        'build-requires: Version: 1 … # >>> rustnet-selinux requires: confine keeps this block, and removes it with --remove',
        'files: # <<< rustnet-selinux install-section … the end',
      ],
    ],
    [
      'with its %description in a conditional',
      'Name: p\nRequires: q\n%if 1\n%description\nText\n%else\n%description\nOther\n%endif\n%build\n%install\n%files\n',
      ['requires: # <<< rustnet-selinux build-requires … %if 1', 'package: %endif … %build'],
    ],
    [
      'with tags in a conditional that goes on into the sections',
      'Name: p\n%if 1\nRequires: q\n%description\nText\n%endif\n%build\n%install\n%files\n',
      ['requires: # <<< rustnet-selinux build-requires … %if 1'],
    ],
    [
      'with %files of a condition last',
      'Name: p\n%description\nText\n%build\n%install\n%files\n/a\n%if 1\n%files b\n/b\n%endif\n%changelog\n',
      ['files: %endif … %changelog'],
    ],
  ])('of a spec %s', (_, spec, expected) => {
    const found = places(spec);
    for (const line of expected) expect(found).toContain(line);
  });

  test('a declarative build system keeps its sections: ours are appended', () => {
    const spec = 'Name: p\nBuildSystem: cargo\n%description\nText\n%files\n';
    expect(withRpmHooks(spec, rustnet)).toContain(
      '%if 0%{?fedora} >= 42 || 0%{?suse_version} >= 1600\n%build -a\n',
    );
  });
});

test('every block is conditional on the distribution and balanced by itself', () => {
  const blocks = withRpmHooks(PROGRAM, rustnet).matchAll(
    /^# >>> rustnet-selinux ([\w-]+).*\n([\s\S]*?)^# <<< rustnet-selinux \1$/gm,
  );
  const bodies = [...blocks].map((match) => match[2]!);
  expect(bodies).toHaveLength(6);
  for (const body of bodies) {
    expect(body).toMatch(
      /^%if 0%\{\?fedora\} >= 42 \|\| 0%\{\?suse_version\} >= 1600\n[\s\S]*\n%endif\n$/,
    );
    // No %endif but the last closes the first %if.
    const depths: number[] = [];
    for (const [word] of body.matchAll(/^%(if|endif)\b/gm))
      depths.push((depths.at(-1) ?? 0) + (word === '%if' ? 1 : -1));
    expect(depths.indexOf(0)).toBe(depths.length - 1);
  }
});

test('CRLF stays CRLF', () => {
  const spec = PROGRAM.replaceAll('\n', '\r\n');
  const edited = withRpmHooks(spec, rustnet);
  expect(edited.replaceAll('\r\n', '')).not.toContain('\n');
  expect(edited.replaceAll('\r\n', '\n')).toBe(withRpmHooks(PROGRAM, rustnet));
  expect(withoutRpmHooks(edited, rustnet)).toBe(spec);
});

describe('a spec that is not understood is refused with the line', () => {
  const base = 'Name: p\n%description\nText\n';
  test.each<[string, number, string]>([
    [
      'Version: 1\n%description\n',
      1,
      'this is no spec file: it has no `Name:` before its first section',
    ],
    ['', 1, 'this is no spec file: it has no `Name:` before its first section'],
    [`${base}%endif\n`, 4, '`%endif` without `%if`'],
    [`${base}%if 0%{?suse_version}\n%build\n`, 4, '`%if 0%{?suse_version}` has no `%endif`'],
    [
      `%global x %{expand:\n${base}%build\n%install\n%files\n`,
      1,
      'a macro starts here and does not end',
    ],
    [
      `${base}%if 0%{?suse_version}\n%build\n%endif\n%install\n%files\n`,
      5,
      '%build stands inside `%if 0%{?suse_version}`',
    ],
    [
      `${base}%if 1\n%build\n%else\n%build\n%endif\n%install\n%files\n`,
      7,
      'a second %build: which of them is built depends on conditions',
    ],
    [
      `${base}%include other.inc\n%files\n`,
      4,
      'the spec has no %install in the open, and this line may bring one',
    ],
    [
      `${base}%{lua:\n%install\n}\n%files\n`,
      5,
      'the spec has no %install in the open, and this line may bring one',
    ],
    [
      `${base}%build\nmake \\\n%install\n%files\n`,
      5,
      '%build ends in a line that wants to be continued',
    ],
    [
      `${base}%pre\ntrue\n%install\n%files\n`,
      4,
      '`%pre` stands where a section of the new package belongs',
    ],
    [
      `${base}%package -n rustnet-selinux\n%build\n%install\n%files\n`,
      4,
      'the spec has a package rustnet-selinux of its own',
    ],
    [
      'Name: %{crate}\n%description\n%package selinux\n%files\n',
      3,
      'the spec has a package rustnet-selinux of its own',
    ],
    [
      `${base}# >>> rustnet-selinux build: kept\n%build\n`,
      4,
      'the block `build` of rustnet-selinux has no end',
    ],
    [`${base}# <<< rustnet-selinux build\n`, 4, 'the marks of rustnet-selinux are in disorder'],
  ])('%j', (spec, line, message) => {
    let refusal: unknown;
    try {
      withRpmHooks(spec, rustnet);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PackagingRefusal);
    const { message: said, line: at, hint } = refusal as PackagingRefusal;
    expect([said, at]).toEqual([message, line]);
    expect(hint).not.toBe('');
  });

  test('a package `selinux` of another program is none of our business', () => {
    const spec = 'Name: other\n%description\n%package selinux\n%build\n%install\n%files\n';
    expect(withRpmHooks(spec, rustnet)).toContain('%package -n rustnet-selinux');
  });
});

/** Lines of which specs are made, in any order and number: most results are nonsense, and all must come back to the byte. */
const LINES = [
  ...['Name: p', 'Version: 1', 'Release: %autorelease', 'BuildRequires: make', 'Requires: q'],
  ...['%description', '%description doc', '%package doc', '%prep', '%build', '%install', '%check'],
  ...['%files', '%files doc', '%post', '%post -p <lua>', '%changelog', '%autochangelog'],
  ...['%if 0%{?suse_version}', '%else', '%endif', '%define m() \\', '%global g %{expand:', '}'],
  ...['# a comment', '#%if', '', '  ', 'make \\', 'text', '/usr/bin/p', '%include x', 'é'],
  ...['# >>> other-selinux build: kept', '# <<< other-selinux build'],
];

/** A spec that is mostly right: sections in order, each with lines that do not open anything. */
const soundSpec = fc
  .tuple(
    fc.array(fc.constantFrom('BuildRequires: make', 'Requires: q', '# c', '', 'Summary: s')),
    fc.subarray([
      '%package doc',
      '%description',
      '%prep',
      '%build',
      '%install',
      '%files',
      '%changelog',
    ]),
    fc.array(fc.constantFrom('text', '', '# c', '%if 1\ntext\n%endif', '%if 1\n%endif\n'), {
      minLength: 7,
      maxLength: 7,
    }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([tags, sections, bodies, end, ended]) => {
    const text = ['Name: p', ...tags, ...sections.flatMap((s, i) => [s, bodies[i]!])].join('\n');
    return (ended ? `${text}\n` : text).replaceAll('\n', end);
  });

const anySpec = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom('\n', '\n', '\r\n')), {
      maxLength: 30,
    }),
    fc.constantFrom('', ...LINES),
  )
  .map(([lines, last]) => lines.map(([text, end]) => text + end).join('') + last);

test('what is put in comes out: the original bytes', () => {
  fc.assert(
    fc.property(soundSpec, (spec) => {
      const edited = withRpmHooks(spec, rustnet);
      expect(edited).not.toBe(spec);
      expect(withoutRpmHooks(edited, rustnet)).toBe(spec);
      expect(withRpmHooks(edited, rustnet)).toBe(edited);
    }),
    CHECKS,
  );
});

test('whatever the lines are, they are refused or come back', () => {
  let edits = 0;
  fc.assert(
    fc.property(anySpec, (spec) => {
      expect(withoutRpmHooks(spec, rustnet)).toBe(spec);
      let edited: string;
      try {
        edited = withRpmHooks(`Name: p\n${spec}`, rustnet);
      } catch (error) {
        expect(error).toBeInstanceOf(PackagingRefusal);
        return;
      }
      edits++;
      expect(withoutRpmHooks(edited, rustnet)).toBe(`Name: p\n${spec}`);
      expect(withRpmHooks(edited, rustnet)).toBe(edited);
    }),
    { ...CHECKS, numRuns: 1000 },
  );
  expect(edits).toBeGreaterThan(50);
});
