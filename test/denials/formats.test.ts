import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  auditEvents,
  auditLines,
  eventsIn,
  executionOf,
  formatTally,
  isNameless,
  readApparmor,
  readDenials,
  refusalsOf,
  Tallies,
  Unread,
  withoutApparmor,
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
    for (const denial of readDenials(withoutApparmor(event), unread)) tallies.add(denial);
    readApparmor(event, unread);
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
  '[   12.3] ** 12 printk messages dropped **',
  'systemd-journald[1]: /dev/kmsg buffer overrun, some messages lost.',
  'systemd-journald[1]: Forwarding to syslog missed 12 messages.',
  'systemd-journald[1]: Failed to write entry (22 items, 756 bytes), ignoring: Cannot allocate memory',
  'rsyslogd-2177: imuxsock lost 40 messages from pid 32236 due to rate-limiting',
  'auditd[812]: dispatch err (pipe full) event lost',
  '11-28 02:34:51.123  1234  1234 I chatty  : uid=1000(system) expire 12 lines',
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
  'SELinux:  Context u:r:a_t:s0 became valid (mapped).',
  'SELinux:  Class rxrpc_socket not defined in policy.',
  'SELinux: mount invalid.  Same superblock, different security settings for (dev mqueue, type mqueue)',
  'SELinux: security_compute_sid: unmapped for scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=process',
])('what was not denied is no lost denial: %s', (line) => {
  expect(read(line)).toEqual({ requests: [], unread: [] });
});

test('a denial of AppArmor’s that is cut off is counted', () => {
  const line =
    'audit: type=1400 audit(1764290091.123:1): apparmor="DENIED" operation="open" profile="x"';
  expect(read(line)).toEqual({ requests: [], unread: ['apparmor 1'] });
});

test('setroubleshoot tells of a denial whose record is elsewhere', () => {
  const told =
    'Nov 28 02:34:51 web01 setroubleshoot[812]: SELinux is preventing /usr/bin/app from read access on the file shadow.';
  expect(read(told)).toEqual({ requests: [], unread: ['told 1'] });
});

const OTHER = WHOLE.replace('{ read }', '{ write }').replace('shadow_t', 'etc_t');
const alone = (line: string): string => line.slice(line.indexOf('avc:'));
test.each([
  ['of the kernel', (line: string) => line.replace('type=AVC msg=', 'audit: type=1400 ')],
  ['without a type', (line: string) => line.replace('type=AVC msg=', '')],
  ['of journald', (line: string) => `audit[7]: AVC ${alone(line)}`],
  ['without a head', alone],
])('two records %s in one line keep their own permissions', (_, as) => {
  expect(read(`${as(WHOLE)} ${as(OTHER)}`)).toEqual({
    requests: [SHADOW, 'app_t etc_t:file { write } 1'],
    unread: [],
  });
});

test('of two sentences of an object manager it is not known whose contexts follow', () => {
  const twice = `type=USER_AVC msg=audit(1.000:1): pid=1 msg='${alone(WHOLE)} ${alone(OTHER)} exe="x"'`;
  expect(read(twice)).toEqual({ requests: [], unread: ['denial 1'] });
});

test.each([
  ['escaped', WHOLE.replaceAll('"', '\\"')],
  ['escaped, behind syslog', `Nov 28 02:34:51 web01 x: "${WHOLE.replaceAll('"', '\\"')}"`],
  ['escaped twice', WHOLE.replaceAll('"', '\\\\\\"')],
  ['of CSV', `1,"${WHOLE.replaceAll('"', '""')}"`],
  ['of HTML', WHOLE.replaceAll('"', '&quot;')],
  ['single', WHOLE.replace(/(.context=)(\S+)/g, "$1'$2'")],
])('quotes that are %s are the record’s own', (_, line) => {
  const [denial] = eventsIn(line).flatMap((event) => readDenials(event));
  expect(denial).toMatchObject({ comm: 'app', source: { user: 'u' }, permissive: false });
});

test.each([
  'message repeated 5 times: [ %s]',
  '<line>%s</line>',
  '%sARCH=x86_64',
  '%s: exe="/usr/bin/passwd" (sauid=81, hostname=?)',
])('what follows a record is no part of it: %s', (around) => {
  for (const record of [WHOLE, WHOLE.replace(' permissive=0', '')]) {
    if (around.startsWith('%sARCH') && record !== WHOLE) continue;
    const found = read(around.replace('%s', record.replace('type=AVC msg=', 'audit: type=1400 ')));
    expect(found).toEqual({ requests: [SHADOW], unread: [] });
  }
});

test.each([
  ['SELinux:  Context u:r:app_t:s0 is not valid (left unmapped).', false],
  ['SELinux:  Context u:object_r:app_log_t:s0 became invalid (unmapped).', false],
  [
    'SELinux: inode=12 on dev=vda was found to have an invalid context=u:object_r:app_log_t:s0.  This indicates',
    false,
  ],
  [
    'SELinux: security_context_str_to_sid (u:object_r:app_log_t:s0) failed for (dev tmpfs, type tmpfs) errno=-22',
    false,
  ],
  [
    'security_compute_sid:  invalid context u:r:app_t:s0 for scontext=u:r:a_t:s0 tcontext=u:object_r:b_t:s0 tclass=process',
    false,
  ],
  [
    'security_validate_transition:  denied for oldcontext=u:object_r:a_t:s0 newcontext=u:object_r:b_t:s0 taskcontext=u:r:app_t:s0 tclass=3',
    false,
  ],
  [
    'SELinux: unrecognized netlink message: protocol=16 nlmsg_type=42 sclass=netlink_generic_socket pid=1 comm=app',
    false,
  ],
  ['SELinux: unrecognized netlink message: protocol=0 nlmsg_type=1000 sclass=26', true],
  ['SELinux: security_compute_av:  unrecognized SID 42', true],
  ['SELinux: context_struct_compute_av:  unrecognized class 1234', true],
  [
    `type=USER_SELINUX_ERR msg=audit(1.000:1): pid=1 uid=0 subj=u:r:init_t:s0 msg='Unknown class service exe="x"'`,
    true,
  ],
  ['type=UNKNOWN[1401] msg=audit(1.000:1): op=setxattr invalid_context=u:r:app_t:s0', false],
  [
    '{"auditd":{"sequence":7,"message_type":"selinux_err","data":{"op":"security_bounded_transition","seresult":"denied","newcontext":"u:r:app_t:s0"}}}',
    false,
  ],
])('a refusal without a denial: %s', (line, nameless) => {
  for (const prefix of line.startsWith('type=') || line.startsWith('{')
    ? ['']
    : ['', '[   12.3] ', 'Nov 28 02:34:51 web01 kernel: ']) {
    const [event] = eventsIn(`${prefix}${line}`);
    const [record] = refusalsOf(event!);
    expect(isNameless(record!, event!)).toBe(nameless);
  }
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

test.each(['AVC', 'PATH'])('nor a record of its own, in an interpreted %s', (type) => {
  const dated = (line: string): string =>
    line.replace(/\d+\.123:1\)/, '11/28/2025 02:34:51.123:1) ');
  const forging = dated(WHOLE).replace('{ read }', '{ write }');
  const line =
    type === 'AVC'
      ? dated(WHOLE).replace('comm="app"', `name=x ${forging}`)
      : `type=PATH msg=audit(11/28/2025 02:34:51.123:1) : item=0 name=x ${forging}`;
  expect(read(line)).toEqual({ requests: [], unread: ['denial 1'] });
});

test('an array of objects in one line', () => {
  const [one, other] = [WHOLE, OTHER].map((message, i) => ({ host: `web0${i}`, message }));
  const events = eventsIn(JSON.stringify([one, other]));
  expect(
    events.flatMap((event) => readDenials(event)).map(({ host, tclass }) => [host, tclass]),
  ).toEqual([
    ['web00', 'file'],
    ['web01', 'file'],
  ]);
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
