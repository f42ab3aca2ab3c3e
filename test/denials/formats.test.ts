import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  auditEvents,
  auditLines,
  eventsIn,
  executionOf,
  formatTally,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
} from '../../src/denials/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/logs.md'), 'utf8');
const examples = [...page.matchAll(/```log\n([\s\S]*?)\n```/g)].map((match) => match[1]!);

interface Read {
  readonly requests: readonly string[];
  readonly unread: readonly string[];
}

function read(text: string): Read {
  const unread = new Unread();
  const tallies = new Tallies();
  for (const event of eventsIn(text, unread)) {
    for (const denial of readDenials(event, unread)) tallies.add(denial);
  }
  return {
    requests: tallies.all().map((tally) => `${formatTally(tally)} ${tally.count}`),
    unread: unread.all().map(({ kind, count }) => `${kind} ${count}`),
  };
}

const CONTEXTS = 'scontext=u:r:app_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file';
const avc = (rest: string): string => `type=AVC msg=audit(1764290091.123:1): avc:  denied  ${rest}`;
const WHOLE = avc(`{ read } for  pid=7 comm="app" ${CONTEXTS} permissive=0`);
const SHADOW = 'app_t shadow_t:file { read } 1';

describe('the page of formats', () => {
  test('has its examples', () => expect(examples.length).toBeGreaterThan(18));
  test.each(examples)('%#: %s', async (example) => {
    expect(read(example)).toEqual({ requests: [SHADOW], unread: [] });
    expect(read(example.replaceAll('\n', '\r\n'))).toEqual({ requests: [SHADOW], unread: [] });
    // As a stream, cut anywhere.
    const found: string[] = [];
    for await (const event of auditEvents(auditLines(example.match(/[\s\S]{1,7}/g)!))) {
      found.push(...readDenials(event).map(({ tclass }) => tclass));
    }
    expect(found).toEqual(['file']);
  });
});

test.each([
  [
    'cut off before its class',
    avc('{ read } for  pid=7 scontext=u:r:app_t:s0 tcontext=u:r:b_t:s0'),
  ],
  ['without a permission', WHOLE.replace('{ read }', '{ }')],
  ['without a context', WHOLE.replace('scontext=u:r:app_t:s0 ', '')],
  ['with a context that is none', WHOLE.replace('u:r:app_t:s0', 'app_t')],
  ['cut off in its verb', avc('').replace('denied  ', 'deni')],
  ['cut off after its stamp', 'type=AVC msg=audit(1764290091.123:5):'],
  ['cut off in its stamp', 'node=web01 type=AVC msg=aud'],
  ['without its head', WHOLE.slice(WHOLE.indexOf('{'))],
  ['without its head and permission', WHOLE.slice(WHOLE.indexOf('comm='))],
  ['JSON that is cut off', `{"MESSAGE":"${WHOLE.replaceAll('"', '\\"')}`],
  [
    'a message that the journal left out',
    '{"MESSAGE":null,"_TRANSPORT":"audit","_AUDIT_TYPE_NAME":"AVC"}',
  ],
])('a denial %s is counted', (_, line) => {
  expect(read(line)).toEqual({ requests: [], unread: ['denial 1'] });
  expect(read(`${WHOLE}\n${line}\n${WHOLE}`)).toEqual({
    requests: [SHADOW.replace('1', '2')],
    unread: ['denial 1'],
  });
});

test.each([
  'audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64',
  '[   12.3] audit: backlog limit exceeded',
  '[   12.3] audit: audit_backlog=65 > audit_backlog_limit=64',
  'Nov 28 02:34:51 web01 kernel: audit_printk_skb: 87 callbacks suppressed',
  'kauditd_printk_skb: 23 callbacks suppressed',
  'audit: 3 callbacks suppressed',
  '__ratelimit: 7 callbacks suppressed',
  '12 callbacks suppressed',
  'selinux_netlink: 7 messages suppressed',
  'systemd-journald[1]: Suppressed 12 messages from app.service',
  'rsyslogd: imuxsock: 12 messages lost due to rate-limiting',
  'rsyslogd: imuxsock begin to drop messages due to rate-limiting',
  'auditd[1]: queue to plugins is full - dropping event',
  'dispatcher: queue is full - dropping event',
  'auditd[1]: Error receiving audit netlink packet (No buffer space available)',
  'Audit daemon is suspending logging due to low disk space.',
  'Audit daemon has no space left on logging partition',
  'audit: kauditd hold queue overflow',
  'Nov 28 02:34:51 web01 systemd-journald[1]: Missed 12 kernel messages',
  '{"MESSAGE":"audit: audit_lost=3 audit_rate_limit=0 audit_backlog_limit=64","_TRANSPORT":"kernel"}',
])('what was lost is counted: %s', (line) => {
  expect(read(line)).toEqual({ requests: [], unread: ['loss 1'] });
});

test.each([
  'audit: audit_lost=0 audit_rate_limit=0 audit_backlog_limit=64',
  'net_ratelimit: 5 callbacks suppressed',
  'type=USER_LOGIN msg=audit(1764290091.123:1): pid=7 msg=\'op=login acct="audit_lost=3"\'',
])('what was not lost is not: %s', (line) => {
  expect(read(line)).toEqual({ requests: [], unread: [] });
});

test.each([
  'avc:  granted  { load_policy } for  pid=7 scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=security',
  'type=AVC msg=audit(1764290091.123:1): avc:  granted  { read } for  pid=7 scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=file',
  "type=USER_AVC msg=audit(1764290091.123:1): pid=1 msg='avc:  op=load_policy lsm=selinux seqno=2 res=1'",
  'SELinux: security_compute_sid: unmapped for scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=process',
])('what was not denied is no lost denial: %s', (line) => {
  expect(read(line)).toEqual({ requests: [], unread: [] });
});

test('AppArmor’s denials say nothing about SELinux, and are counted', () => {
  const line =
    'audit: type=1400 audit(1764290091.123:1): apparmor="DENIED" operation="open" profile="x"';
  expect(read(line)).toEqual({ requests: [], unread: ['apparmor 1'] });
});

test('one command is one request, however it is written', () => {
  const ioctl = (command: string): string =>
    avc(`{ ioctl } for  pid=7 ioctlcmd=${command} ${CONTEXTS} permissive=0`);
  const lines = ['0x5412', '5412', '0x00005412', 'TIOCSTI', '0X5412'].map(ioctl);
  expect(read(lines.join('\n')).requests).toEqual(['app_t shadow_t:file { ioctl } 0x5412 5']);
  expect(read(ioctl('89a2')).requests).toEqual(['app_t shadow_t:file { ioctl } 0x89a2 1']);
});

test('each type of a netlink message is a request of its own', () => {
  const lines = [16, '0x12', '0x10', 'RTM_SETLINK'].map((type) =>
    avc(`{ nlmsg } for  pid=7 nl-msgtype=${type} ${CONTEXTS} permissive=0`),
  );
  expect(read(lines.join('\n')).requests).toEqual([
    'app_t shadow_t:file { nlmsg } message 16 2',
    'app_t shadow_t:file { nlmsg } message 18 1',
    'app_t shadow_t:file { nlmsg } message RTM_SETLINK 1',
  ]);
});

test('an interpreted name cannot forge who asked', () => {
  const forged = WHOLE.replace('1764290091.123:1)', '11/28/2025 02:34:51.123:1) ').replace(
    'comm="app"',
    'comm=x scontext=u:r:innocent_t:s0 tcontext=u:r:b_t:s0 tclass=dir',
  );
  expect(read(forged).requests).toEqual([SHADOW]);
});

test('labels that the policy lacked', () => {
  const source = WHOLE.replace('app_t', 'unlabeled_t');
  expect(read(`${source} srawcon="u:r:app_t:s0"`).requests).toEqual([SHADOW]);
  expect(read(`${WHOLE} trawcon="u:object_r:old_t:s0"`).requests).toEqual([
    'app_t shadow_t (old_t):file { read } 1',
  ]);
});

test('a relative path goes below the working directory', () => {
  const [event] = eventsIn(`${WHOLE.replace('comm="app"', 'comm="app" name="cap"')}
type=CWD msg=audit(1764290091.123:1): cwd="/var/log/app"
type=PATH msg=audit(1764290091.123:1): item=0 name="../x/./cap" nametype=NORMAL`);
  expect(readDenials(event!)[0]!.path).toBe('/var/log/x/cap');
});

test('records in UTF-16 beside others, and bytes of zero that a crash left, are read', () => {
  const wide = (text: string): string =>
    `\ufffd\ufffd${[...text].map((one) => `${one}\0`).join('')}`;
  const other = WHOLE.replace(':1)', ':2)');
  const events = eventsIn(`${WHOLE}\n${wide(`${other}\n`)}\n\0\0\0${WHOLE.replace(':1)', ':3)')}`);
  expect(events.flatMap((event) => readDenials(event))).toHaveLength(3);
});

test('refusals without a denial, and executions that stayed where they were', () => {
  const [refused] = eventsIn(
    'type=SELINUX_ERR msg=audit(1.000:1): op=security_bounded_transition seresult=denied oldcontext=u:r:init_t:s0 newcontext=u:r:app_t:s0',
  );
  expect(refusalsOf(refused!)).toHaveLength(1);
  const exec = (rest: string): string =>
    `type=SYSCALL msg=audit(1.000:1): arch=c000003e ${rest} exe="/usr/bin/app" subj=u:r:init_t:s0 key=(null)`;
  expect(executionOf(eventsIn(exec('syscall=59 success=yes'))[0]!)).toEqual({
    exe: '/usr/bin/app',
    subject: 'u:r:init_t:s0',
  });
  expect(executionOf(eventsIn(exec('syscall=execve success=yes'))[0]!)).toBeDefined();
  expect(executionOf(eventsIn(exec('syscall=59 success=no'))[0]!)).toBeUndefined();
  expect(executionOf(eventsIn(exec('syscall=2 success=yes'))[0]!)).toBeUndefined();
});

test.each(['x', 'audit', '_', 'avc', '1.1:', 'node=a '])(
  'a line of nothing but %j takes no time',
  (part) => {
    const started = performance.now();
    read(part.repeat(65_000 / part.length));
    expect(performance.now() - started).toBeLessThan(1000);
  },
);
