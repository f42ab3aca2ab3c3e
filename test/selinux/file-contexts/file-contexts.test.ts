import { describe, expect, test } from 'vitest';
import {
  entriesOfType,
  type FileContexts,
  FileContextsError,
  labelOf,
  labelsBelow,
  labelsMatching,
  readFileContexts,
} from '../../../src/selinux/file-contexts/index.ts';
import type { FileKind } from '../../../src/selinux/words/index.ts';

/** `PATTERN [KIND] TYPE` per line, as file_contexts has it with a whole context. */
function contexts(
  base: string,
  others: { homes?: string; local?: string; subs?: string } = {},
): FileContexts {
  const file = (name: string, text: string | undefined) =>
    text === undefined ? undefined : { name, text };
  return readFileContexts({
    base: { name: 'fc', text: whole(base) },
    homeDirectories: file('fc.homedirs', others.homes && whole(others.homes)),
    local: file('fc.local', others.local && whole(others.local)),
    distributionSubstitutions: file('fc.subs_dist', others.subs),
  });
}

function whole(text: string): string {
  return text.replace(/(?<= )(\w+_t)$/gm, 'system_u:object_r:$1:s0');
}

function typeOf(fc: FileContexts, path: string, kind?: FileKind): string {
  const { outcome, context } = labelOf(fc, path, kind);
  return context?.type ?? outcome;
}

describe('the label of a path', () => {
  test('the last regular expression that matches wins, and the answer says what it beat', () => {
    const fc = contexts('/.* default_t\n/etc(/.*)? etc_t\n/etc/shadow.* -- shadow_t\n');
    const label = labelOf(fc, '/etc/shadow-', 'file');
    expect(label.winner).toMatchObject({ pattern: '/etc/shadow.*', file: 'fc', line: 3 });
    expect(label.beaten.map(({ line }) => line)).toEqual([2, 1]);
    expect(typeOf(fc, '/etc/shadow-', 'dir')).toBe('etc_t');
  });

  test('a path without special characters wins over every regular expression, wherever it stands', () => {
    const fc = contexts('/usr/bin/su -- su_exec_t\n/usr/bin/\\[ test_t\n/usr/.* usr_t\n');
    expect(typeOf(fc, '/usr/bin/su', 'file')).toBe('su_exec_t');
    expect(typeOf(fc, '/usr/bin/su', 'dir')).toBe('usr_t');
    expect(typeOf(fc, '/usr/bin/[', 'file')).toBe('test_t');
  });

  test('<<none>> below the fixed directories of its entry beats a later entry above them', () => {
    const fc = contexts('/proc/.* <<none>>\n/.*/stat stat_t\n');
    expect(typeOf(fc, '/proc/stat')).toBe('none');
    expect(typeOf(fc, '/sys/stat')).toBe('stat_t');
    expect(typeOf(fc, '/nothing')).toBe('unmatched');
  });

  test('alternatives that are not in parentheses are anchored on one side only, as PCRE has it', () => {
    const fc = contexts('/a|/b any_t\n');
    expect(typeOf(fc, '/a/further')).toBe('any_t');
    expect(typeOf(fc, '/further/b')).toBe('any_t');
    expect(typeOf(fc, '/c')).toBe('unmatched');
  });

  test('substitutions apply once each, and say so', () => {
    const fc = contexts('/run/lock(/.*)? lock_t\n/run(/.*)? run_t\n', {
      subs: '# aliases\n/var/run /run\n/bin /usr/bin\n',
    });
    expect(labelOf(fc, '//var/run//x/')).toMatchObject({
      lookedUp: '/run/x',
      substitutions: [{ from: '/var/run', to: '/run', file: 'fc.subs_dist', line: 2 }],
    });
    expect(labelOf(fc, '/var/runner').substitutions).toEqual([]);
  });

  test('home directories and local entries come after the base, with their own lines', () => {
    const fc = contexts('/.* default_t\n', {
      homes: '/home/[^/]+/.+ user_home_t\n',
      local: '/home/[^/]+/shared(/.*)? shared_t\n',
    });
    expect(labelOf(fc, '/home/x/shared/y').winner).toMatchObject({ file: 'fc.local', line: 1 });
    expect(labelOf(fc, '/home/x/y').winner).toMatchObject({ file: 'fc.homedirs', line: 1 });
  });

  test('a pattern that would take exponential time is answered at once', () => {
    const fc = contexts('/(a*)*b evil_t\n/(x+x+)+y evil_t\n/.*.*.*.*.*.*.*.*=.*q evil_t\n');
    const started = performance.now();
    expect(typeOf(fc, `/${'a'.repeat(5000)}`)).toBe('unmatched');
    expect(typeOf(fc, `/${'x'.repeat(5000)}`)).toBe('unmatched');
    expect(typeOf(fc, `/${'xx'.repeat(50)}y`)).toBe('evil_t');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('a line that is wrong is refused with its place', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['/a x_t\n/lonely\n', 2, /a pattern without a context/],
    ['# fine\n\n/a -x x_t\n', 3, /`-x` is no kind of file/],
    ['/a -- noise\n', 1, /`noise` is no context/],
    ['/ä x_t\n', 1, /not printable ASCII/],
    [`/${'a'.repeat(70_000)} x_t\n`, 1, /65535 characters or more/],
  ];
  test.each(cases)('%j', (text, line, problem) => {
    expect(() => contexts(text)).toThrow(problem);
    try {
      contexts(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FileContextsError);
      expect(error).toMatchObject({ file: 'fc', line });
    }
  });

  test.each(['/a(b', '/a[b', '/a**', '/a{3,1}', '/(?<n>x)', '/a++', '/\\1', '/[[:nope:]]'])(
    'a regular expression that cannot be read: %s',
    (pattern) => {
      const fc = contexts(`/ok ok_t\n${pattern} x_t\n`);
      expect(typeOf(fc, '/ok')).toBe('ok_t');
      expect(() => labelOf(fc, '/other')).toThrow(/`fc`, line 2: .* is not a regular expression/);
    },
  );
});

describe('the labels of many paths', () => {
  const fc = contexts(
    `/.* default_t
/etc(/.*)? etc_t
/etc/.*\\.key key_t
/etc/shadow shadow_t
/home/[^/]+ -d home_dir_t
/home/[^/]+/.* user_home_t
/home/[^/]+/\\.ssh(/.*)? ssh_home_t
/proc/.* <<none>>
/run(/.*)? run_t
`,
    { subs: '/var/run /run\n' },
  );
  const below = (path: string, kind?: FileKind): string[] =>
    [...labelsBelow(fc, path, kind).types.keys()].sort();

  test('are those of the entries that can win there', () => {
    expect(below('/etc')).toEqual(['etc_t', 'key_t', 'shadow_t']);
    expect(below('/etc/ssl')).toEqual(['etc_t', 'key_t']);
    expect(below('/home/x/.ssh')).toEqual(['ssh_home_t']);
    expect(below('/home/x/.sshd')).toEqual(['user_home_t']);
    expect(below('/srv')).toEqual(['default_t']);
  });

  test('count what substitutions lead to', () => {
    expect(below('/var/run/x')).toEqual(['run_t']);
    expect(below('/var')).toEqual(['default_t', 'run_t']);
  });

  test('say where a file keeps its label, and where nothing matches', () => {
    expect(labelsBelow(fc, '/proc/1').keepsLabel).toMatchObject([{ pattern: '/proc/.*' }]);
    expect(labelsBelow(contexts('/etc/.* etc_t\n'), '/etc').unmatched).toBe(true);
    expect(labelsBelow(contexts('/etc(/.*)? etc_t\n'), '/etc').unmatched).toBe(false);
  });

  test('can be asked for a pattern', () => {
    const types = (pattern: string): string[] =>
      [...labelsMatching(fc, pattern).types.keys()].sort();
    expect(types('/etc/[a-z]+')).toEqual(['etc_t', 'shadow_t']);
    expect(types('/etc/[a-z.]+')).toEqual(['etc_t', 'key_t', 'shadow_t']);
  });

  test('no path below has a type that is not among them', () => {
    // Soundness, tried on many paths: whatever label a path gets, its tree's labels have it.
    const names = ['etc', 'shadow', 'a.key', 'home', 'x', '.ssh', 'run', 'var', 'proc', 'ssl'];
    for (let i = 0; i < 3000; i++) {
      const parts = [i % 10, (i * 7) % 10, (i * 13 + 3) % 10, (i * 29) % 10].map((n) => names[n]!);
      const path = `/${parts.slice(0, 1 + (i % 4)).join('/')}`;
      const tree = `/${parts.slice(0, i % 3).join('/')}`;
      if (path !== tree && !path.startsWith(tree === '/' ? '/' : `${tree}/`)) continue;
      const label = labelOf(fc, path);
      if (label.context) expect(below(tree), `${path} in ${tree}`).toContain(label.context.type);
    }
  });

  test('a type’s entries come with a path that gets it', () => {
    expect(entriesOfType(fc, 'key_t')).toMatchObject([
      { entry: { line: 3 }, example: '/etc/.key' },
    ]);
    const shadowed = contexts('/a/b x_t\n/a/.* y_t\n/a/. x_t\n/a/.* y_t\n');
    expect(entriesOfType(shadowed, 'x_t').map(({ example }) => example)).toEqual([
      '/a/b',
      undefined,
    ]);
  });
});
