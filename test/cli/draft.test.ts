import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
  // It became another user: it starts as root, which a user of user_u cannot. Not seen and so not excepted is the resolver.
  expect(text).toContain("    startFromShell({ users: ['unconfined', 'sysadm', 'staff'] }),\n");
  expect(text).toMatch(/self:capability \{ setgid setuid \}[\s\S]*\n {4}runAsRoot\(/);
  expect(text).not.toMatch(/resolveNames|sendUdp\([^)]*except/);
  // Whoever starts it from a shell hands it a terminal, and the ability holds it to what a program draws with.
  expect(text).toMatch(/^ {4}useTerminal\(\),$/m);
  expect(text).toMatch(/^ {4}injectKeystrokes/m);
  // Never granted: asked.
  expect(text).toMatch(/\/\/ - Seen in 1 of 1 runs: allow\(/);
  expect(text).not.toMatch(/^\s*(allow|call)\(/m);
  const built = await runConfine(['build', 'tcpdump'], directory);
  expect(built.code, built.err).toBe(0);
  // Every target, what is known of Fedora among them.
  const checked = await runConfine(['check', 'tcpdump'], directory);
  expect(checked.code, checked.out).toBe(0);
});

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
    '    lookUpUsers(),',
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
});

const REAL: readonly (readonly [
  name: string,
  units: Readonly<Record<string, string>>,
  may: readonly string[],
])[] = [
  [
    'mosquitto',
    {
      'mosquitto.service':
        '[Service]\nType=notify\nExecStart=/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf\n',
    },
    [
      "listenOn({ protocol: 'tcp', own: [1883] })",
      'lookUpUsers()',
      "readConfiguration({ paths: ['/etc/mosquitto'] })",
      "keepState({ directory: '/var/lib/mosquitto' })",
      "writeLogs({ directory: '/var/log/mosquitto' })",
      "runAsDaemon({ notify: true, capabilities: ['setgid', 'setuid'] })",
    ],
  ],
  [
    'plocate',
    {
      'plocate-updatedb.service':
        '[Service]\nType=oneshot\nExecStart=/usr/sbin/updatedb.plocate\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_CHOWN\n',
      'plocate-updatedb.timer': '[Timer]\nOnCalendar=daily\n',
    },
    [
      'lookUpUsers()',
      "readConfiguration({ paths: ['/etc/updatedb.conf'] })",
      "keepState({ directory: '/var/lib/plocate' })",
      "runAsTimerJob({ capabilities: ['chown', 'dac_read_search'] })",
    ],
  ],
];

test.each(REAL)(
  'the real run of %s gives what a person left of it, and no resolver',
  async (name, units, may) => {
    const files = Object.entries(units).map(([unit, text]) => {
      const file = join(directory, unit);
      writeFileSync(file, text);
      return file;
    });
    const trace = `test/draft/evidence/${name}.strace`;
    const { code, out, err } = await draft('--name', name, '--unit', ...files, '--trace', trace);
    expect(code, err).toBe(0);
    const drafted = out.split('  may: [')[1]!.split('\n  ],')[0]!;
    expect(drafted.split('\n').filter((line) => /^ {4}\w/.test(line))).toEqual(
      may.map((ability) => `    ${ability},`),
    );
  },
  400_000,
);

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

/** Denials of the program `lister` as the kernel writes them. */
function recordsOf(lines: readonly string[]): string[] {
  return lines.map(
    (line, i) =>
      `type=AVC msg=audit(1795556897.683:${i + 1}): avc:  denied  ${line
        .replace(' for ', ' for  pid=7 comm="lister" ')
        .replace(
          /tcontext=(\w+)/,
          (_, type) =>
            `scontext=system_u:system_r:lister_t:s0 tcontext=system_u:${/^(lister|slapd|system_dbusd|policykit)_t$/.test(type) ? 'system_r' : 'object_r'}:${type}:s0`,
        )} permissive=1\n`,
  );
}

test('a log of a daemon tells of its ports, sockets and directories; of none of a general type', async () => {
  const unit = join(directory, 'lister.service');
  writeFileSync(unit, '[Service]\nExecStart=/usr/sbin/lister\n');
  const file = join(directory, 'lister.log');
  const broad = '{ name_connect } for dest=9999 tcontext=unreserved_port_t tclass=tcp_socket';
  const records = recordsOf([...ASKED_BY_LOG.flatMap(([, ...lines]) => lines), broad]);
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
});

const ASKED_BY_SERVICE: readonly (readonly [ability: string, ...records: string[]])[] = [
  [
    "talkToUnixSocket({ to: [{ domain: 'slapd_t', sockets: ['slapd_runtime_t'] }] })",
    '{ connectto } for path="/run/slapd/ldapi" tcontext=slapd_t tclass=unix_stream_socket',
    '{ write } for path="/run/slapd/ldapi" tcontext=slapd_runtime_t tclass=sock_file',
  ],
  [
    "useBus({ calls: ['policykit_t'] })",
    '{ send_msg } for tcontext=system_dbusd_t tclass=dbus',
    '{ send_msg } for tcontext=policykit_t tclass=dbus',
    '{ connectto } for path="/run/dbus/system_bus_socket" tcontext=system_dbusd_t tclass=unix_stream_socket',
  ],
  [
    "runHelper({ programs: ['/usr/lib/lister/walk'] })",
    '{ execute execute_no_trans open read map } for path="/usr/lib/lister/walk" tcontext=lib_t tclass=file',
  ],
  [
    "useSpool({ directory: '/var/spool/lister' })",
    '{ create write open rename unlink } for path="/var/spool/lister/a" tcontext=var_spool_t tclass=file',
    '{ add_name write remove_name } for path="/var/spool/lister/a" tcontext=var_spool_t tclass=dir',
  ],
  [
    'logToSystem()',
    '{ write } for path="/dev/log" tcontext=devlog_t tclass=sock_file',
    '{ sendto } for path="/dev/log" tcontext=syslogd_t tclass=unix_dgram_socket',
    '{ create connect write } for tcontext=lister_t tclass=unix_dgram_socket',
  ],
  [
    'readCertificates()',
    '{ open read getattr } for path="/etc/ssl/certs/ca-certificates.crt" tcontext=cert_t tclass=file',
    '{ search } for path="/etc/ssl/certs" tcontext=cert_t tclass=dir',
  ],
  [
    'temporaryFiles()',
    '{ create write open unlink } for path="/tmp/lister.x" tcontext=tmp_t tclass=file',
    '{ add_name write remove_name } for path="/tmp/lister.x" tcontext=tmp_t tclass=dir',
  ],
];

test('each ability of a service is found from what shows it, of a timer job too', async () => {
  const unit = join(directory, 'lister-job.service');
  const timer = join(directory, 'lister-job.timer');
  writeFileSync(unit, '[Service]\nExecStart=/usr/sbin/lister\n');
  writeFileSync(timer, '[Timer]\nOnCalendar=daily\n');
  const file = join(directory, 'service.log');
  writeFileSync(file, recordsOf(ASKED_BY_SERVICE.flatMap(([, ...lines]) => lines)).join(''));
  const { code, out, err } = await draft('--unit', unit, timer, '--log', file);
  expect(code, err).toBe(0);
  const may = out.split('  may: [')[1]!.split('\n  ],')[0]!;
  expect(
    may
      .split('\n')
      .filter((line) => /^ {4}\w/.test(line))
      .sort(),
  ).toEqual(
    [...ASKED_BY_SERVICE.map(([ability]) => ability), 'runAsTimerJob()']
      .map((ability) => `    ${ability},`)
      .sort(),
  );
}, 400_000);

test('a tool’s documents, from a compressed log; what it wrote elsewhere is a never that is not decided', async () => {
  const file = join(directory, 'tool.log.gz');
  const records = recordsOf([
    '{ open read } for path="/home/alice/a.pdf" tcontext=user_home_t tclass=file',
    '{ search } for path="/home/alice" tcontext=user_home_dir_t tclass=dir',
    '{ open read } for path="/tmp/b.pdf" tcontext=user_tmp_t tclass=file',
    ...Array.from(
      { length: 8 },
      (_, i) =>
        `{ create open write } for path="/home/alice/${i}.txt" tcontext=user_home_t tclass=file`,
    ),
    '{ add_name write } for path="/home/alice/0.txt" tcontext=user_home_dir_t tclass=dir',
    '{ create open write } for path="/srv/x" tcontext=var_t tclass=file',
    '{ open read } for path="/etc/shadow" tcontext=shadow_t tclass=file',
    '{ execmem } for tcontext=lister_t tclass=process',
  ]);
  writeFileSync(file, gzipSync(records.join('')));
  const { code, out, err } = await draft('--name', 'lister', '--log', file);
  expect(code, err).toBe(0);
  expect(out).toContain("    readUserDocuments({ when: 'read_documents', temporary: true }),\n");
  // All eight, though a tally keeps five paths of a request.
  expect(out).toContain("    writeUserDocuments({ when: 'write_documents' }),\n");
  expect(out).not.toMatch(/allow\('user_home_t', 'file'/);
  // What it was seen to do and an ability brings is no never: that one is not proved, and not written down as if.
  expect(out).toContain('    runGeneratedCode(),\n');
  expect(out).toMatch(/runWritableMemory\([^\n]*\) is violated/);
  expect(out).not.toMatch(/^ {4}runWritableMemory/m);
  const text = out.replaceAll(/\n\s*\/\/\s+/g, ' ');
  expect(text).toMatch(
    /var_t:file \{ create write \}[^\n]*Keep the never[^\n]*\n\s*writeFiles\('not decided yet/,
  );
  expect(text).toMatch(
    /shadow_t:file \{ read \}[^\n]*Keep the never[^\n]*\n\s*readBelow\([^\n]*'not decided yet/,
  );
}, 400_000);

test('a domain that the policy has already is said before anything is compiled', async () => {
  const { code, err } = await draft('--name', 'logrotate', '--trace', TRACE);
  expect(code).toBe(2);
  expect(err).toContain('has a domain `logrotate_t` already');
});

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
});

test('what a log lost, and what of it could not be read, is asked for', async () => {
  const log = join(directory, 'cut.log');
  writeFileSync(
    log,
    'type=AVC msg=audit(1.0:1): avc:  denied  { read } for  pid=1 comm="tcpdump" scontext=u:r:tcpdump_t:s0 tcontext=u:object_r:etc_\n' +
      'kernel: audit: audit_lost=5 audit_rate_limit=0 audit_backlog_limit=64\n' +
      'type=AVC msg=audit(1.0:2): apparmor="DENIED" operation="open" class="file" profile="tcpdump" name="/etc/shadow" pid=7 comm="tcpdump" requested_mask="r" denied_mask="r" fsuid=0 ouid=0\n',
  );
  const { code, out, err } = await draft('--name', 'tcpdump', '--trace', TRACE, '--log', log);
  expect(code, err).toBe(0);
  const questions = out.replaceAll(/\n\s*\/\/\s+/g, ' ');
  expect(questions).toMatch(/1 line of cut\.log tell.*etc_/);
  expect(questions).toMatch(/1 line of cut\.log tell.*audit_lost=5/);
  // The draft reads SELinux's records.
  expect(questions).toMatch(/1 line of cut\.log tell.*apparmor=/);
});

test('what a tally passed over and could not keep is asked for as well', async () => {
  const log = join(directory, 'two.log');
  const denial = (source: string): string =>
    `type=AVC msg=audit(1.0:1): avc:  denied  { read } for  pid=1 comm="x" scontext=u:r:${source}:s0 tcontext=u:object_r:etc_t:s0 tclass=file\n`;
  writeFileSync(log, denial('tcpdump_t') + denial('other_t').repeat(3));
  const tally = join(directory, 'tally.ndjson');
  const made = await runCli(['review', 'profiles/tcpdump', '--out', tally, log], { cwd: root });
  expect(made.err).not.toContain('confine:');
  // As one has it that was made of more requests than are kept apart.
  writeFileSync(
    tally,
    readFileSync(tally, 'utf8').replace(/("kind":"overflow"[^\n]*"count":)"?0"?/, '$17'),
  );
  const { out, err } = await draft('--name', 'tcpdump', '--trace', TRACE, '--log', tally);
  const questions = out.replaceAll(/\n\s*\/\/\s+/g, ' ');
  expect(questions, err).toContain('3 denials in tally.ndjson of other programs were passed over');
  expect(questions).toContain('7 denials in tally.ndjson came after the most');
});

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
});
