import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../support/run-cli.ts';

const DEBIAN = ['--policy', 'debian-13'];

function denial(rest: string): string {
  return `type=AVC msg=audit(1700000000.123:4): avc:  denied  ${rest} permissive=0`;
}

const HTTPD = 'scontext=system_u:system_r:httpd_t:s0';

test('a wrong label first, then the boolean that would grant it as it is', async () => {
  const pasted = denial(
    `{ read open } for  pid=812 comm="httpd" path="/var/www/html/a.html" dev="sda1" ino=7 ${HTTPD} tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file`,
  );
  const { code, out } = await runCli(['query', 'why', pasted, ...DEBIAN]);
  expect(code).toBe(0);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    '/var/www/html/a.html is user_home_t and should be httpd_sys_content_t, with which it is granted',
  );
  expect(out).toContain('restorecon -v /var/www/html/a.html');
  expect(out).toContain('setsebool -P httpd_read_user_content on    opens 36 accesses in all');
  expect(out.indexOf('restorecon')).toBeLessThan(out.indexOf('setsebool'));
  expect(out).toMatch(/\n1 request: 1 for a wrong label\n$/);
});

test.each([
  [
    'no rule',
    `{ write } for  pid=1 comm="x" ${HTTPD} tcontext=system_u:object_r:shadow_t:s0 tclass=file`,
    'allow httpd_t shadow_t:file { write };',
  ],
  [
    'a constraint',
    '{ create } for  pid=1 comm="x" scontext=user_u:user_r:user_t:s0 tcontext=system_u:object_r:user_home_t:s0 tclass=file',
    'constraint',
  ],
  [
    'granted, since the log is of another policy',
    `{ read } for  pid=1 comm="x" ${HTTPD} tcontext=system_u:object_r:httpd_sys_content_t:s0 tclass=file`,
    'granted',
  ],
  [
    'a dontaudit rule that was switched off',
    '{ append } for  pid=1 comm="x" scontext=system_u:system_r:sshd_t:s0 tcontext=system_u:object_r:console_device_t:s0 tclass=chr_file',
    'silenced',
  ],
])('%s', async (_, record, said) => {
  const { code, out } = await runCli(['query', 'why', denial(record), ...DEBIAN]);
  expect(out).toContain(said);
  expect(code).toBe(0);
});

test('what cannot be told is said, and is no yes', async () => {
  const unknown = denial(
    '{ read } for  pid=1 comm="x" scontext=system_u:system_r:gone_t:s0 tcontext=system_u:object_r:etc_t:s0 tclass=file',
  );
  const { code, out } = await runCli(['query', 'why', unknown, ...DEBIAN]);
  expect(out).toContain('the policy has no type `gone_t`');
  expect(code).toBe(4);
  const cut = unknown.slice(0, unknown.indexOf('tclass'));
  const half = await runCli(['query', 'why', cut, ...DEBIAN]);
  expect(half.out).toContain('1 line not read');
  expect(half.code).toBe(4);
});

test('a log and its JSON', async () => {
  const { code, out } = await runCli([
    'query',
    'why',
    'docs/examples/audit.log',
    ...DEBIAN,
    '--json',
  ]);
  const { denials, unread } = JSON.parse(out);
  expect(denials.length).toBeGreaterThan(1);
  expect(unread).toEqual([]);
  // The base policy has no rustnet_t.
  expect(code).toBe(4);
});

test('text that is no denial', async () => {
  const { code, err } = await runCli(['query', 'why', 'avc:  nothing', ...DEBIAN]);
  expect(code).toBe(2);
  expect(err).toContain('no denial could be read in what was given');
});

test('a refusal without a denial has what the kernel means by it', async () => {
  const refused =
    'type=SELINUX_ERR msg=audit(1.000:1): op=security_bounded_transition seresult=denied oldcontext=u:r:init_t:s0 newcontext=u:r:rustnet_t:s0\n';
  const file = join(mkdtempSync(join(tmpdir(), 'confine-')), 'refused.log');
  writeFileSync(file, refused);
  const { code, out } = await runCli(['query', 'why', file, ...DEBIAN]);
  expect(out).toContain('refused without a denial, 1 time: the program was kept out of the domain');
  expect(out).toContain('oldcontext=u:r:init_t:s0');
  expect(code).toBe(0);
});
