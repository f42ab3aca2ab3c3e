import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'confine-review-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function log(name: string, text: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function review(...argv: string[]): ReturnType<typeof runCli> {
  // The machine's own policy, which is the default, may be any.
  const policy = argv.includes('--policy') ? [] : ['--target', 'debian-13'];
  return runCli(['review', ...policy, ...argv], { cwd: root });
}

function avc(rest: string, serial = 1): string {
  return `type=AVC msg=audit(1795556897.683:${serial}): avc:  denied  ${rest} permissive=0\n`;
}

const SHADOW = avc(
  '{ read } for  pid=7 comm="rustnet" name="shadow" scontext=u:r:rustnet_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file',
);
const OPEN = avc(
  '{ setexec } for  pid=7 comm="rustnet" scontext=u:r:rustnet_t:s0 tcontext=u:r:rustnet_t:s0 tclass=process',
);
const OTHER = avc(
  '{ read } for  pid=7 comm="sshd" scontext=u:r:sshd_t:s0 tcontext=u:object_r:etc_t:s0 tclass=file',
);

test('what nevers stop needs no decision; what is open does', async () => {
  const stopped = await review(log('stopped.log', SHADOW.repeat(3)));
  expect(stopped.out).toMatch(/rustnet_t shadow_t:file \{ read } +3 .* stopped: never read-2/);
  expect(stopped.out).toMatch(/the description accounts for every denial\n$/);
  expect(stopped.code).toBe(0);
  const open = await review(log('open.log', SHADOW + OPEN + OTHER));
  expect(open.out).toMatch(/self:process \{ setexec } +1 .* open: nothing grants it/);
  expect(open.out).toMatch(/must decide about 1 of 2; 1 denial of other domains passed over\n$/);
  expect(open.code).toBe(1);
});

test('what a permissive domain let through was not stopped', async () => {
  const { out, code } = await review(
    log('permissive.log', SHADOW.replace('permissive=0', 'permissive=1')),
  );
  expect(out).toContain('let through, permissive: never read-2');
  expect(out).not.toContain('stopped');
  expect(code).toBe(1);
  const silent = await review(log('old.log', SHADOW.replace(' permissive=0', '')));
  expect(silent.out).toContain('forbidden: never read-2');
});

test('several logs, a profile, and the same as data', async () => {
  const names = [log('a.log', SHADOW), log('b.log', SHADOW)];
  const { out, code } = await review('profiles/tcpdump', ...names, '--json');
  expect(JSON.parse(out)).toMatchObject({ domain: 'tcpdump_t', requests: [], others: 2 });
  expect(code).toBe(0);
  const rustnet = JSON.parse((await review(...names, '--json')).out) as Record<string, unknown>;
  expect(rustnet).toMatchObject({
    domain: 'rustnet_t',
    requests: [{ kind: 'forbidden', count: 2, nevers: [{ id: 'read-2' }] }],
    others: 0,
  });
});

test('a request that the policy cannot be asked about is undecided, never accounted for', async () => {
  const { out, code } = await review(log('unknown.log', SHADOW.replace('shadow_t', 'fedora_t')));
  expect(out).toMatch(/unknown: .*fedora_t/);
  expect(code).toBe(4);
});

test('names in a log are hostile: none reaches the terminal as it is', async () => {
  const name = Buffer.from('\x1b[2J\n<script>').toString('hex').toUpperCase();
  const { out } = await review(log('hostile.log', OPEN.replace('comm="rustnet"', `comm=${name}`)));
  expect(out).not.toContain('\x1b');
  expect(out).toContain('\\x1b[2J');
});

test('a file without an audit record is the wrong file, not a clean one', async () => {
  for (const text of ['not a log\n', new Uint8Array(100_000).fill(0xfe)]) {
    const { out, err, code } = await review(log('garbage.log', text));
    expect(out).toBe('');
    expect(err).toMatch(/no audit record in `.*garbage\.log`\nhint: give it audit\.log/);
    expect(code).toBe(3);
  }
  const empty = await review(log('empty.log', ''));
  expect(empty.out).toBe('no denial of this description\n');
  expect(empty.code).toBe(0);
});

test('what was not read or was lost is said, and nothing is said of every denial', async () => {
  const cut = SHADOW.slice(0, SHADOW.indexOf(' tclass'));
  for (const line of [
    cut,
    'audit: backlog limit exceeded',
    'audit: apparmor="DENIED" operation="x"',
  ]) {
    const { out, code } = await review(log('lost.log', `${SHADOW}${line}\n`));
    expect(out).toMatch(/(not read|records were lost); what is missing may have held others\n$/);
    expect(out).toContain(line);
    expect(out).not.toContain('accounts for every denial');
    expect(code).toBe(4);
  }
  // Also beside one that must be decided about.
  const both = await review(log('both.log', `${OPEN}audit: audit_lost=3 audit_rate_limit=0\n`));
  expect(both.out).toMatch(/must decide about 1 of 1; records were lost/);
  expect(both.code).toBe(4);
});

test('what cannot be judged is counted', async () => {
  const { out, code } = await review(
    log('unknown-bit.log', SHADOW.replace('{ read }', '{ 0x40000000 }') + SHADOW),
  );
  expect(out).toMatch(/1 of 2 cannot be judged\n$/);
  expect(code).toBe(4);
});

test('a refusal without a denial, and an execution that stayed outside, are shown', async () => {
  const refused =
    'type=SELINUX_ERR msg=audit(1.000:1): op=security_bounded_transition seresult=denied oldcontext=u:r:init_t:s0 newcontext=u:r:rustnet_t:s0\n';
  const { out, code } = await review(log('refused.log', refused));
  expect(out).toContain('refused without a denial, 1 time: the program was kept out of the domain');
  expect(out).toMatch(/1 refusal without a denial\n$/);
  expect(code).toBe(1);
  const context = 'kernel: SELinux:  Context u:r:rustnet_t:s0 is not valid (left unmapped).\n';
  const unmapped = await review(log('unmapped.log', context));
  expect(unmapped.out).toContain('1 time: the kernel’s policy had no such context');
  expect(unmapped.code).toBe(1);
  const sid = 'kernel: SELinux: security_compute_av:  unrecognized SID 42\n';
  const nameless = await review(log('nameless.log', sid));
  expect(nameless.out).toMatch(
    /1 refusal of nobody known; what is missing may have held others\n$/,
  );
  expect(nameless.code).toBe(4);
  const stray =
    'type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 success=yes exe="/usr/bin/rustnet" subj=u:r:init_t:s0\n';
  const stayed = await review(log('stray.log', stray));
  expect(stayed.out).toContain('/usr/bin/rustnet was executed 1 time and stayed in init_t');
  expect(stayed.code).toBe(4);
  const other = await review(log('other.log', refused.replace('rustnet_t', 'sshd_t')));
  expect(other.code).toBe(0);
});

test('what only setroubleshoot tells of is no empty log', async () => {
  const told =
    'web01 setroubleshoot[812]: SELinux is preventing /usr/bin/rustnet from read access on the file x.\n';
  const alone = await review(log('told.log', told));
  expect(alone.out).toMatch(/^1 line of setroubleshoot, and no record/);
  expect(alone.code).toBe(4);
  expect((await review(log('both-told.log', told + SHADOW))).code).toBe(0);
});

test('every request comes with its record, in whatever form it came', async () => {
  const line = OPEN.replace('type=AVC msg=', '[   12.3] audit: type=1400 ').trimEnd();
  expect((await review(log('kernel.log', line))).out).toContain(`  ${line}\n`);
});

test('compressed logs are read, and one that ends early is not taken for a whole one', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => SHADOW.replace(':1)', `:${i + 1})`)).join('');
  for (const [name, packed] of [
    ['a.gz', gzipSync(many)],
    ['a.zst', zstdCompressSync(many)],
    ['two.gz', Buffer.concat([gzipSync(many.slice(0, 100_000)), gzipSync(many.slice(100_000))])],
    [
      'two.zst',
      Buffer.concat([zstdCompressSync(SHADOW.repeat(2500)), zstdCompressSync(SHADOW.repeat(2500))]),
    ],
  ] as const) {
    const { out, code } = await review(log(name, packed));
    expect(out, name).toMatch(/shadow_t:file \{ read } +5000 /);
    expect(code, name).toBe(0);
  }
  for (const whole of [gzipSync(many), zstdCompressSync(many)]) {
    const half = await review(log('half', whole.subarray(0, whole.length - 20)));
    expect(half.out).toContain('the compressed log cannot be read to its end');
    expect(half.code).toBe(4);
  }
  const xz = await review(log('a.xz', Buffer.from('fd377a585a0000', 'hex')));
  expect(xz.err).toContain('compressed by xz');
  expect(xz.code).toBe(3);
});

test.each([
  [[], 2, /no audit log was named/],
  [['docs'], 2, /`docs` is a directory without a confinement\.ts/],
  [['profiles/rustnet'], 2, /no audit log was named/],
  [['/no/such.log'], 3, /`\/no\/such\.log`: there is no such file/],
  [['docs/examples/audit.log', '--policy', 'README.md'], 3, /cannot read `README\.md`/],
])('%j ends with %i', async (argv, code, message) => {
  const result = await review(...argv);
  expect(result.err).toMatch(message);
  expect(result.code).toBe(code);
});

/** A request of tcpdump, which the nevers of its description leave open. */
function asks(permission: string, target: string, tclass: string, serial: number): string {
  return avc(
    `{ ${permission} } for  pid=7 comm="tcpdump" scontext=u:r:tcpdump_t:s0 tcontext=${target}:s0 tclass=${tclass}`,
    serial,
  );
}

const SELF = 'u:r:tcpdump_t';

/** The way to databases, and one of them: the way alone would not tell which program's they are. */
const GEOIP =
  asks('search', 'u:object_r:var_lib_t', 'dir', 2) +
  avc(
    '{ read } for  pid=7 comm="tcpdump" path="/var/lib/GeoIP/GeoLite2-City.mmdb" scontext=u:r:tcpdump_t:s0 tcontext=u:object_r:var_lib_t:s0 tclass=file',
    3,
  );

test.each(['debian-12', 'debian-13'])(
  'on %s an open request names the ability that would grant it, the excess and what it breaks',
  async (target) => {
    const asked = log(
      `abilities-${target}.log`,
      asks('map_create', SELF, 'bpf', 1) +
        asks('setexec', SELF, 'process', 2) +
        asks('read', 'system_u:system_r:init_t', 'file', 3),
    );
    const argv = ['review', 'profiles/tcpdump', '--target', target, asked];
    const { out, code } = await runCli(argv, { cwd: root });
    // What it breaks stands before it.
    expect(out).toMatch(
      /not traceWithBpf\(\): it would break capabilities: .*perfmon\n {2}traceWithBpf\(\) would grant it, and \d+ accesses more: .*self:bpf \{ map_read/,
    );
    expect(out).toContain(
      "no ability grants it: write one, with allow('self', 'process', ['setexec']) and its reason",
    );
    expect(out).toMatch(/observeProcesses\(\) grants it, and [\d,]{5,} accesses more/);
    expect(code).toBe(1);

    const json = JSON.parse((await runCli([...argv, '--json'], { cwd: root })).out) as {
      requests: { statement: string; abilities: { ability: string; breaks: { id: string }[] }[] }[];
    };
    expect(json.requests.map(({ abilities }) => abilities.map(({ ability }) => ability))).toEqual([
      ['traceWithBpf()'],
      [],
      ['observeProcesses()'],
    ]);
    expect(json.requests[0]!.abilities[0]!.breaks.map(({ id }) => id)).toEqual(['capabilities']);
  },
);

test('--what-if takes what breaks no never, proves it, and says what is open then', async () => {
  const asked = log(
    'what-if.log',
    asks('map_create', SELF, 'bpf', 1) + asks('read', 'system_u:system_r:init_t', 'file', 2),
  );
  const { out, code } = await review('profiles/tcpdump', '--what-if', asked);
  expect(out).toMatch(
    /^with allow\('self', 'bpf', \['map_create'\]\)\n and observeProcesses\(\)\n/,
  );
  expect(out).toMatch(/capabilities +holds/);
  expect(out).toContain('no request of tcpdump_t is open then');
  expect(code).toBe(0);
});

test('--what-if of a log that was not read whole is no yes, whatever is tried', async () => {
  const broken =
    'type=AVC msg=audit(1790000000.000:9): avc:  denied  { read } for  pid=7 scontext=';
  const nothing = await review('profiles/tcpdump', '--what-if', log('nothing.log', `${broken}\n`));
  expect(nothing.out).toBe(
    'nothing is open: there is nothing to try\nnot all of the log was read and judged: `confine review` without --what-if says what\n',
  );
  expect(nothing.code).toBe(4);
  const asked = log('partly.log', `${asks('map_create', SELF, 'bpf', 1)}\n${broken}\n`);
  const { out, code } = await review('profiles/tcpdump', '--what-if', asked);
  expect(out).toContain('no request of tcpdump_t is open then\nnot all of the log was read');
  expect(code).toBe(4);
});

test('options are found from the paths that were asked for, and its labels count', async () => {
  const record = avc(
    '{ read } for  pid=7 comm="tcpdump" path="/home/alice/.config/tcpdump/rc" scontext=u:r:tcpdump_t:s0 tcontext=u:object_r:xdg_config_t:s0 tclass=file',
  );
  const { out } = await review('profiles/tcpdump', log('settings.log', record));
  // The never about HOME stands against the file as it is labelled now.
  expect(out).toContain('stopped: never read');
  const named = JSON.parse(
    (await review('profiles/tcpdump', log('named.log', GEOIP), '--json')).out,
  ) as { requests: { abilities: object[] }[] };
  expect(named.requests[0]!.abilities).toMatchObject([{ ability: 'readGeoip()', opens: 2 }]);
});

test('of several domains one is named: the denials of another are not passed over as strangers’', async () => {
  const tools = 'docs/examples/mosquitto-tools';
  const asked = log(
    'ctrl.log',
    avc(
      '{ read } for  pid=7 comm="mosquitto_ctrl" scontext=u:r:mosquitto_ctrl_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file',
    ),
  );
  const none = await review(tools, asked);
  expect(none.code).toBe(2);
  expect(none.err).toContain(
    '--domain mosquitto_t, --domain mosquitto_ctrl_t, --domain mosquitto_passwd_t',
  );
  for (const named of ['ctrl', 'mosquitto_ctrl_t']) {
    const { out, code } = await review(tools, '--domain', named, asked);
    expect(out).toContain('the description must decide about 1 of 1');
    expect(code).toBe(1);
  }
  const wrong = await review(tools, '--domain', 'ctl', asked);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('did you mean');
});

test('--what-if and --policy do not go together', async () => {
  const { code, err } = await review('--policy', 'x', '--what-if', log('x.log', OPEN));
  expect(code).toBe(2);
  expect(err).toContain('name a target: --target debian-13');
});
