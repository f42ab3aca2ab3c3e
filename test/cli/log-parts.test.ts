import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, describe as group, test } from 'vitest';
import { collectLog } from '../../src/cli/load-denials.ts';
import { partsAt, readPart } from '../../src/cli/log-part.ts';
import { merged, readInParts } from '../../src/cli/log-parts.ts';
import { Collector, type LogTally } from '../../src/fleet/index.ts';
import { describe } from '../selinux/prove/subject-policy.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-parts-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const log = join(work, 'audit.log');
const app = describe('app', []);

const page = readFileSync(join(import.meta.dirname, '../../docs/logs.md'), 'utf8');
const EXAMPLES = [...page.matchAll(/```log\n([\s\S]*?)\n```/g)].map((match) => match[1]!);

const event = (serial: number, rest: string, type = 'AVC'): string =>
  `type=${type} msg=audit(${1_764_290_090 + Math.floor(serial / 4)}.123:${serial}): ${rest}`;
const denied = (serial: number, type: string, rest = ''): string =>
  event(
    serial,
    `avc:  denied  { read } for  pid=7 comm="c${serial}" name="n${serial}"${rest} scontext=u:r:app_t:s0 tcontext=u:object_r:${type}:s0 tclass=file permissive=0`,
  );

/** Denials whose other records come later, wrapped and joined ones, and all that is counted besides. */
const LINES: readonly string[] = [
  denied(1, 'a_t'),
  denied(2, 'b_t', ' path="/é/ü"'),
  event(1, 'arch=c000003e syscall=2 success=no exit=-13 comm="c1" exe="/usr/bin/é"', 'SYSCALL'),
  event(2, 'cwd="/var"', 'CWD'),
  event(2, 'item=0 name="x/n2" nametype=NORMAL', 'PATH'),
  denied(3, 'a_t').replace(' tcontext', '\n tcontext'),
  `${denied(5, 'a_t')}${denied(6, 'c_t')}`,
  event(7, 'op=security_bounded_transition seresult=denied oldcontext=u:r:app_t:s0', 'SELINUX_ERR'),
  'audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64',
  event(8, 'avc:  denied  { read } for  pid=7'),
  event(9, 'audit_lost=3', 'KERNEL'),
  event(
    10,
    'arch=c000003e syscall=59 success=yes exe="/usr/bin/app" subj=u:r:init_t:s0',
    'SYSCALL',
  ),
  'Nov 28 02:34:51 web01 app[1]: nothing',
  '',
];

/** Read as it is, from its beginning to its end. */
async function whole(): Promise<LogTally> {
  const collector = new Collector(app);
  await collectLog({ cwd: work } as never, log, collector);
  return collector.all();
}

function inParts(places: readonly number[], overlap: number): LogTally | undefined {
  const collected = new Collector(app);
  const parts = partsAt(log, statSync(log).size, places, overlap);
  const events = merged(
    parts.map((part) => readPart(log, part, app)),
    collected,
  );
  return events === undefined ? undefined : collected.all();
}

group('a log in two parts is the log', () => {
  test.each([
    ['with a line break at its end', '\n'],
    ['without', ''],
  ])('cut at every byte, %s', async (_, end) => {
    writeFileSync(log, LINES.join('\n') + end);
    const all = await whole();
    expect(all.tallies.length).toBeGreaterThan(2);
    expect(all.unread.length).toBeGreaterThan(1);
    expect([all.refusals.length, all.strays.length]).toEqual([1, 1]);
    const { size } = statSync(log);
    let fitted = 0;
    for (let place = 0; place <= size; place++) {
      // What was read before the cut tells the second reader all that the first one holds there.
      expect(inParts([0, place], size)).toEqual(all);
      const little = inParts([0, place], 300);
      if (little === undefined) continue;
      fitted++;
      expect(little).toEqual(all);
    }
    // Parts that do not fit are seen, and some fit.
    expect(fitted).toBeGreaterThan(0);
    expect(fitted).toBeLessThan(size);
  });

  test('or in many, of lines in any order', async () => {
    const logs = fc.array(fc.constantFrom(...LINES, ...EXAMPLES), { minLength: 5, maxLength: 40 });
    const places = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(logs, places, fc.nat(3000), async (lines, cuts, overlap) => {
        writeFileSync(log, `${denied(1, 'a_t')}\n${lines.join('\n')}\n`);
        const { size } = statSync(log);
        const sorted = [0, ...cuts.map((cut) => cut % size).sort((a, b) => a - b)];
        const all = await whole();
        expect(inParts(sorted, size)).toEqual(all);
        expect([undefined, all]).toContainEqual(inParts(sorted, overlap));
      }),
      { numRuns: 100 },
    );
  });
});

test('threads read what one reader reads', async () => {
  const line = (i: number): string => denied(i, `t${i % 50}_t`);
  const many = Array.from({ length: 400_000 }, (_, i) => line(i)).join('\n');
  writeFileSync(log, `${many}\n`);
  expect(statSync(log).size).toBeGreaterThan(64 << 20);
  const { size } = statSync(log);
  const collected = new Collector(app);
  expect(await readInParts(log, size, collected)).toBe(400_000);
  expect(collected.all()).toEqual(inParts([0], size));
  expect(await whole()).toEqual(collected.all());
  expect(collected.all().tallies).toHaveLength(50);
});
