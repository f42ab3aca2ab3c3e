import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { collectAll } from '../../src/cli/fleet/collect.ts';
import { withDuckDb } from '../../src/cli/fleet/duckdb.ts';
import { processIo } from '../../src/cli/io.ts';
import { type LogTally, text } from '../../src/fleet/index.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-duckdb-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const io = { ...processIo(), cwd: directory };

const CONTEXTS = 'scontext=u:r:rustnet_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file';

function avc(i: number, rest = ''): string {
  const asked = ['read', 'ioctl', 'nlmsg', 'getattr open'][i % 4]!;
  const extended = ['', ' ioctlcmd=0x5412', ' nl-msgtype=16', ''][i % 4];
  return `avc:  denied  { ${asked} } for  pid=${i} comm="rustnet" name="n"${extended} ${CONTEXTS} permissive=${i % 2}${rest}`;
}

function stamp(i: number): string {
  return `${1764290091 + i}.${String(i % 1000).padStart(3, '0')}:${i + 1}`;
}

/** Each shape of JSON that people have, of 40 events. */
const SHAPES: Readonly<Record<string, (i: number) => object>> = {
  'journalctl, the kernel’s': (i) => ({
    _HOSTNAME: `web${i % 3}`,
    _TRANSPORT: 'kernel',
    MESSAGE: `audit: type=1400 audit(${stamp(i)}): ${avc(i)}`,
  }),
  'journalctl, auditd’s': (i) => ({
    _HOSTNAME: `web${i % 3}`,
    _TRANSPORT: 'audit',
    _AUDIT_TYPE_NAME: 'AVC',
    _AUDIT_ID: String(i + 1),
    _SOURCE_REALTIME_TIMESTAMP: String((1764290091 + i) * 1_000_000 + 123_456),
    MESSAGE: `AVC ${avc(i)}`,
  }),
  laurel: (i) => ({
    ID: stamp(i),
    NODE: `web${i % 3}`,
    AVC: [
      {
        denied: [['read'], ['ioctl'], ['nlmsg'], ['getattr', 'open']][i % 4],
        pid: i,
        comm: 'rustnet',
        name: 'n',
        ...(i % 4 === 1 ? { ioctlcmd: '0x5412' } : {}),
        ...(i % 4 === 2 ? { 'nl-msgtype': 16 } : {}),
        scontext: 'u:r:rustnet_t:s0',
        tcontext: 'u:object_r:shadow_t:s0',
        tclass: 'file',
        permissive: i % 2,
      },
    ],
    SYSCALL: { syscall: 2, success: 'no', comm: 'rustnet', exe: '/usr/bin/rustnet' },
  }),
  'auditbeat with the records': (i) => ({
    '@timestamp': '2025-11-28T00:34:51.123Z',
    host: { name: `web${i % 3}` },
    event: {
      module: 'auditd',
      original: [
        `type=AVC msg=audit(${stamp(i)}): ${avc(i)}`,
        `type=SYSCALL msg=audit(${stamp(i)}): arch=c000003e syscall=2 success=no`,
      ],
    },
    auditd: { sequence: i + 1 },
  }),
  'auditbeat without': (i) => ({
    '@timestamp': new Date(1764290091_000 + i * 1000 + 123).toISOString(),
    host: { name: `web${i % 3}` },
    process: { name: 'rustnet', pid: String(i) },
    auditd: {
      sequence: i + 1,
      data: {
        seresult: 'denied',
        seperms: ['read', 'ioctl', 'write', 'getattr,open'][i % 4],
        ...(i % 4 === 1 ? { ioctlcmd: '0x5412' } : {}),
        scontext: 'u:r:rustnet_t:s0',
        tcontext: 'u:object_r:shadow_t:s0',
        tclass: 'file',
        permissive: String(i % 2),
      },
    },
  }),
  'a shipper’s': (i) => ({
    host: `web${i % 3}`,
    program_version: i < 20 ? '1.6' : '1.7',
    message: `type=AVC msg=audit(${stamp(i)}): ${avc(i, '\x1dAUID="root"')}`,
  }),
};

async function read(from: readonly string[], logs: readonly string[] = []): Promise<unknown> {
  return comparable(await collectAll(io, { logs, from }, rustnet));
}

/** Without names and the order of requests: they are examples. */
function comparable(tally: LogTally): unknown {
  const { tallies, refusals, unread, ...rest } = JSON.parse(JSON.stringify(tally)) as LogTally;
  return {
    ...rest,
    tallies: tallies
      .map(({ commands: _, paths: __, example, ...each }) =>
        JSON.stringify({ ...each, time: example.time, from: example.source }),
      )
      .sort(),
    refusals: refusals.map(({ text, count }) => `${text} ${count}`).sort(),
    unread: unread.map(({ kind, count }) => `${kind} ${count}`).sort(),
  };
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(directory, name), content);
  return name;
}

const lines = (shape: (i: number) => object): string =>
  Array.from({ length: 40 }, (_, i) => `${JSON.stringify(shape(i))}\n`).join('');

test.each(Object.entries(SHAPES))(
  '%s: the engine says what the reader says',
  async (name, shape) => {
    const log = file(`${name.replace(/\W/g, '')}.json`, lines(shape));
    const found = (await read([log])) as { tallies: string[]; hosts: unknown[] };
    expect(found.tallies.length).toBeGreaterThan(3);
    expect(found.hosts).toHaveLength(3);
    expect(found).toEqual(await read([], [log]));
    // Most of it is grouped, and not read line by line.
    expect(await kinds(log)).not.toContain('reader');
  },
);

async function kinds(log: string): Promise<string[]> {
  const { groups, jsonLines } = await import('../../src/fleet/index.ts');
  return withDuckDb(async (db) => {
    const sql = groups(jsonLines([join(directory, log)]), rustnet.program.executables);
    return (await db.runAndReadAll(`SELECT DISTINCT kind FROM (${sql})`)).getRows().map(String);
  });
}

const record = (i: number): string => `type=AVC msg=audit(${stamp(i)}): ${avc(i)}`;

test.each([
  ['JSON that is cut off', `{"message":"${record(1).replaceAll('"', '\\"')}`],
  ['no JSON', record(2)],
  ['a record that is cut off', JSON.stringify({ message: record(3).slice(0, 90) })],
  ['a loss', JSON.stringify({ message: 'audit: audit_lost=3 audit_rate_limit=0' })],
  [
    'a loss beside a denial',
    JSON.stringify({ message: record(4), more: 'audit: backlog limit exceeded' }),
  ],
  ['two denials in one', JSON.stringify({ message: record(4), more: record(5) })],
  [
    'AppArmor',
    JSON.stringify({
      message: 'audit: type=1400 audit(1.000:1): apparmor="DENIED" operation="open"',
    }),
  ],
  ['nulls', '{"MESSAGE":null,"_TRANSPORT":"audit","_AUDIT_TYPE_NAME":"AVC"}'],
  ['bytes', JSON.stringify({ MESSAGE: [...Buffer.from(`audit: ${record(6)}`)] })],
  [
    'wrong types',
    '{"MESSAGE":{"x":["avc:  denied"]},"host":7,"_HOSTNAME":null}\n[1,2]\n"avc"\n7\nnull',
  ],
  ['a needless escape', JSON.stringify({ message: record(7) }).replace('avc', '\\u0061vc')],
  ['a lone surrogate', JSON.stringify({ message: record(8) }).replace('pid', '\\ud800pid')],
  ['a line of 3 MB', JSON.stringify({ message: record(9), padding: 'x'.repeat(3_000_000) })],
  ['a line of 20 MB', JSON.stringify({ padding: 'x'.repeat(20_000_000), message: record(9) })],
  [
    'bytes that are no text',
    Buffer.from(`{"message":"\xff\xfe ${record(9).replaceAll('"', '\\"')}"}`, 'latin1'),
  ],
  ['a separator of DuckDB’s', `{"message":"\x1f"}\n${JSON.stringify({ message: record(9) })}`],
  ['NUL', `{"message":"\0"}\n${JSON.stringify({ message: record(9) })}`],
  [
    'a refusal',
    JSON.stringify({
      message:
        'type=SELINUX_ERR msg=audit(1.000:1): op=security_compute_sid invalid_context="u:r:rustnet_t:s0"',
    }),
  ],
  [
    'an execution outside',
    JSON.stringify({
      message:
        'type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 success=yes exe="/usr/bin/rustnet" subj=u:r:init_t:s0',
    }),
  ],
  [
    'a label that was lost',
    JSON.stringify({ message: `${record(4)} trawcon="u:object_r:old_t:s0"` }),
  ],
  ['text that only tells of a denial', JSON.stringify({ MESSAGE: 'hello', _CMDLINE: record(5) })],
  [
    'a forged name',
    JSON.stringify({
      message: record(1).replace(
        'comm="rustnet"',
        `comm="x scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=dir"`,
      ),
    }),
  ],
  [
    'a prefix of syslog',
    JSON.stringify({
      message: `Nov 28 02:34:51 web07 kernel: audit: ${record(6).replace('type=AVC msg=', 'type=1400 ')}`,
    }),
  ],
  ['a node', JSON.stringify({ message: `node=web08 ${record(6)}` })],
  ['JSON behind syslog', `Nov 28 02:34:51 web09 x: ${JSON.stringify({ message: record(6) })}`],
  ['a number for a type', JSON.stringify({ message: record(6).replace('AVC', 'UNKNOWN[1400]') })],
  [
    'a refusal with a number for a type',
    JSON.stringify({ message: 'type=UNKNOWN[1401] msg=audit(1.000:1): op=x c=u:r:rustnet_t:s0' }),
  ],
  [
    'an object manager’s refusal',
    JSON.stringify({ MESSAGE: `audit: type=1122 audit(1.000:1): pid=1 msg='Unknown class'` }),
  ],
  [
    'a sentence of the kernel’s',
    JSON.stringify({ MESSAGE: 'SELinux:  Context u:r:rustnet_t:s0 is not valid (left unmapped).' }),
  ],
  ['a sentence about nobody', JSON.stringify({ MESSAGE: 'SELinux: a_b:  unrecognized SID 42' })],
  ['setroubleshoot', JSON.stringify({ MESSAGE: 'SELinux is preventing x from read access' })],
  ['printk’s loss', JSON.stringify({ MESSAGE: '** 12 printk messages dropped **' })],
  [
    'auditbeat’s refusal',
    '{"auditd":{"sequence":7,"message_type":"selinux_err","data":{"op":"x","newcontext":"u:r:rustnet_t:s0"}}}',
  ],
  [
    'auditbeat’s execution outside',
    '{"auditd":{"sequence":7,"message_type":"syscall","result":"success","data":{"syscall":"execve"}},"process":{"executable":"/usr/bin/rustnet"},"user":{"selinux":{"user":"u","role":"r","domain":"init_t","level":"s0"}}}',
  ],
  [
    'a record in a deep object',
    `${'{"a":'.repeat(30)}${JSON.stringify(record(6))}${'}'.repeat(30)}`,
  ],
  ['records in several lines', JSON.stringify({ message: `${record(6)}\n${record(7)}` })],
])('%s is read, or counted, as the reader does', async (name, line) => {
  const usual = lines(SHAPES['a shipper’s']!);
  const content = Buffer.concat([
    Buffer.from(usual),
    Buffer.from(line as string),
    Buffer.from(`\r\n\n${usual}`),
  ]);
  const log = file(`hostile-${name.replace(/\W/g, '')}.json`, content);
  expect(await read([log])).toEqual(await read([], [log]));
});

test('compressed, as Parquet, of several kinds at once, with names that look like patterns', async () => {
  mkdirSync(join(directory, 'many'));
  const all = Object.values(SHAPES).map(lines);
  const [a, b, c, d, e, f] = all as [string, string, string, string, string, string];
  file('many/a.json.gz', Buffer.concat([gzipSync(a), gzipSync(a)]));
  file('many/b.json.zst', Buffer.concat([zstdCompressSync(b), zstdCompressSync(b)]));
  file('many/c [1]*.json', c);
  file('many/d.log', `${Array.from({ length: 9 }, (_, i) => record(i)).join('\n')}\n`);
  file('many/e.log.gz', gzipSync(e));
  const whole = (await read(['many/*'])) as { unread: unknown[] };
  const expected = await read(
    [],
    ['many/a.json.gz', 'many/b.json.zst', 'many/c [1]*.json', 'many/d.log', 'many/e.log.gz'],
  );
  expect(whole).toEqual(expected);
  expect(whole.unread).toEqual([]);
  file('flat.json', f);
  await withDuckDb((db) =>
    db.run(
      `COPY (SELECT * FROM read_json(${text(join(directory, 'flat.json'))})) TO ${text(join(directory, 'flat.parquet'))} (FORMAT parquet)`,
    ),
  );
  expect(await read(['flat.parquet'])).toEqual(await read([], ['flat.json']));
  expect(d).toContain('auditbeat'.slice(0, 5));
});

test('a compressed file that ends early is a loss, never a smaller log', async () => {
  const many = lines(SHAPES['a shipper’s']!).repeat(50);
  for (const [name, whole] of [
    ['half.json.gz', gzipSync(many)],
    ['half.json.zst', zstdCompressSync(many)],
  ] as const) {
    file(name, whole.subarray(0, whole.length - 20));
    expect(await read([name]), name).toMatchObject({ unread: ['loss 1'] });
  }
});

test.each([
  ['no file', 'none/*.json', /no file matches `none\/\*\.json`/, 2],
  ['Parquet that is none', 'bad.parquet', /cannot read `.*bad\.parquet`: /, 3],
  ['no log', 'other.json', /no audit record in `other\.json`/, 3],
])('%s is one sentence', async (_, pattern, said, code) => {
  file('bad.parquet', 'PAR1 and no more');
  file('other.json', '{"a":1}\n{"b":"c"}\n');
  const profile = join(import.meta.dirname, '../../profiles/rustnet');
  const result = await runCli(['review', profile, '--target', 'debian-13', '--from', pattern], {
    cwd: directory,
  });
  expect(result.err).toMatch(said);
  expect(result.err.match(/^confine:/gm)).toHaveLength(1);
  expect(result.code).toBe(code);
});
