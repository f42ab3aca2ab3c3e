import { mkdirSync, mkdtempSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { labSummary } from '../../src/cli/commands/lab.ts';
import { fitted, plain, width } from '../../src/text/index.ts';
import { sampleReport } from '../report/sample-report.ts';
import { linkedPolicy, linkedWith } from '../support/linked-policy.ts';
import { runCli } from '../support/run-cli.ts';
import { runInTerminal } from '../support/run-in-terminal.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'src/cli/confine.ts');
const WIDTHS = [60, 80, 140];

let first: string;
let policy: string;
let linked: string;

beforeAll(async () => {
  first = mkdtempSync(join(tmpdir(), 'confine-'));
  await runCli(['init', 'lister'], { cwd: first });
  symlinkSync(join(root, 'node_modules'), join(first, 'node_modules'));
  policy = (await linkedPolicy('debian-13')).policy;
  linked = (await linkedWith('debian-13', rustnet)).policy;
});

/** Screens that are kept, byte for byte: test/golden/screens/NAME-WIDTH.txt. `npx vitest run -u` writes them anew. */
const SCREENS: Readonly<Record<string, { argv: () => string[]; code: number; last: RegExp }>> = {
  check: {
    argv: () => ['check', '--target', 'debian-13'],
    code: 0,
    last: /.*confine package rpm profiles\/rustnet --output build\/rpm$/,
  },
  'check-three': {
    argv: () => ['check', '--target', 'debian-12,debian-13,fedora'],
    code: 0,
    last: /.*confine package rpm profiles\/rustnet --output build\/rpm$/,
  },
  prove: {
    argv: () => ['prove', '--policy', linked],
    code: 4,
    last: /^undecided: .*/,
  },
  'prove-unlinked': {
    argv: () => ['prove', '--policy', 'debian-13'],
    code: 4,
    last: /^`confine check profiles\/rustnet` builds .*/,
  },
  review: {
    argv: () => ['review', 'docs/examples/audit.log', '--target', 'debian-13'],
    code: 1,
    last: /^the description must decide about 1 of 5$/,
  },
  help: { argv: () => ['--help'], code: 0, last: /told\.$/ },
  'help-check': { argv: () => ['check', '--help'], code: 0, last: /scripts$/ },
  'help-rules': { argv: () => ['query', 'rules', '--help'], code: 0, last: /data$/ },
};

describe.each(WIDTHS)('in a terminal of %i columns', (columns) => {
  for (const [name, { argv, code, last }] of Object.entries(SCREENS)) {
    test(`${name} is the screen that is kept`, async () => {
      const ran = await runInTerminal(argv(), columns, { cwd: root });
      expect(ran.code).toBe(code);
      expectFits(ran.out, columns, (await runCli(argv(), { cwd: root })).out);
      const lines = ran.out.trimEnd().split('\n');
      expect(lines.slice(-3).join(' ').replace(/\s+/g, ' ')).toMatch(
        new RegExp(last.source.replace(/^\^/, '')),
      );
      await expect(ran.out).toMatchFileSnapshot(`../golden/screens/${name}-${columns}.txt`);
    });
  }

  test('no line of any other verb is wider, and no word is broken that need not be', async () => {
    const runs = [
      ...['init', 'build', 'prove', 'query', 'lab', 'package', 'review', 'cache', 'doctor'].map(
        (verb) => [verb, '--help'],
      ),
      ...['info', 'access', 'transitions', 'flows', 'diff', 'label', 'module', 'types'].map(
        (question) => ['query', question, '--help'],
      ),
      ['doctor', '--for', 'tests'],
      ['build', '--check'],
      ['query', 'info', '--policy', policy],
      ['query', 'rules', '-A', '-s', 'sshd_t', '-c', 'process', '--policy', policy],
      ['query', 'transitions', '-s', 'init_t', '-t', 'sshd_t', '-S', '--policy', policy],
      ['query', 'access', 'sshd_t', 'shadow_t', 'file', '--policy', policy],
    ];
    for (const argv of runs) {
      const { out } = await runInTerminal(argv, columns, { cwd: root });
      expect(out.length, argv.join(' ')).toBeGreaterThan(40);
      expectFits(out, columns, (await runCli(argv, { cwd: root })).out);
    }
  });

  test('what is in the cache, one of it touched by somebody whose clock is ahead', async () => {
    const env = { XDG_CACHE_HOME: cacheOfThree() };
    const { out } = await runInTerminal(['cache'], columns, { cwd: root, env });
    const piped = await execa(process.execPath, [program, 'cache'], { cwd: root, env });
    expectFits(out, columns, piped.stdout);
    expect(out.split('\n').slice(2, 5).map(lastCell)).toEqual(['yesterday', '3 days ago', 'today']);
  });

  test('the end of a lab run', () => {
    const report = sampleReport('a title that says what was done');
    const wide = labSummary(report, plain);
    const text = fitted(labSummary(report, { ...plain, width: columns }), columns);
    expectFits(text, columns, wide);
    expect(text).toMatch(/, in \d+ s on/);
  });
});

test('a first check says, last, that the files were not generated, and the command', async () => {
  const ran = await runInTerminal(['check', 'lister', '--target', 'debian-13'], 100, {
    cwd: first,
  });
  expect(ran.code).toBe(1);
  expect(ran.out.trimEnd().split('\n').slice(-3)).toEqual([
    'Debian 13: 16 nevers: 16 holds (2 beyond base)',
    'no, for one reason: every never holds, but its files are not generated yet: run `confine build',
    '  lister`',
  ]);
  expect(ran.out).not.toContain('missing');
});

test('a pipe gets no colour, no width, and ASCII where the locale is C', async () => {
  const run = (env: Record<string, string>, argv: readonly string[]) =>
    execa(process.execPath, [program, ...argv], {
      cwd: root,
      env: { NO_COLOR: '', LC_ALL: '', LC_CTYPE: '', LANG: '', ...env },
    });
  const check = ['check', '--target', 'debian-13'];
  const [c, utf8] = [
    await run({ LANG: 'C' }, check),
    await run({ LC_CTYPE: 'de_DE.UTF-8' }, check),
  ];
  for (const text of [c.stdout, c.stderr]) expect(text).not.toMatch(/[^\n\x20-\x7e]/);
  expect(utf8.stderr).toContain('✓ ');
  expect(utf8.stdout).not.toContain('\x1b');
  expect(Math.max(...utf8.stdout.split('\n').map(width))).toBeGreaterThan(140);
  // LC_ALL wins, and data is the same in every locale.
  const json = ['query', 'types', 'etc_t', '--json', '--policy', policy];
  const [a, b] = [await run({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, json), await run({}, json)];
  expect(a.stdout).toBe(b.stdout);
});

test('colour: on a terminal, not with NO_COLOR or a dumb one, and where FORCE_COLOR asks for it', async () => {
  const argv = ['check', 'profiles/tcpdump', '--target', 'debian-13'];
  const coloured = async (env: Record<string, string>): Promise<boolean> =>
    (await runInTerminal(argv, 80, { cwd: root, env })).out.includes('\x1b[');
  expect(await coloured({ NO_COLOR: '' })).toBe(true);
  expect(await coloured({ NO_COLOR: '1' })).toBe(false);
  expect(await coloured({ NO_COLOR: '', TERM: 'dumb' })).toBe(false);
  const piped = await execa(process.execPath, [program, ...argv], {
    cwd: root,
    env: { NO_COLOR: '', FORCE_COLOR: '1' },
  });
  expect(piped.stdout).toContain('\x1b[');
});

test('colour takes no width and never reaches past its cell', async () => {
  const env = { NO_COLOR: '' };
  const argv = ['check', '--target', 'debian-13'];
  const coloured = await runInTerminal(argv, 60, { cwd: root, env });
  const without = await runInTerminal(argv, 60, { cwd: root });
  expect(coloured.out.replaceAll(/\x1b\[[\d;]*m/g, '')).toBe(without.out);
  for (const line of coloured.out.split('\n')) {
    expect(line).not.toMatch(/\x1b\[(?:[12]|3[0-7])m[^\x1b]*$/);
  }
});

/** A cache of its own: the real one changes while other tests run. */
function cacheOfThree(): string {
  const home = mkdtempSync(join(tmpdir(), 'confine-'));
  for (const [name, days] of [
    ['debian-12/linked-default-0123456789abcdef', 1],
    ['debian-13/tools-0123456789abcdef', 3],
    ['peers/0123456789abcdef', -1],
  ] as const) {
    const path = join(home, 'confine', name);
    mkdirSync(path, { recursive: true });
    utimesSync(path, new Date(), new Date(Date.now() - days * 86_400_000));
  }
  return home;
}

function lastCell(line: string): string {
  return line.split(/ {2,}/).at(-1)!;
}

/** No line is wider, and no word is broken but one that is long, by what nobody's window ends. */
function expectFits(text: string, columns: number, wide: string): void {
  expect(text.split('\n').filter((line) => width(line) > columns)).toEqual([]);
  const whole = new Set(wordsOf(wide));
  const long = [...whole].filter((word) => word.length > LONG);
  const broken = wordsOf(text).filter(
    (word) => !whole.has(word) && !long.some((one) => one.includes(word)),
  );
  expect(broken).toEqual([]);
}

/** A column of a narrow table may have room for no more. */
const LONG = 20;

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => /[^-]/.test(word));
}
