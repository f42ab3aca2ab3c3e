import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { apparmorParser } from '../../src/targets/index.ts';
import { featuresOf } from '../apparmor/compile.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const EXAMPLE = join(root, 'docs/examples/apparmor/usr.bin.rustnet');
const text = readFileSync(EXAMPLE, 'utf8');
const work = mkdtempSync(join(tmpdir(), 'confine-prove-apparmor-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<CliResult> => runCli(argv, { cwd: root });

function profile(edit: (text: string) => string): string {
  const file = join(mkdtempSync(join(work, 'profile-')), 'usr.bin.rustnet');
  writeFileSync(file, edit(text));
  return file;
}

interface Column {
  readonly features?: string;
  readonly nevers: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly ways: readonly string[];
    readonly considered: readonly { readonly aspect: string; readonly how: string }[];
  }[];
}

async function columns(...argv: string[]): Promise<readonly Column[]> {
  return JSON.parse((await run(...argv, '--json')).out).columns;
}

function outcome({ nevers }: Column, id: string): string | undefined {
  return nevers.find((never) => never.id === id)?.outcome;
}

describe('prove --apparmor', () => {
  test('a text is compiled for each set of features', async () => {
    const found = await columns('prove', '--apparmor', EXAMPLE);
    expect(found.map(({ features }) => features)).toEqual(['linux-6.12', 'abi-4.0', 'linux-7.2']);
    expect(found.map((column) => outcome(column, 'unix-sockets'))).toEqual([
      'accepted',
      'violated',
      'accepted',
    ]);
    for (const column of found) {
      expect(outcome(column, 'send-udp')).toBe('holds');
      expect(outcome(column, 'write')).toBe('holds');
      const { considered } = column.nevers[0]!;
      expect(considered.find(({ aspect }) => aspect === 'modes')?.how).toBe('rustnet: enforce');
    }
  });

  test('what is not asked is a no, and so is a way; the answer says which', async () => {
    const directory = join(work, 'unaccepting');
    mkdirSync(directory);
    const description = readFileSync(join(root, 'profiles/rustnet/confinement.ts'), 'utf8');
    const accepts = /accepts: \[\{ never: 'load-kernel-module'.*\],\n/;
    expect(description).toMatch(accepts);
    writeFileSync(
      join(directory, 'confinement.ts'),
      description
        .replace("'../../src/index.ts'", JSON.stringify(join(root, 'src/index.ts')))
        .replace(accepts, ''),
    );
    const argv = ['--apparmor', EXAMPLE, '--features', 'linux-6.12'];
    const { code, out } = await run('prove', directory, ...argv);
    expect(code).toBe(1);
    expect(out).toMatch(/^no: not asked: load-kernel-module$/m);
    const evil = profile((whole) => whole.replace('  /usr/lib/** mr,', '  /etc/shadow r,'));
    const answer = await run('prove', '--apparmor', evil, '--features', 'linux-7.2');
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/^no: violated: read-2$/m);
    expect(answer.out).toContain('profile rustnet may read /etc/shadow');
  });

  test('SARIF and JUnit say the same: an open way is an error, what is accepted a note', async () => {
    const [sarif, junit] = [join(work, 'out.sarif'), join(work, 'out.xml')];
    const evil = profile((whole) =>
      // Without an abi line the kernel is not asked about sockets.
      whole.replace('  /usr/lib/** mr,', '  /etc/shadow r,').replace(/^abi .*$/m, ''),
    );
    const { code } = await run(
      ...[
        'prove',
        '--apparmor',
        evil,
        '--features',
        'linux-7.2',
        '--sarif',
        sarif,
        '--junit',
        junit,
      ],
    );
    expect(code).toBe(1);
    const [{ results }] = JSON.parse(readFileSync(sarif, 'utf8')).runs;
    const levels = new Map<string, string>(
      results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]),
    );
    expect(levels.get('linux-7.2/read-2')).toBe('error');
    // Nothing accepts it.
    expect(levels.get('linux-7.2/send-udp')).toBe('error');
    expect(levels.get('linux-7.2/load-kernel-module')).toBe('note');
    expect(levels.get('linux-7.2/inject-keystrokes')).toBe('note');
    expect(levels.has('linux-7.2/ptrace')).toBe(false);
    const text = readFileSync(junit, 'utf8');
    expect(text).toContain('profile rustnet may read /etc/shadow');
    expect(text.match(/<failure/g)!.length).toBe(
      [...levels.values()].filter((level) => level === 'error').length,
    );
  });

  test('the profile of another program is no proof of this one', async () => {
    const other = profile((whole) => whole.replace('profile rustnet ', 'profile other '));
    const { code, out, err } = await run('prove', '--apparmor', other, '--features', 'linux-6.12');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('none of the profiles `other` is that of rustnet');
  });

  test('a local override beside the profile is in what is proved', async () => {
    const file = profile((whole) => whole);
    const local = join(file, '../local');
    mkdirSync(local);
    writeFileSync(join(local, 'usr.bin.rustnet'), 'capability mac_admin,\n');
    const [column] = await columns('prove', '--apparmor', file, '--features', 'linux-6.12');
    expect(outcome(column!, 'change-policy')).toBe('violated');
  });

  test('a compiled file is taken as it is, and a complain flag in it breaks every never', async () => {
    const parser = await apparmorParser('trixie');
    const compiled = join(work, 'compiled');
    writeFileSync(compiled, await parser.compile(text, featuresOf('linux-6.12', 'abi')));
    const [column] = await columns('prove', '--apparmor', compiled);
    expect(column!.features).toBeUndefined();
    expect(outcome(column!, 'ptrace')).toBe('holds');
    const complain = text.replace('rustnet {', 'rustnet flags=(complain) {');
    writeFileSync(compiled, await parser.compile(complain, featuresOf('linux-6.12', 'abi')));
    const [complaining] = await columns('prove', '--apparmor', compiled);
    expect(new Set(complaining!.nevers.map((never) => never.outcome))).toEqual(
      new Set(['violated']),
    );
    const twice = await run('prove', '--apparmor', compiled, '--features', 'linux-6.12');
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('compiled already')]);
  });

  test('residuals of this mechanism accept what is not asked', async () => {
    const directory = join(work, 'accepting');
    mkdirSync(directory);
    cpSync(join(root, 'profiles/rustnet/confinement.ts'), join(directory, 'confinement.ts'));
    const description = readFileSync(join(directory, 'confinement.ts'), 'utf8')
      .replace("'../../src/index.ts'", JSON.stringify(join(root, 'src/index.ts')))
      .replace(
        'residuals: [',
        `residuals: [${[
          'unix-sockets unix-peers',
          'load-kernel-module modules-on-demand',
          'executable-memory anonymous-memory',
          'inject-keystrokes terminal-ioctls',
        ]
          .map((pair) => pair.split(' '))
          .map(
            ([never, notAsked]) =>
              `{ id: 'aa-${never}', what: 'it can', why: 'it is not asked', mechanism: 'apparmor', accepts: [{ never: '${never}', notAsked: '${notAsked}' }] },`,
          )
          .join('')}`,
      );
    writeFileSync(join(directory, 'confinement.ts'), description);
    const argv = ['prove', directory, '--apparmor', EXAMPLE, '--features'];
    const accepted = await run(...argv, 'linux-6.12');
    expect(accepted.out).toMatch(/^yes: every never holds, but what the description accepts: /m);
    expect(accepted.code).toBe(0);
    // Where the kernel asks, a way is a way.
    expect((await run(...argv, 'abi-4.0')).code).toBe(1);
    // A module is loaded once: another place.
    const other = join(work, 'mistyping');
    mkdirSync(other);
    writeFileSync(
      join(other, 'confinement.ts'),
      description.replace("never: 'unix-sockets'", "never: 'unix-socket'"),
    );
    const mistyped = await run('prove', other, '--apparmor', EXAMPLE, '--features', 'linux-6.12');
    expect(mistyped.code).toBe(2);
    expect(mistyped.err).toContain('residuals[0].accepts[0].never');
  });

  test('wrong invocations say what to do', async () => {
    const said: readonly (readonly [string[], string])[] = [
      [['--apparmor', EXAMPLE, '--features', 'linux-6.13'], 'linux-6.12'],
      [['--features', 'linux-6.12'], 'name one with --apparmor'],
      [['--apparmor', EXAMPLE, '--domain', 'x_t'], 'does not go with --domain'],
    ];
    for (const [argv, words] of said) {
      const { code, err } = await run('prove', ...argv);
      expect([argv.join(' '), code]).toEqual([argv.join(' '), 2]);
      expect(err).toContain(words);
    }
    const broken = profile((whole) => whole.replace('capability net_raw', 'capability net_rave'));
    const { code, err } = await run('prove', '--apparmor', broken, '--features', 'linux-6.12');
    expect(code).toBe(3);
    expect(err).toContain('net_rave');
  });
});

describe('check --mechanism apparmor', () => {
  const directory = join(work, 'built');
  cpSync(join(root, 'profiles/rustnet'), directory, { recursive: true });
  const description = readFileSync(join(directory, 'confinement.ts'), 'utf8');
  writeFileSync(
    join(directory, 'confinement.ts'),
    description.replace("'../../src/index.ts'", JSON.stringify(join(root, 'src/index.ts'))),
  );

  test('the profile with the abi for each kernel is proved', async () => {
    rmSync(join(directory, 'apparmor'), { recursive: true, force: true });
    const missing = await run('check', directory, '--mechanism', 'apparmor');
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('apparmor/usr.bin.rustnet');
    mkdirSync(join(directory, 'apparmor/abi-5.0'), { recursive: true });
    writeFileSync(join(directory, 'apparmor/usr.bin.rustnet'), text);
    writeFileSync(
      join(directory, 'apparmor/abi-5.0/usr.bin.rustnet'),
      text
        .replace('abi/4.0', 'abi/5.0')
        .replace('network unix stream,', 'unix (create, getattr, send, receive) type=stream,'),
    );
    const found = await columns('check', directory, '--mechanism', 'apparmor');
    expect(found.map((column) => outcome(column, 'unix-sockets'))).toEqual([
      'accepted',
      'violated',
      'holds',
    ]);
    const one = await columns('check', directory, '--mechanism', 'apparmor', '--target', 'abi-4.0');
    expect(one.map(({ features }) => features)).toEqual(['abi-4.0']);
  });

  test('all: each never with what holds it on which machine, as text and as data', async () => {
    const { code, out } = await run('check', '--mechanism', 'all');
    expect(code).toBe(0);
    const table = out.slice(out.indexOf('Which never is held by what'));
    expect(table).toMatch(/^listen +holds +holds +holds +accepted +accepted +accepted +route-/m);
    expect(table).toMatch(/^mount( +holds){6}/m);
    const { nevers } = JSON.parse((await run('check', '--mechanism', 'all', '--json')).out);
    expect(nevers[0]).toMatchObject({
      id: 'send-udp',
      selinux: { 'Debian 13': 'holds-as-set' },
      apparmor: { 'linux-6.12': { outcome: 'accepted' } },
    });
    // One of the two is enough for a no.
    const built = join(directory, 'apparmor/usr.bin.rustnet');
    writeFileSync(built, `${readFileSync(built, 'utf8').replace(/^\}$/m, '  /etc/shadow r,\n}')}`);
    expect((await run('check', directory, '--mechanism', 'all')).code).toBe(1);
    const target = await run('check', '--mechanism', 'all', '--target', 'debian-13');
    expect([target.code, target.err]).toEqual([2, expect.stringContaining('--target')]);
  });

  test('there are two mechanisms', async () => {
    expect((await run('check', '--mechanism', 'smack')).err).toContain('selinux and apparmor');
    expect((await run('check', '--mechanism', 'apparmor', '--record')).code).toBe(2);
  });
});
