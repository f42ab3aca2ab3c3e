import { expect, test } from 'vitest';
import { apparmorDenialsOf, eventsIn } from '../../src/denials/index.ts';
import type { ExpectedRecord } from '../../src/description/index.ts';
import { recordProblems } from '../../src/lab/expect-apparmor.ts';

/** As kernel 6.12 and auditd wrote them. */
const SENT =
  'type=AVC msg=audit(1795894040.066:503): apparmor="DENIED" operation="sendmsg" class="net" profile="rustnet" pid=1269 comm="rustnet" family="inet" sock_type="dgram" protocol=17 requested_mask="send" denied_mask="send"';
const OPENED =
  'type=AVC msg=audit(1795894024.426:445): apparmor="DENIED" operation="open" class="file" profile="rustnet" name="/proc/1164/" pid=1118 comm="process-enrichm" requested_mask="r" denied_mask="r" fsuid=1001 ouid=1001\x1dFSUID="confine-lab" OUID="confine-lab"';

const EXPECTED: ExpectedRecord = {
  operation: 'sendmsg',
  class: 'net',
  name: 'inet dgram',
  denied: 'send',
};

function problems(records: readonly string[], expected: readonly ExpectedRecord[]): string[] {
  return recordProblems(
    eventsIn(records.join('\n')).flatMap(apparmorDenialsOf),
    expected,
    'rustnet',
  );
}

test('a record is read in its own words', () => {
  expect(eventsIn(OPENED).flatMap(apparmorDenialsOf)[0]).toMatchObject({
    outcome: 'DENIED',
    profile: 'rustnet',
    operation: 'open',
    class: 'file',
    name: '/proc/1164/',
    denied: 'r',
    comm: 'process-enrichm',
    pid: 1118,
  });
});

test('the expected record and nothing else is no problem; one that is missing or not expected is', () => {
  expect(problems([SENT], [EXPECTED])).toEqual([]);
  expect(problems([], [EXPECTED])).toEqual(['missing denial: net sendmsg inet dgram { send }']);
  expect(problems([], [{ ...EXPECTED, optional: true }])).toEqual([]);
  expect(problems([SENT, OPENED], [EXPECTED])).toEqual([
    'unexpected denial: rustnet open /proc/1164/ { r } (comm=process-enrichm)',
  ]);
});

test.each<Partial<ExpectedRecord>>([
  { operation: 'create' },
  { class: 'file' },
  { name: 'inet' },
  { denied: 'receive' },
])('%o is another record', (change) => {
  expect(problems([SENT], [{ ...EXPECTED, ...change }])).toHaveLength(2);
});

test('what complain mode allows counts, also of what the program executes; another profile does not', () => {
  const allowed = OPENED.replace('DENIED', 'ALLOWED');
  const child = allowed.replace('profile="rustnet"', 'profile="rustnet//null-/usr/bin/dash"');
  expect(problems([allowed], [])).toHaveLength(1);
  expect(problems([child], [])).toHaveLength(1);
  expect(problems([SENT.replace('profile="rustnet"', 'profile="rustnet2"')], [])).toEqual([]);
  expect(problems([allowed.replace('ALLOWED', 'AUDIT')], [])).toEqual([]);
});

test('letters of a file’s permissions are counted one by one', () => {
  const both = OPENED.replaceAll('_mask="r"', '_mask="wr"');
  const file = { operation: 'open', class: 'file', name: '/proc/\\d+/' };
  expect(problems([both], [{ ...file, denied: 'rw' }])).toEqual([]);
  expect(problems([both], [{ ...file, denied: 'r' }])).toHaveLength(2);
});
