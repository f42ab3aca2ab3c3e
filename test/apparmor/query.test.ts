import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { BUILDS, compileBytes } from './compile.ts';

/** Decoys are named for what they would prove. */
const PROFILE = `
profile p /usr/bin/p {
  capability net_raw,
  deny capability sys_admin,
  /etc/readable r,
  deny /etc/refused r,
  owner /home/*/own rw,
  /bin/stay ix,
  /bin/leave Ux,
  /bin/child Cx -> c,
  /only/name l,
  deny /only/name l,
  link /from -> /to,
  network inet stream,
  signal send set=(term),
  mount fstype=tmpfs -> /mnt/,
  profile c { /y r, }
}
`;

const work = mkdtempSync(join(tmpdir(), 'confine-apparmor-test-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(BUILDS)('$suite for $features', (build) => {
  const file = join(work, `${build.suite}-${build.features}`);
  beforeAll(async () => writeFileSync(file, await compileBytes(PROFILE, build)));
  const ask = (...words: string[]) =>
    runCli(['query', 'apparmor', ...words, '--policy', file], { cwd: work });

  test('info: only what a rule grants, and what is not mediated', async () => {
    const { out, code } = await ask('info', '--json');
    const [p, child] = JSON.parse(out);
    expect(code).toBe(0);
    expect(p.capabilities).toEqual(['net_raw']);
    expect(child.name).toBe('p//c');
    const granted = (profile: typeof p): string[] =>
      profile.mediated.flatMap(({ name, grants }: { name: string; grants?: string[] }) =>
        (grants ?? []).map((grant) => `${name} ${grant}`),
      );
    expect(granted(p)).toEqual(['mount mount', 'signal send']);
    expect(granted(child)).toEqual([]);
    expect(p.unmediated.includes('dbus')).toBe(build.features === 'linux-6.12');
  });

  test('path', async () => {
    expect((await ask('path', '/etc/readable')).code).toBe(0);
    expect((await ask('path', '/etc/readable2')).code).toBe(1);
    expect((await ask('path', '/etc/refused')).out).toContain('refused in silence: read');
    expect((await ask('path', '/home/u/own')).out).toMatch(
      /its owner +read write.*\n +others +getattr\n/,
    );
    // A table of permissions, and no marks in it.
    const unmarked = ['trixie linux-7.2', 'trixie abi-4.0', 'sid abi-4.0'].includes(
      `${build.suite} ${build.features}`,
    );
    const { notes } = JSON.parse((await ask('path', '/home/u/own', '--json')).out);
    expect(notes.length).toBe(unmarked ? 1 : 0);
    expect((await ask('path', '/home/u/v/own')).code).toBe(1);
    expect((await ask('path', '/bin/leave')).out).toContain('executes as Ux');
    expect((await ask('path', '/from')).out).toContain('link');
    expect((await ask('path', '/only/name')).code).toBe(1);
    expect((await ask('path', 'etc/readable')).code).toBe(2);
  });

  test('execute', async () => {
    const { out } = await ask('execute', '--json');
    const rows = JSON.parse(out).map(
      (row: { mode: string; example: string }) => `${row.mode} ${row.example}`,
    );
    expect(rows.sort()).toEqual(['Px -> p//c /bin/child', 'Ux /bin/leave', 'ix /bin/stay']);
    expect((await ask('execute', '--profile', 'p//c')).code).toBe(1);
    const unknown = await ask('execute', '--profile', 'p//d');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('did you mean `p//c`?');
  });

  test('network', async () => {
    const rows = JSON.parse((await ask('network', '--json')).out);
    expect(
      rows.map(({ family, type }: { family: string; type: string }) => `${family} ${type}`),
    ).toEqual(['inet stream']);
    expect(rows[0].permissions).toContain('connect');
    expect((await ask('network', '--profile', 'p//c')).code).toBe(1);
  });

  test('a file that is none ends in one sentence with the offset', async () => {
    writeFileSync(`${file}-cut`, (await compileBytes(PROFILE, build)).subarray(0, 1000));
    const { code, err } = await runCli(['query', 'apparmor', 'info', '--policy', `${file}-cut`]);
    expect(code).toBe(3);
    expect(err).toMatch(/profile p, offset \d+: the file ends here/);
  });
});
