import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../support/clickhouse.ts';
import { runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'confine-fleet-'));
const page = readFileSync(join(root, 'docs/fleet.md'), 'utf8');
const statements = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1]!);

let cluster: Cluster;
afterAll(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Record {
  readonly host: string;
  readonly version: string;
  readonly record: string;
}

const CONTEXTS = 'scontext=u:r:rustnet_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file';

/** Of three machines: usual ones, and those that an engine cannot group. */
const RECORDS: readonly Record[] = Array.from({ length: 60 }, (_, i) => {
  const at = (type: string, body: string): string =>
    `type=${type} msg=audit(${1764290091 + i * 600}.123:${i + 1}): ${body}`;
  const avc = (rest: string): string => at('AVC', `avc:  denied  ${rest}`);
  const records = [
    avc(`{ read } for  pid=${i} comm="rustnet" name="shadow" ${CONTEXTS} permissive=0`),
    avc(
      `{ read } for  pid=${i} comm="rustnet" name="shadow" ${CONTEXTS} permissive=1\x1dAUID="root"`,
    ),
    avc(`{ ioctl } for  pid=${i} comm="it's \\" ioctlcmd=0x5412 ${CONTEXTS} permissive=0`).replace(
      /"it's \\"/,
      '"its"',
    ),
    avc(`{ read } for  pid=${i} comm="x" ${CONTEXTS.replace('rustnet_t', 'sshd_t')} permissive=0`),
    avc(`{ read } for  pid=${i} ${CONTEXTS} permissive=0 trawcon="u:object_r:old_t:s0"`),
    at(
      'SYSCALL',
      'arch=c000003e syscall=2 success=no exit=-13 comm="rustnet" exe="/usr/bin/rustnet"',
    ),
    at(
      'SELINUX_ERR',
      'op=security_bounded_transition seresult=denied oldcontext=u:r:init_t:s0 newcontext=u:r:rustnet_t:s0',
    ),
    at('SYSCALL', 'arch=c000003e syscall=59 success=yes exe="/usr/bin/rustnet" subj=u:r:init_t:s0'),
  ];
  return {
    host: `web0${i % 3}`,
    version: i < 30 ? '1.6' : '1.7',
    record: records[i % records.length]!,
  };
});

beforeAll(async () => {
  cluster = await startCluster();
  for (const shard of [0, 1] as const) {
    await cluster.query(shard, 'CREATE DATABASE audit');
    await cluster.query(shard, statements[0]!);
    const view = await runCli(
      ['review', '--from', from('table=records_local'), '--view', 'tally_local'],
      { cwd: root },
    );
    await cluster.query(shard, view.out);
    for (const statement of statements.slice(1)) await cluster.query(shard, statement);
  }
  const half = (index: number): string =>
    RECORDS.filter((_, i) => i % 2 === index)
      .map(({ host, version, record }) =>
        JSON.stringify({ time: 1795556897, host, program_version: version, record }),
      )
      .join('\n');
  for (const shard of [0, 1] as const) {
    await cluster.query(shard, 'INSERT INTO audit.records_local FORMAT JSONEachRow', half(shard));
  }
});

function from(query: string, shard: 0 | 1 = 0): string {
  return `clickhouse://localhost:${cluster.ports[shard]}/audit?${query}`;
}

function review(...argv: string[]): ReturnType<typeof runCli> {
  return runCli(['review', '--target', 'debian-13', ...argv], { cwd: root });
}

async function requestsOf(...argv: string[]): Promise<unknown> {
  const { out, err } = await runCli(['review', '--target', 'debian-13', '--json', ...argv], {
    cwd: root,
  });
  if (out === '') throw new Error(err);
  const { requests, ...rest } = JSON.parse(out) as {
    requests: { example: unknown; paths: unknown; commands: unknown }[];
  };
  const sorted = requests
    .map(({ example: _, commands: _commands, paths: _paths, ...request }) =>
      JSON.stringify(request),
    )
    .sort();
  return { requests: sorted, ...rest };
}

test('two shards say what the same records say as lines of JSON, from either and from the view', async () => {
  const lines = join(directory, 'records.json');
  writeFileSync(
    lines,
    RECORDS.map(
      ({ host, version, record }) =>
        `${JSON.stringify({ host, program_version: version, message: record })}\n`,
    ).join(''),
  );
  const read = await requestsOf(lines);
  expect(read).toMatchObject({
    others: 8,
    refusals: [{ count: 7 }],
    strays: [{ count: 7 }],
    unread: [],
  });
  expect(await requestsOf('--from', from('table=records'))).toEqual(read);
  expect(await requestsOf('--from', from('table=records', 1))).toEqual(read);
  expect(await requestsOf('--from', from('tally=tally'))).toEqual(read);
});

test('only distinct requests come back', async () => {
  const [before] = (await cluster.query(0, 'SELECT count() FROM audit.records')).split('\n');
  expect(before).toBe('60');
  const [rows] = (
    await cluster.query(
      0,
      "SELECT count() FROM (SELECT kind FROM audit.tally WHERE kind = 'text' GROUP BY kind, denied, contexts, ioctl, nlmsg)",
    )
  ).split('\n');
  expect(Number(rows)).toBe(4);
});

test('a line that the engine cannot group goes to our reader, and is counted where that cannot read it', async () => {
  await cluster.query(
    0,
    'CREATE TABLE audit.broken AS audit.records_local ENGINE = MergeTree() ORDER BY (host, time)',
  );
  const lines = [
    RECORDS[0]!.record.slice(0, 120),
    'audit: audit_lost=3 audit_rate_limit=0 audit_backlog_limit=64',
    `{"host":"inner","message":${JSON.stringify(RECORDS[0]!.record)}}`,
    ...Array.from({ length: 5000 }, () => 'audit: backlog limit exceeded'),
  ];
  const rows = lines.map((record) => JSON.stringify({ time: 1, host: 'web09', record }));
  await cluster.query(0, 'INSERT INTO audit.broken FORMAT JSONEachRow', rows.join('\n'));
  const { out, code } = await review('--from', from('table=broken'), '--json');
  expect(JSON.parse(out)).toMatchObject({
    requests: [{ count: 1, hosts: ['web09'] }],
    unread: expect.arrayContaining([
      expect.objectContaining({ kind: 'denial', count: 1 }),
      expect.objectContaining({ kind: 'loss', count: 5001 }),
    ]),
  });
  expect(code).toBe(4);
});

test.each([
  ['an unknown table', () => from('table=none'), /has no `audit\.none`/, 3],
  [
    'an unknown database',
    () => from('table=none').replace('/audit', '/none'),
    /has no `none\.none`/,
    3,
  ],
  [
    'another table',
    () => from('table=one').replace('/audit', '/system'),
    /`system\.one` lacks a column/,
    3,
  ],
  [
    'no server',
    () => 'clickhouse://localhost:1/audit?table=records',
    /cannot be reached: ECONNREFUSED/,
    3,
  ],
  [
    'a wrong password',
    () => from('table=records').replace('//', '//auditor:wrong@'),
    /refuses the user or the password/,
    3,
  ],
  ['no table', () => from(''), /it names no table/, 2],
  ['no database', () => 'clickhouse://localhost?table=records', /lacks a host or a database/, 2],
])('%s is one sentence', async (_, address, said, code) => {
  const result = await review('--from', address());
  expect(result.err.split('\n').filter((line) => line.startsWith('confine:'))).toEqual([
    expect.stringMatching(said),
  ]);
  expect(result.err).not.toContain('wrong@');
  expect(result.code).toBe(code);
});

test('a shard that is down is no smaller fleet', async () => {
  const tables =
    'CREATE TABLE audit.halved AS audit.records_local ENGINE = Distributed(gone, audit, records_local)';
  await cluster.query(0, tables);
  const { code, err } = await review('--from', from('table=halved'));
  expect(err).toContain('cannot answer');
  expect(code).toBe(3);
});

test('the page’s questions to ClickHouse', async () => {
  const commands = [...page.matchAll(/^\$ confine (review .*clickhouse:.*)$/gm)].map(
    ([, words]) => words!,
  );
  expect(commands).toHaveLength(3);
  for (const words of commands) {
    const argv = words
      .replace('localhost:8123', `localhost:${cluster.ports[0]}`)
      .split(' ')
      .map((word) => word.replace(/^'(.*)'$/, '$1'));
    const { code, out } = await runCli([...argv, '--target', 'debian-13'], { cwd: root });
    expect(out, words).toMatch(
      words.includes('--view') ? /^CREATE MATERIALIZED VIEW/ : /must decide about/,
    );
    expect(code).toBe(words.includes('--view') ? 0 : 1);
  }
});
