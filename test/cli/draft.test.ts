import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { runConfine } from '../support/run-confine.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'confine-draft-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TRACE = 'docs/examples/tcpdump.strace';

function draft(...argv: string[]): ReturnType<typeof runCli> {
  return runCli(['draft', '--target', 'debian-13', ...argv], { cwd: root });
}

test('a draft says what asked for each ability, keeps proved nevers, asks the rest, and checks', async () => {
  const output = join(directory, 'tcpdump/confinement.ts');
  const { code, err } = await draft('--name', 'tcpdump', '--trace', TRACE, '--output', output);
  expect(code, err).toBe(0);
  const text = readFileSync(output, 'utf8');
  expect(text).toMatch(
    /\/\/ Seen in 1 of 1 runs: .*self:packet_socket[\s\S]*\n {4}capturePackets\(\),/,
  );
  expect(text).toContain("listen('nobody who connects to it in one run");
  // Never granted: asked.
  expect(text).toMatch(
    /\/\/ - Seen in 1 of 1 runs: allow\('self', 'capability', \['setgid', 'setuid'\]\)/,
  );
  expect(text).not.toMatch(/^\s*(allow|call)\(/m);
  // Without useTerminal the base lets every domain use /dev/tty: the never is not proved, and not written down as if.
  expect(text).toMatch(/injectKeystrokes\([^\n]*\) is violated/);
  expect(text).not.toMatch(/^ {4}injectKeystrokes/m);
  const built = await runConfine(['build', 'tcpdump'], directory);
  expect(built.code, built.err).toBe(0);
  // Every target, what is known of Fedora among them.
  const checked = await runConfine(['check', 'tcpdump'], directory);
  expect(checked.code, checked.out).toBe(0);
}, 240_000);

const UNIT = `[Unit]
Description=a message broker

[Service]
Type=notify
ExecStart=/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf
StateDirectory=mosquitto
`;

test('a daemon gets its abilities from its unit and a run, with nothing broader, and checks', async () => {
  const unit = join(directory, 'mosquitto.service');
  writeFileSync(unit, UNIT);
  const output = join(directory, 'mosquitto/confinement.ts');
  const { code, err } = await draft(
    ...['--unit', unit, '--trace', 'docs/examples/mosquitto.strace', '--output', output],
  );
  expect(code, err).toBe(0);
  const text = readFileSync(output, 'utf8');
  const [may, never] = ['may', 'never'].map(
    (list) => text.split(`  ${list}: [`)[1]!.split('\n  ],')[0]!,
  );
  expect(may!.split('\n').filter((line) => /^ {4}\w/.test(line))).toEqual([
    "    listenOn({ protocol: 'tcp', own: [18833] }),",
    "    readConfiguration({ paths: ['/etc/mosquitto'] }),",
    "    keepState({ directory: '/var/lib/mosquitto' }),",
    "    useRuntimeDirectory({ directory: '/run/mosquitto' }),",
    "    writeLogs({ directory: '/var/log/mosquitto' }),",
    "    runAsDaemon({ notify: true, capabilities: ['setgid', 'setuid'] }),",
  ]);
  expect(never).toContain(
    "listen('no other port opened in one run', { except: [{ protocol: 'tcp', own: 'port' }] })",
  );
  // Neither was seen, so neither has an exception.
  expect(never).toMatch(/connectTcp\('[^']*'\),/);
  expect(never).toMatch(/executeAnything\('[^']*'\),/);
  const built = await runConfine(['build', 'mosquitto'], directory);
  expect(built.code, built.err).toBe(0);
  const checked = await runConfine(['check', 'mosquitto'], directory);
  expect(checked.code, checked.out).toBe(0);
}, 240_000);

const ASKED_BY_LOG: readonly (readonly [ability: string, ...records: string[]])[] = [
  [
    "connectTo({ types: ['postgresql_port_t'] })",
    '{ name_connect } for dest=5432 tcontext=postgresql_port_t tclass=tcp_socket',
    '{ create connect getattr setopt write read } for tcontext=lister_t tclass=tcp_socket',
  ],
  [
    "serveUnixSocket({ directory: '/run/lister' })",
    '{ create setattr unlink } for path="/run/lister/s" tcontext=var_run_t tclass=sock_file',
    '{ create bind listen accept } for tcontext=lister_t tclass=unix_stream_socket',
    '{ add_name write } for path="/run/lister/s" tcontext=var_run_t tclass=dir',
  ],
  [
    "keepCache({ directory: '/var/cache/lister' })",
    '{ create write open rename unlink } for path="/var/cache/lister/a" tcontext=var_t tclass=file',
    '{ add_name write remove_name } for path="/var/cache/lister/a" tcontext=var_t tclass=dir',
  ],
];

test('a log of a daemon tells of its ports, sockets and directories; of none of a general type', async () => {
  const unit = join(directory, 'lister.service');
  writeFileSync(unit, '[Service]\nExecStart=/usr/sbin/lister\n');
  const file = join(directory, 'lister.log');
  const broad = '{ name_connect } for dest=9999 tcontext=unreserved_port_t tclass=tcp_socket';
  const records = [...ASKED_BY_LOG.flatMap(([, ...lines]) => lines), broad].map(
    (line, i) =>
      `type=AVC msg=audit(1795556897.683:${i + 1}): avc:  denied  ${line
        .replace(' for ', ' for  pid=7 comm="lister" ')
        .replace(
          /tcontext=(\w+)/,
          (_, type) =>
            `scontext=system_u:system_r:lister_t:s0 tcontext=system_u:${type === 'lister_t' ? 'system_r' : 'object_r'}:${type}:s0`,
        )} permissive=1\n`,
  );
  writeFileSync(file, records.join(''));
  const { code, out, err } = await draft('--unit', unit, '--log', file);
  expect(code, err).toBe(0);
  for (const [ability] of ASKED_BY_LOG) expect(out).toContain(`    ${ability},\n`);
  expect(out).toContain('    runAsDaemon(),\n');
  expect(out).toContain("ports: [{ protocol: 'tcp', type: 'postgresql_port_t' }]");
  // Every port without a service would be open with it: asked, and no ability.
  expect(out).toMatch(
    /allow\('unreserved_port_t', 'tcp_socket', \['name_connect']\), by port 9999/,
  );
}, 240_000);

test('the same evidence gives the same bytes, and a name in it stays in its comment', async () => {
  const trace = join(directory, 'hostile.strace');
  writeFileSync(
    trace,
    `${readFileSync(join(root, TRACE), 'utf8')}4021 openat(AT_FDCWD, "/opt/\u2028*/ allow('etc_t', 'file', ['write']), //", O_RDONLY) = 3\n`,
  );
  const once = await draft('--name', 'tcpdump', '--trace', trace);
  const again = await draft('--name', 'tcpdump', '--trace', trace);
  expect(once.code).toBe(0);
  expect(again.out).toBe(once.out);
  expect(once.out).not.toContain('\u2028');
}, 240_000);

test('what a log lost, and what of it could not be read, is asked for', async () => {
  const log = join(directory, 'cut.log');
  writeFileSync(
    log,
    'type=AVC msg=audit(1.0:1): avc:  denied  { read } for  pid=1 comm="tcpdump" scontext=u:r:tcpdump_t:s0 tcontext=u:object_r:etc_\n' +
      'kernel: audit: audit_lost=5 audit_rate_limit=0 audit_backlog_limit=64\n',
  );
  const { code, out, err } = await draft('--name', 'tcpdump', '--trace', TRACE, '--log', log);
  expect(code, err).toBe(0);
  const questions = out.replaceAll(/\n\s*\/\/\s+/g, ' ');
  expect(questions).toMatch(/1 line of cut\.log tell.*etc_/);
  expect(questions).toMatch(/1 line of cut\.log tell.*audit_lost=5/);
}, 240_000);

test('what is missing is said with what to do', async () => {
  const none = await draft();
  expect(none.code).toBe(2);
  expect(none.err).toContain('no program was named');
  const absent = await draft('--package', 'no-such-package-here');
  expect(absent.code).toBe(2);
  expect(absent.err).toContain('there is no installed package and no file `no-such-package-here`');
  const log = join(directory, 'empty.log');
  writeFileSync(log, 'not a log\n');
  expect((await draft('--name', 'x', '--log', log)).code).toBe(3);
  expect((await draft('--name', 'x', '--trace', log)).code).toBe(2);
  mkdirSync(join(directory, 'there'));
  writeFileSync(join(directory, 'there/confinement.ts'), '');
  const there = await draft('--name', 'x', '--output', join(directory, 'there/confinement.ts'));
  expect(there.code).toBe(2);
  expect(there.err).toContain('is there already');
}, 60_000);
