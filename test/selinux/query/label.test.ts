import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CIL_PRELUDE, policyFileFromCil } from '../../support/policy.ts';
import { type CliResult, runCli } from '../../support/run-cli.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-'));
afterAll(() => rmSync(work, { recursive: true }));

beforeAll(() => {
  const files = join(work, 'policy/contexts/files');
  mkdirSync(files, { recursive: true });
  writeFileSync(
    join(files, 'file_contexts'),
    '/.*\tu:r:base_t:s0\n/secret(/.*)?\tu:r:secret_t:s0\n/proc/.*\t<<none>>\n',
  );
  writeFileSync(join(files, 'file_contexts.subs_dist'), '/alias /secret\n');
  writeFileSync(join(work, 'broken'), '/a\n');
});

function label(...args: string[]): Promise<CliResult> {
  return runCli(['query', 'label', ...args], { cwd: work });
}

describe('query label', () => {
  test('answers past lines that libselinux passes over, and names them', async () => {
    const base = join(work, 'odd');
    writeFileSync(base, '/ok\tu:r:ok_t:s0\n/bad\t<<None>>\n');
    writeFileSync(`${base}.subs`, '/alias /ok\n/only\n');
    const { code, out, err } = await label('/alias', '--file-contexts', 'odd');
    expect(out).toContain('/alias  u:r:ok_t:s0');
    expect(err).toContain('warning: `odd`, line 2: `<<None>>` is no context');
    expect(err).toContain('warning: `odd.subs`, line 2: a path without the path');
    expect(code).toBe(0);
    const bad = await label('/bad', '--file-contexts', 'odd');
    expect(bad.err).toContain('confine: `odd`, line 2: `<<None>>` is no context');
    expect(bad.code).toBe(3);
  });

  test('an entry that cannot be read costs the answer of the paths that it decides about alone', async () => {
    const base = join(work, 'unreadable');
    writeFileSync(base, '/usr/.*\tu:r:usr_t:s0\n/etc/a[\tu:r:bad_t:s0\n/bad\t<<None>>\n');
    const asked = ['/usr/x', '/etc/b', '/usr/y', '/bad', '--file-contexts', 'unreadable'];
    const { code, out, err } = await label(...asked);
    expect(out.split('\n').filter((line) => line.startsWith('/'))).toEqual([
      '/usr/x  u:r:usr_t:s0',
      '/usr/y  u:r:usr_t:s0',
    ]);
    expect(err).toMatch(/^\/etc\/b {2}`unreadable`, line 2: `\/etc\/a\[` is not a regular/m);
    expect(err).toMatch(/^\/bad {2}`unreadable`, line 3: /m);
    expect(code).toBe(3);
    const other = await label('--below', '/usr', '--file-contexts', 'unreadable');
    expect([other.out.includes('usr_t'), other.code]).toEqual([true, 0]);
    for (const directory of ['/', '/etc', '/etc/a']) {
      expect((await label('--below', directory, '--file-contexts', 'unreadable')).code).toBe(3);
    }
    expect((await label('--type', 'usr_t', '--file-contexts', 'unreadable')).code).toBe(0);
    const data = JSON.parse((await label(...asked, '--json')).out);
    expect(data.labels.map(({ path }: { path: string }) => path)).toEqual(['/usr/x', '/usr/y']);
    expect(data.faults.map(({ path }: { path: string }) => path)).toEqual(['/etc/b', '/bad']);
  });

  test('says which entry wins, what it beats, and how the path was looked up', async () => {
    const { code, out } = await label('/alias/x', '--policy-dir', 'policy');
    expect(code).toBe(0);
    expect(out).toBe(`/alias/x  u:r:secret_t:s0
  looked up as /secret/x: /alias stands for /secret, policy/contexts/files/file_contexts.subs_dist:1
  by    /secret(/.*)?  u:r:secret_t:s0  policy/contexts/files/file_contexts:2
  beats /.*  u:r:base_t:s0  policy/contexts/files/file_contexts:1
`);
  });

  test('the same as data', async () => {
    const { out } = await label(
      '/x',
      '--file-contexts',
      'policy/contexts/files/file_contexts',
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({
      labels: [
        { path: '/x', outcome: 'labelled', context: { type: 'base_t' }, winner: { line: 1 } },
      ],
    });
  });

  test('a path without a label is a no, and so is a type that the policy lacks', async () => {
    expect(await label('/proc/1', '--policy-dir', 'policy')).toMatchObject({ code: 1 });
    const policy = await policyFileFromCil(CIL_PRELUDE);
    expect(await label('/x', '--policy-dir', 'policy', '--policy', policy)).toMatchObject({
      code: 0,
    });
    const foreign = await label('/secret', '--policy-dir', 'policy', '--policy', policy);
    expect(foreign).toMatchObject({ code: 1 });
    expect(foreign.out).toContain('the policy has no type secret_t');
  });

  test('the types of a directory, and the entries of a type', async () => {
    expect((await label('--below', '/', '--policy-dir', 'policy')).out).toContain(
      'at most 2 types',
    );
    const { out } = await label('--type', 'secret_t', '--policy-dir', 'policy');
    expect(out).toContain('e.g. /secret\n');
    expect(await label('--type', 'nobody_t', '--policy-dir', 'policy')).toMatchObject({ code: 1 });
  });

  test('mistakes are told apart: of the invocation, and of the files', async () => {
    expect(await label('relative', '--policy-dir', 'policy')).toMatchObject({ code: 2 });
    expect(await label('--policy-dir', 'policy')).toMatchObject({ code: 2 });
    const broken = await label('/x', '--file-contexts', 'broken');
    expect(broken).toMatchObject({ code: 3 });
    expect(broken.err).toContain('`broken`, line 1: a pattern without a context');
    expect(await label('/x', '--file-contexts', 'missing')).toMatchObject({ code: 3 });
  });
});
