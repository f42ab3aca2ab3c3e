import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'confine-fleet-review-'));
for (const name of ['rustnet', 'tcpdump']) {
  mkdirSync(join(directory, 'profiles', name), { recursive: true });
  writeFileSync(
    join(directory, 'profiles', name, 'confinement.ts'),
    `export { default } from ${JSON.stringify(join(root, 'profiles', name, 'confinement.ts'))};\n`,
  );
}
mkdirSync(join(directory, 'logs'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const START = 1764288000;
const DAY = 86_400;

interface At {
  readonly host: string;
  readonly day: number;
  readonly rest?: string;
  readonly permissive?: number;
}

let serial = 0;

function line({ host, day, rest = '{ read }', permissive = 0 }: At): string {
  const target = rest.includes('setexec')
    ? 'tcontext=u:r:rustnet_t:s0 tclass=process'
    : 'tcontext=u:object_r:shadow_t:s0 tclass=file';
  return `node=${host} type=AVC msg=audit(${START + day * DAY}.000:${++serial}): avc:  denied  ${rest} for  pid=7 comm="rustnet" scontext=u:r:rustnet_t:s0 ${target} permissive=${permissive}\n`;
}

function fleet(...records: readonly At[]): string {
  const path = join(directory, `${++serial}.log`);
  writeFileSync(path, records.map(line).join(''));
  return path;
}

function review(...argv: string[]): Promise<CliResult> {
  return runCli(['review', '--target', 'debian-13', ...argv], { cwd: directory });
}

const QUIET: readonly At[] = ['web01', 'web02', 'web03'].flatMap((host) =>
  [0, 3, 7].map((day) => ({ host, day })),
);
const OPEN = { host: 'web02', day: 1, rest: '{ setexec }' };
const ready = (log: string, hosts: number, days: number): Promise<CliResult> =>
  review(log, '--ready', '--hosts', String(hosts), '--days', String(days));

test('a fleet sees on how many machines a request came, of how many, and what is new', async () => {
  const log = fleet(...QUIET, OPEN);
  const { out, code } = await review(log, '--since', '2025-11-28T12:00:00Z');
  expect(out).toMatch(/^denied +times +hosts +share +first +since +last +meaning$/m);
  expect(out).toMatch(
    /shadow_t:file \{ read } +9 +3 of 3 +100 % +2025-11-28 00:00 +2025-12-05 00:00 +stopped/,
  );
  expect(out).toMatch(
    /self:process \{ setexec } +1 +1 of 3 +33 % +2025-11-29 00:00 +new +2025-11-29 00:00 +open/,
  );
  expect(code).toBe(1);
  await review(fleet(...QUIET), '--out', 'earlier.parquet');
  const { out: json } = await review(log, '--since-review', 'earlier.parquet', '--json');
  expect(JSON.parse(json)).toMatchObject({
    requests: [
      { permissions: ['read'], new: false, hosts: ['web01', 'web02', 'web03'] },
      { permissions: ['setexec'], new: true, hosts: ['web02'] },
    ],
    hosts: [{ host: 'web01' }, { host: 'web02' }, { host: 'web03' }],
  });
  // One machine's log has none of these columns.
  expect((await review(fleet(OPEN))).out).toMatch(/^denied +times +last +meaning$/m);
});

test('what means the same is one row, whoever asked; what does not is two', async () => {
  const { out } = await review(
    fleet({ ...OPEN, permissive: 0 }, { ...OPEN, permissive: 1 }),
    '--json',
  );
  expect(JSON.parse(out)).toMatchObject({ requests: [{ count: 2, permissive: 1, refused: 1 }] });
});

test('ready: no request to decide about, on enough machines for long enough', async () => {
  const { out, code } = await ready(fleet(...QUIET), 3, 7);
  expect(out).toBe(
    'ready\nfrom 2025-11-28 00:00 to 2025-12-05 00:00, the newest record; hosts with records of all of it: 3; whether the program ran there is not in them\n',
  );
  expect(code).toBe(0);
  // Before the window, it is over.
  expect((await ready(fleet(...QUIET, OPEN), 3, 5)).code).toBe(0);
});

test.each([
  [
    'an open request',
    [...QUIET, { ...OPEN, day: 5 }],
    3,
    7,
    1,
    /^not ready: the description must decide about 1 of 2\n/,
  ],
  [
    'one that was let through',
    [...QUIET, { host: 'web02', day: 5, permissive: 1 }],
    3,
    7,
    1,
    /^not ready/,
  ],
  ['too few machines', QUIET, 4, 7, 4, /^undecided: records of 7 days from 3 of 4 hosts\n/],
  [
    'too few days',
    QUIET,
    3,
    8,
    4,
    /^undecided: records of 8 days from 0 of 3 hosts, of 3 that sent any\n/,
  ],
  [
    'a machine that fell silent',
    [...QUIET, { host: 'web04', day: 0 }, { host: 'web04', day: 4 }],
    4,
    7,
    4,
    /3 of 4 hosts, of 4/,
  ],
  [
    'a request that cannot be judged',
    [...QUIET, { host: 'web01', day: 5, rest: '{ 0x40000000 }' }],
    3,
    7,
    4,
    /cannot be judged: 1/,
  ],
] as const)('not ready: %s', async (_, records, hosts, days, code, said) => {
  const result = await ready(fleet(...records), hosts, days);
  expect(result.out).toMatch(said);
  expect(result.code).toBe(code);
});

test('not ready: what was lost or not read, also where it is in a tally, and no records at all', async () => {
  const log = fleet(...QUIET);
  writeFileSync(log, `${readFileSync(log, 'utf8')}audit: backlog limit exceeded\n`);
  for (const from of [log, 'lost.parquet']) {
    const { out, code } = await ready(from, 3, 7);
    expect(out).toMatch(/^undecided: records were lost\n/);
    expect(code).toBe(4);
    expect((await review(log, '--out', 'lost.parquet')).code).toBe(4);
  }
  const empty = join(directory, 'empty.log');
  writeFileSync(empty, '');
  expect((await ready(empty, 1, 1)).code).toBe(4);
  const data = JSON.parse(
    (await review(fleet(...QUIET, OPEN), '--ready', '--hosts', '1', '--days', '7', '--json')).out,
  ) as object;
  expect(data).toMatchObject({
    answer: 'not ready',
    hosts: 3,
    open: [{ kind: 'open', hosts: ['web02'] }],
  });
});

test.each([
  [['x.log', '--out', 'x.csv'], '`x.csv` is no name for a tally'],
  [['x.log', '--ready'], '--ready, --hosts and --days go together'],
  [['x.log', '--ready', '--hosts', '0', '--days', '1'], '`0` is no number of machines or days'],
  [['x.log', '--since', 'yesterday'], '--since `yesterday` is no date'],
  [['x.log', '--view', 'tally'], '--view is for one table of ClickHouse'],
  [[], 'no audit log was named'],
])('%j is a wrong invocation', async (argv, said) => {
  writeFileSync(join(directory, 'x.log'), line(OPEN));
  const { err, code } = await review(...argv);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

test('a tally of another domain, one that is cut off, and a directory that is not there', async () => {
  const log = fleet(...QUIET);
  await review(log, '--out', 'own.ndjson');
  const other = await review('profiles/tcpdump', 'own.ndjson');
  expect(other.err).toContain('is a tally of `rustnet_t`, and the description is of `tcpdump_t`');
  expect(other.code).toBe(2);
  const whole = readFileSync(join(directory, 'own.ndjson'), 'utf8');
  for (const broken of [whole.slice(0, -20), `${whole.split('\n').slice(0, -2).join('\n')}\n`]) {
    writeFileSync(join(directory, 'cut.ndjson'), broken);
    const cut = await review('cut.ndjson');
    expect(cut.err).toContain('`cut.ndjson` is no tally that can be read');
    expect(cut.code).toBe(3);
  }
  // Below a file there is no directory.
  for (const name of ['x.parquet', 'x.ndjson']) {
    expect((await review(log, '--out', join(log, name))).code).toBe(3);
  }
});

test('the page’s commands for files do what it says', async () => {
  const page = readFileSync(join(root, 'docs/fleet.md'), 'utf8');
  writeFileSync(
    join(directory, 'web01.log'),
    QUIET.filter(({ host }) => host === 'web01')
      .map(line)
      .join(''),
  );
  for (const host of ['web02', 'web03']) {
    const records = QUIET.filter((each) => each.host === host).map(
      (each) =>
        `${JSON.stringify({
          host,
          message: line(each)
            .trim()
            .replace(/^node=\S+ /, ''),
        })}\n`,
    );
    writeFileSync(join(directory, 'logs', `${host}.json.zst`), zstdCompressSync(records.join('')));
  }
  const commands = [...page.matchAll(/^\$ confine (review .*)$/gm)].map(([, words]) => words!);
  const ours = commands.filter((words) => !words.includes('clickhouse:'));
  expect(ours.length).toBeGreaterThan(4);
  for (const words of ours) {
    const argv = words.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
    const { code, err } = await runCli(
      [...argv, ...(words.includes('--out') ? [] : ['--target', 'debian-13'])],
      { cwd: directory },
    );
    expect(code, `${words}: ${err}`).toBe(0);
  }
});
