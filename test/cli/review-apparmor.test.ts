import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const LAB = join(root, 'test/apparmor/logs/debian-13.log');
const work = mkdtempSync(join(tmpdir(), 'confine-review-apparmor-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<CliResult> =>
  runCli(['review', 'profiles/rustnet', ...argv], { cwd: root });

function log(...records: readonly string[]): string {
  const file = join(mkdtempSync(join(work, 'log-')), 'audit.log');
  writeFileSync(
    file,
    records.map((each, i) => `type=AVC msg=audit(1764290091.123:${i}): ${each}\n`).join(''),
  );
  return file;
}

const record = (name: string, profile = 'rustnet', outcome = 'DENIED'): string =>
  `apparmor="${outcome}" operation="open" class="file" profile="${profile}" name="${name}" pid=7 comm="x" requested_mask="r" denied_mask="r" fsuid=0 ouid=0`;

describe('review of AppArmor’s records', () => {
  test('attacks that were stopped are no gap, and end with 0', async () => {
    const { code, out } = await run(log(record('/etc/shadow'), record('/x', 'other')));
    expect(out).toMatch(/rustnet: owner \/etc\/shadow r +1 .* stopped: never read-2/);
    expect(out).toContain('granted, this would break read-2: profile rustnet may read /etc/shadow');
    expect(out).toContain('the description accounts for every denial; 1 denial of other');
    expect(code).toBe(0);
  });

  test('what complain mode let through has to be decided about', async () => {
    const { code, out } = await run(log(record('/etc/shadow', 'rustnet', 'ALLOWED')));
    expect(out).toContain('let through, complain: never read-2');
    expect(code).toBe(1);
  });

  test('an open one is shown with the ability that grants it', async () => {
    const { code, out } = await run(log(record('/etc/rustnet/x'), record('/etc/ssl/certs/x.pem')));
    expect(out).toContain('open: nothing grants it, no never forbids it');
    expect(out).toContain("readConfiguration({ paths: ['/etc/rustnet'] }) grants it");
    expect(out).toContain('readCertificates() grants it');
    expect(code).toBe(1);
  });

  test('one that cannot be read ends with 4, and never with every denial accounted for', async () => {
    const { code, out } = await run(
      log(record('/etc/shadow'), 'apparmor="DENIED" operation="open" profile="rustnet" na'),
    );
    expect(out).not.toContain('accounts for every denial');
    expect(out).toContain('1 line of AppArmor not read');
    expect(code).toBe(4);
  });

  test('the log of a lab, as data, and on another kernel', async () => {
    const { code, out } = await run(LAB, '--json', '--features', 'linux-7.2');
    expect(code).toBe(1);
    const { apparmor, requests } = JSON.parse(out);
    expect(requests).toEqual([]);
    expect(apparmor.features).toBe('Linux 7.2');
    const kinds = apparmor.requests.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toContain('forbidden');
  });

  test('what is suggested is compiled and proved', async () => {
    const file = log(record('/etc/rustnet/x'), record('/srv/x'));
    const { out } = await run(file, '--what-if', '--json');
    const { tried, open, columns } = JSON.parse(out);
    expect(tried).toEqual(["readConfiguration({ paths: ['/etc/rustnet'] })", 'owner "/srv/x" r,']);
    expect(open).toBe(0);
    const outcomes = new Map(
      columns[0].nevers.map((never: { id: string; outcome: string }) => [never.id, never.outcome]),
    );
    expect(outcomes.get('connect-tcp')).toBe('accepted');
    expect(outcomes.get('read')).toBe('holds');
    const cut = join(dirname(file), 'cut.log');
    writeFileSync(
      cut,
      `${readFileSync(file, 'utf8')}\naudit: type=1400 audit(1764290091.124:9): apparmor="DEN`,
    );
    expect((await run(cut, '--what-if')).code).toBe(4);
  });

  test.each([
    [
      'profile="rustnet"',
      'namespace="root//box"',
      ':root//box:rustnet',
      'a profile of a namespace',
    ],
    ['profile="rustnet"', 'namespace="box"', ':box:rustnet', 'a profile of a namespace'],
    ['label="aa//&rustnet"', '', 'aa//&rustnet', 'several profiles at once'],
    ['label="rustnet//&:box:zz"', '', 'rustnet//&:box:zz', 'several profiles at once'],
    ['label=":box:rustnet"', '', ':box:rustnet', 'a profile of a namespace'],
  ])('%s %s may be this description’s, and is unknown', async (label, namespace, shown, why) => {
    const { code, out } = await run(
      log(record('/etc/shadow').replace('profile="rustnet"', `${namespace} ${label}`)),
    );
    expect(out).toContain(`${shown}: owner /etc/shadow r`);
    expect(out).toContain(`unknown: ${why}`);
    expect(code).toBe(4);
  });

  test.each([
    [['--out', join(work, 'all.ndjson')], '--out: a tally file has no rows for them'],
    [['--ready', '--hosts', '1', '--days', '1'], '--ready'],
  ])('%j is refused in one sentence', async (options, text) => {
    const { code, err } = await run(log(record('/etc/shadow')), ...options);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });
});
