import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { readTally, writeTally } from '../../src/cli/fleet/tally-file.ts';
import { processIo } from '../../src/cli/io.ts';
import { auditEvents } from '../../src/denials/index.ts';
import { Collector, type LogTally, tallyOf, tallyRows } from '../../src/fleet/index.ts';
import { review } from '../../src/review/index.ts';
import type { PolicySet } from '../../src/selinux/prove/index.ts';
import { describe, PRELUDE } from '../selinux/prove/subject-policy.ts';
import { policyFromCil } from '../support/policy.ts';

const directory = mkdtempSync(join(tmpdir(), 'confine-tally-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const io = { ...processIo(), cwd: directory };

/** Types that are the description's business, and one that is not. */
const SOURCES = ['rustnet_t', 'rustnet_t', 'sshd_t'];
const TARGETS = ['shadow_t', 'rustnet_t', 'etc_t', 'rustnet_exec_t'];

const denial = fc.record({
  source: fc.constantFrom(...SOURCES),
  target: fc.constantFrom(...TARGETS),
  user: fc.constantFrom('u', 'system_u'),
  level: fc.constantFrom('s0', 's0:c1,c2'),
  asked: fc.constantFrom('read', 'write open', 'ioctl', 'nlmsg', '0x800000 read'),
  command: fc.constantFrom('0x5412', '5413', 'TIOCSTI'),
  permissive: fc.constantFrom(
    ' permissive=0',
    ' permissive=1',
    '',
    ' permissive=0 trawcon="u:object_r:old_t:s0"',
  ),
  comm: fc.constantFrom('rustnet', 'x', 'y', 'z', 'a', 'b', 'c'),
  time: fc.integer({ min: 0, max: 100_000 }),
  host: fc.constantFrom(undefined, 'web01', 'web02', 'web03'),
  shape: fc.constantFrom('audit.log', 'kernel', 'journal', 'journald', 'laurel', 'shipper'),
});

const other = fc.constantFrom(
  'audit: backlog limit exceeded',
  'audit: apparmor="DENIED" operation="open"',
  'type=AVC msg=audit(1764290091.123:1): avc:  denied  { read } for  pid=1 scontext=u:r',
  'type=SELINUX_ERR msg=audit(7.000:1): op=security_compute_sid invalid_context="u:r:rustnet_t:s0"',
  'type=SYSCALL msg=audit(8.000:1): arch=c000003e syscall=59 success=yes exe="/usr/bin/rustnet" subj=u:r:init_t:s0',
  '[   12.3] SELinux: security_compute_av:  unrecognized SID 42',
  'setroubleshoot[812]: SELinux is preventing /usr/bin/rustnet from read access on the file x.',
  'no record at all',
);

let serial = 100;

function lineOf(of: Generated): string {
  const stamp = `${1764290091 + of.time}.123:${++serial}`;
  const extended =
    of.asked === 'ioctl' ? ` ioctlcmd=${of.command}` : of.asked === 'nlmsg' ? ' nl-msgtype=16' : '';
  const contexts = {
    scontext: `${of.user}:r:${of.source}:${of.level}`,
    tcontext: `u:object_r:${of.target}:s0`,
    tclass: 'file',
  };
  const tail = `scontext=${contexts.scontext} tcontext=${contexts.tcontext} tclass=file${of.permissive}`;
  const body = `avc:  denied  { ${of.asked} } for  pid=7 comm="${of.comm}" name="n${of.time % 9}"${extended} ${tail}`;
  const node = of.host === undefined ? '' : `node=${of.host} `;
  switch (of.shape) {
    case 'audit.log':
      return `${node}type=AVC msg=audit(${stamp}): ${body}`;
    case 'kernel':
      return `[   12.3] audit: type=1400 audit(${stamp}): ${body}`;
    case 'journal':
      return `Nov 28 02:34:52 ${of.host ?? 'web09'} audit[7]: AVC ${body}`;
    case 'journald':
      return JSON.stringify({
        _HOSTNAME: of.host,
        MESSAGE: `audit: type=1400 audit(${stamp}): ${body}`,
      });
    case 'laurel':
      return JSON.stringify({
        ID: stamp,
        NODE: of.host,
        AVC: [{ denied: of.asked.split(' '), comm: of.comm, ...contexts, permissive: 0 }],
      });
    default:
      return JSON.stringify({
        host: { name: of.host },
        program_version: `1.${of.time % 2}`,
        message: `type=AVC msg=audit(${stamp}): ${body}`,
      });
  }
}

type Generated = typeof denial extends fc.Arbitrary<infer Value> ? Value : never;

const log = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: denial.map(lineOf) },
    { weight: 1, arbitrary: other.map((line) => line.replace(':1)', `:${++serial})`)) },
  ),
  { maxLength: 30 },
);

async function tallied(...lines: readonly string[]): Promise<LogTally> {
  const collector = new Collector(rustnet);
  for await (const event of auditEvents(lines, collector.unread)) collector.add(event);
  return collector.all();
}

function merged(...tallies: readonly LogTally[]): LogTally {
  const collector = new Collector(rustnet);
  for (const tally of tallies) collector.merge(tally);
  return collector.all();
}

/** As plain data: what is put together when it is asked for, is. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const APP = describe('rustnet', []);

async function subject(): Promise<PolicySet> {
  const cil = `${PRELUDE}
(type rustnet_t) (type shadow_t) (type etc_t) (type rustnet_exec_t)
(allow rustnet_t etc_t (file (read)))`;
  return {
    db: await policyFromCil(cil),
    fileContexts: undefined,
    ruleset: undefined,
  };
}

test('the review of two logs is the review of their tallies, in whatever form they were kept', async () => {
  const of = await subject();
  let kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(log, log, async (one, two) => {
      // Only the end of a log completes its last events.
      const whole = await tallied(...one, 'type=EOE msg=audit(1.000:0): ', ...two);
      const apart = [await tallied(...one, 'type=EOE msg=audit(1.000:0): '), await tallied(...two)];
      const kept = apart.map((tally) => tallyOf(plain(tallyRows(tally)) as unknown[]));
      expect(plain(kept)).toEqual(plain(apart));
      const reviewed = review(of, APP, whole.tallies);
      kinds = new Set([...kinds, ...reviewed.map(({ meaning }) => meaning.kind)]);
      expect(sorted(merged(...kept))).toEqual(sorted(whole));
      expect(inShort(review(of, APP, merged(...kept).tallies))).toEqual(inShort(reviewed));
      expect(inShort(review(of, APP, merged(...kept.toReversed()).tallies))).toEqual(
        inShort(reviewed),
      );
    }),
    { numRuns: 150 },
  );
  expect(kinds.size).toBeGreaterThan(2);
});

/** Events are complete in the order of their times, so that the order of requests, and which names are among the first, may differ. */
function sorted(tally: LogTally): unknown {
  const { tallies, unread, ...rest } = plain(tally) as LogTally;
  return {
    ...rest,
    unread: unread.map(({ kind, count }) => `${kind} ${count}`).sort(),
    refusals: rest.refusals.map(({ text, count }) => `${text} ${count}`),
    tallies: tallies
      .map(({ commands: _, paths: __, example, ...each }) => words({ ...each, time: example.time }))
      .sort(),
  };
}

function words(value: object): string {
  return JSON.stringify(Object.entries(value).sort());
}

function inShort(reviewed: ReturnType<typeof review>): unknown {
  return reviewed
    .map(({ tally: { commands: _, paths: __, example: ___, ...tally }, meaning }) =>
      words({ ...tally, meaning }),
    )
    .sort();
}

test('Parquet and lines of JSON keep all of it; a file that lacks a row is none', async () => {
  const [sample] = fc.sample(fc.array(denial.map(lineOf), { minLength: 20, maxLength: 40 }), {
    seed: 7,
    numRuns: 1,
  });
  const tally = await tallied(...sample!, 'audit: backlog limit exceeded');
  for (const name of ['t.parquet', 't.ndjson', "it's [1].parquet"]) {
    await writeTally(io, name, tally);
    expect(plain(await readTally(io, name)), name).toEqual(plain(tally));
  }
  const rows = plain(tallyRows(tally)) as { kind: string }[];
  expect(() => tallyOf(rows.slice(0, -1))).toThrow(/it has \d+ rows, and should have \d+/);
  expect(() => tallyOf(rows.slice(1))).toThrow('its first row is not `confine tally 1`');
  expect(() => tallyOf(rows.map((row) => ({ ...row, count: '1' })))).toThrow('`count`');
  expect(() => tallyOf([null])).toThrow('row 1');
});
