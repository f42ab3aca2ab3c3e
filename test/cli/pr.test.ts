import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { residualsOf } from '../../src/description/index.ts';
import { profileFiles } from '../../src/packaging/index.ts';
import { type PullRequest, pullRequestBody } from '../../src/report/index.ts';
import { runCli } from '../support/run-cli.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('says what was asked for, every never, every residual and every boolean of rustnet', async () => {
  const { code, out } = await runCli(['pr', '--json']);
  expect(code).toBe(0);
  const { title, body, files } = JSON.parse(out);
  expect(title).toBe('Add an SELinux policy module for rustnet, permissive at first');
  for (const { kind } of rustnet.never) expect(body).toContain(`| ${kind} |`);
  for (const { what } of residualsOf(rustnet, 'selinux'))
    expect(body).toContain(`- **${what.slice(0, 30)}`);
  for (const { can } of rustnet.tunables) expect(body.replaceAll('\\', '')).toContain(can);
  expect(body).toContain('11 of 11 met');
  expect(files.map(({ path }: { path: string }) => path)).toContain('selinux/rustnet.te');
  const both = await runCli(['pr']);
  expect(both.out).toBe(`${title}\n\n${body}`);
});

test('puts the files, as generated, and the evidence into a checkout', async () => {
  const checkout = join(work, 'checkout');
  mkdirSync(checkout);
  const { code, err } = await runCli([
    'pr',
    '--into',
    checkout,
    '--under',
    'pkg/selinux/',
    '--title',
  ]);
  expect(code).toBe(0);
  expect(err).toContain('and the evidence written below');
  for (const { path, text } of profileFiles(rustnet)) {
    const placed = join(checkout, 'pkg/selinux', path.replace(/^selinux\//, ''));
    expect(readFileSync(placed, 'utf8')).toBe(text);
  }
  const report = join(checkout, 'pkg/selinux/evidence/debian-13/report.md');
  const kept = 'profiles/rustnet/evidence/debian-13/report.md';
  expect(readFileSync(report, 'utf8')).toBe(readFileSync(kept, 'utf8'));
});

test('a profile without evidence claims none', async () => {
  const profile = join(work, 'bare');
  mkdirSync(profile);
  const src = join(process.cwd(), 'src/index.ts');
  writeFileSync(
    join(profile, 'confinement.ts'),
    `import { confine, ptrace, startFromShell } from '${src}';
export default confine({
  name: 'bare', title: 'a program', version: '1.0.0', released: '2026-11-28',
  program: { name: 'bare', version: '1', homepage: 'https://example.org/', executables: ['/usr/bin/bare'] },
  rollout: 'permissive', tunables: [], may: [startFromShell({ users: ['user'] })],
  never: [ptrace('no need')], residuals: [],
});
`,
  );
  const { code, out } = await runCli(['pr', profile, '--body']);
  expect(code).toBe(0);
  expect(out).toContain('No run on a machine with SELinux stands behind this yet');
  expect(out).toContain('| ptrace | no need | not asked | none |');
  expect(out).not.toContain('attacked by');
});

test.each([
  [['--under', '/etc'], 'is no directory inside a repository'],
  [['--under', '../x'], 'is no directory inside a repository'],
  [['--into', '/nowhere/at/all'], 'there is no directory `/nowhere/at/all`'],
])('%j is refused', async (args, message) => {
  const { code, err } = await runCli(['pr', ...args]);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('nothing of a description is markup', () => {
  const hostile = '](javascript:x) | `**<script>';
  const request: PullRequest = {
    ...{ program: hostile, version: '1', module: 'm', domain: 'm_t', ships: 'enforcing' },
    may: [hostile],
    tunables: [{ name: 'm_x', isOn: false, can: hostile, price: hostile }],
    nevers: [{ kind: 'ptrace', why: hostile, proof: undefined, attacks: [] }],
    residuals: [{ id: 'r', what: hostile, why: hostile, attacks: [] }],
    files: [{ path: 'a', what: hostile }],
    hooks: [],
    evidence: undefined,
  };
  const body = pullRequestBody(request);
  expect(body).not.toContain('<script>');
  expect(body).not.toContain(hostile.slice(0, 12));
});

test('a report about other nevers than the description has is no evidence', async () => {
  const profile = join(work, 'stale');
  cpSync('profiles/rustnet/evidence', join(profile, 'evidence'), { recursive: true });
  const source = readFileSync('profiles/rustnet/confinement.ts', 'utf8');
  const src = join(process.cwd(), 'src/index.ts');
  const never = /^ *ptrace\([^;]*?\),\n/m;
  expect(source).toMatch(never);
  writeFileSync(
    join(profile, 'confinement.ts'),
    source.replace(/'[./]*src\/index\.ts'/, `'${src}'`).replace(never, ''),
  );
  const { code, err } = await runCli(['pr', profile]);
  expect(err).toContain('is about other nevers than the description has now');
  expect(code).toBe(2);
});
