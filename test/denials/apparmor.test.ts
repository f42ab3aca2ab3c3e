import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ApparmorTallies,
  eventsIn,
  formatRequest,
  readApparmor,
  readDenials,
  Unread,
  withoutApparmor,
} from '../../src/denials/index.ts';

/** Records in every shape, and that none of them is lost: what is read is counted by request, what is not by line. */
function read(text: string): { found: string[]; unread: string[] } {
  const unread = new Unread();
  const tallies = new ApparmorTallies();
  for (const event of eventsIn(text, unread)) {
    expect(readDenials(withoutApparmor(event), unread)).toEqual([]);
    for (const access of readApparmor(event, unread)) tallies.add(access);
  }
  return {
    found: tallies
      .all()
      .map(
        ({ profile, request, count, allowed }) =>
          `${profile}: ${formatRequest(request)}${count > 1 ? ` ×${count}` : ''}${allowed > 0 ? ' allowed' : ''}`,
      ),
    unread: unread.all().map(({ kind, count }) => `${kind} ${count}`),
  };
}

const BODY =
  'apparmor="DENIED" operation="open" class="file" profile="app" name="/etc/shadow" pid=7 comm="app" requested_mask="r" denied_mask="r" fsuid=0 ouid=0';
const ESCAPED = BODY.replaceAll('"', '\\"');

test.each([
  ['audit.log', `type=AVC msg=audit(1764290091.123:456): ${BODY}`],
  [
    'enriched',
    `node=web01 type=AVC msg=audit(1764290091.123:456): ${BODY}\x1dFSUID="root" OUID="root"`,
  ],
  ['by number', `type=UNKNOWN[1400] msg=audit(1764290091.123:456): ${BODY}`],
  [
    'ausearch -i',
    `type=AVC msg=audit(11/28/2025 02:34:51.123:456) : ${BODY.replaceAll('"', '').replace('fsuid=0 ouid=0', 'fsuid=root ouid=root')}`,
  ],
  ['dmesg', `[   79.638573] audit: type=1400 audit(1764290091.435:708): ${BODY}`],
  [
    'an old kernel',
    `[   79.6] type=1400 audit(1764290091.435:708): ${BODY.replace(' class="file"', '')}`,
  ],
  [
    'syslog',
    `Nov 28 02:34:51 web01 kernel: [60510.3] audit: type=1400 audit(1764290091.4:83): ${BODY}`,
  ],
  ['journal', `Nov 28 02:34:52 web01 audit[7]: AVC ${BODY}`],
  ['a stamp that is lost', `Nov 28 02:34:52 web01 kernel: ${BODY}`],
  [
    'journalctl -o json',
    `{"_TRANSPORT":"audit","_AUDIT_TYPE_NAME":"AVC","_AUDIT_ID":"71","_SOURCE_REALTIME_TIMESTAMP":"1764290091123000","MESSAGE":"AVC ${ESCAPED}"}`,
  ],
  ['a shipper', `{"host":"web01","message":"type=AVC msg=audit(1764290091.123:456): ${ESCAPED}"}`],
  [
    'laurel',
    '{"ID":"1764290091.123:456","AVC":[{"apparmor":"DENIED","operation":"open","class":"file","profile":"app","name":"/etc/shadow","pid":7,"comm":"app","requested_mask":"r","denied_mask":"r","fsuid":0,"ouid":0}]}',
  ],
  [
    'auditbeat',
    '{"@timestamp":"2025-11-28T00:34:51.123Z","event":{"module":"auditd"},"process":{"name":"app","pid":"7"},"auditd":{"sequence":456,"message_type":"avc","data":{"apparmor":"DENIED","operation":"open","class":"file","profile":"app","name":"/etc/shadow","requested_mask":"r","denied_mask":"r","fsuid":"0","ouid":"0"}}}',
  ],
  ['grep', `/var/log/audit/audit.log:12:type=AVC msg=audit(1764290091.123:456): ${BODY}`],
])('%s', (_, line) => {
  expect(read(line)).toEqual({ found: ['app: owner /etc/shadow r'], unread: [] });
});

const record = (rest: string): string =>
  `type=AVC msg=audit(1764290091.123:456): apparmor="DENIED" ${rest}`;

test.each([
  [
    'a name in hexadecimal',
    record(
      'operation="mknod" class="file" profile="app" name=2F746D702F612062 requested_mask="c" denied_mask="c" fsuid=1 ouid=0',
    ),
    'app: /tmp/a b c',
  ],
  [
    'halves of an old kernel',
    record(
      'operation="open" profile="app" name="/x" requested_mask="rw::" denied_mask="rw::" fsuid=1 ouid=1',
    ),
    'app: owner /x rw',
  ],
  [
    'a link',
    record(
      'operation="link" class="file" profile="app" name="/a" requested_mask="l" denied_mask="l" fsuid=1 ouid=1 target="/b"',
    ),
    'app: owner /a l -> /b',
  ],
  [
    'a profile that is missing',
    record(
      'operation="exec" class="file" info="profile transition not found" error=-13 profile="app" name="/bin/x" requested_mask="x" denied_mask="x" fsuid=0 ouid=0 target="app//y"',
    ),
    'app: owner /bin/x x -> app//y',
  ],
  [
    'getattr without a mask',
    record(
      'operation="getattr" info="Failed name lookup - disconnected path" error=-13 profile="app" name="run/x" pid=1 comm="app"',
    ),
    'app: run/x r',
  ],
  [
    'a capability',
    record(
      'operation="capable" class="cap" profile="app" pid=2 comm="app" capability=6  capname="setgid"',
    ),
    'app: capability setgid',
  ],
  [
    'a socket',
    record(
      'operation="create" class="net" profile="app" pid=1 comm="app" family="inet" sock_type="dgram" protocol=17 requested_mask="send create" denied_mask="send create"',
    ),
    'app: network (create send) inet dgram',
  ],
  [
    'a socket, by address',
    record(
      'operation="sendmsg" profile="app" pid=1 comm="app" laddr=10.0.0.1 lport=1 faddr=8.8.8.8 fport=53 family="inet" sock_type="dgram" protocol=17 requested_mask="send" denied_mask="send"',
    ),
    'app: network (send) inet dgram',
  ],
  [
    'a unix socket',
    record(
      'operation="connect" profile="app" pid=1 comm="app" family="unix" sock_type="stream" protocol=0 requested_mask="send receive connect" denied_mask="send connect" addr=none peer_addr="@/tmp/.X11-unix/X0" peer="unconfined"',
    ),
    'app: network (connect send) unix stream -> @/tmp/.X11-unix/X0 unconfined',
  ],
  [
    'a signal',
    record(
      'operation="signal" class="signal" profile="app" pid=1 comm="app" requested_mask="send" denied_mask="send" signal=term peer="other"',
    ),
    'app: signal (send) term other',
  ],
  [
    'a trace',
    record(
      'operation="ptrace" profile="app" pid=1 comm="app" requested_mask="readby" denied_mask="readby" peer="unconfined"',
    ),
    'app: ptrace (readby) unconfined',
  ],
  [
    'a mount',
    record(
      'operation="mount" class="mount" info="failed flags match" error=-13 profile="app" name="/" pid=1 comm="app" flags="rw, rprivate"',
    ),
    'app: mount /',
  ],
  [
    'change_onexec',
    record(
      'operation="change_onexec" class="file" info="label not found" error=-2 profile="app" name="other" pid=1 comm="app"',
    ),
    'app: change_profile other',
  ],
  [
    'a namespace of users',
    record(
      'operation="userns_create" class="namespace" profile="app" pid=1 comm="app" requested="userns_create" denied="userns_create"',
    ),
    'app: userns',
  ],
  [
    'a queue',
    record(
      'operation="open" class="posix_mqueue" profile="app" name="/q" pid=1 comm="app" requested="create" denied="create" fsuid=0 ouid=0',
    ),
    'app: mqueue (create) /q',
  ],
  [
    'io_uring',
    record(
      'operation="uring_sqpoll" class="io_uring" profile="app" pid=1 comm="app" requested="sqpoll" denied="sqpoll"',
    ),
    'app: io_uring (sqpoll)',
  ],
  [
    'what is not known by its class',
    record(
      'operation="setrlimit" class="rlimits" profile="app" pid=1 comm="app" rlimit=nofile value=9',
    ),
    'app: setrlimit rlimits',
  ],
])('%s', (_, line, found) => {
  expect(read(line)).toEqual({ found: [found], unread: [] });
});

const DBUS =
  'apparmor="DENIED" operation="dbus_method_call"  bus="system" path="/org/freedesktop/resolve1" interface="org.freedesktop.resolve1.Manager" member="ResolveAddress" mask="send" name=":1.6" pid=2726 label="app" peer_pid=522 peer_label="unconfined"';

test.each([
  [
    'auditd',
    `type=USER_AVC msg=audit(1764290091.123:456): pid=613 uid=100 auid=4294967295 ses=4294967295 subj=? msg='${DBUS} exe="/usr/bin/dbus-daemon" sauid=102 hostname=? addr=? terminal=?'`,
  ],
  [
    'the kernel’s log, which cuts it',
    `[ 1045.1] audit: type=1107 audit(1648023635.002:57): pid=613 uid=100 auid=4294967295 ses=4294967295 subj=? msg='${DBUS}\n                 exe="/usr/bin/dbus-daemon" sauid=103 hostname=? addr=? terminal=?'`,
  ],
  ['syslog', `Jun 19 08:32:00 web01 dbus-daemon[1224]: ${DBUS}`],
])('a bus, by %s', (_, text) => {
  expect(read(text)).toEqual({
    found: [
      'app: dbus (send) system :1.6 /org/freedesktop/resolve1 org.freedesktop.resolve1.Manager.ResolveAddress',
    ],
    unread: [],
  });
});

test('what complain mode let through counts apart, and processes by number do not', () => {
  const line = (pid: number): string =>
    `type=AVC msg=audit(1764290091.123:${pid}): apparmor="ALLOWED" operation="open" class="file" profile="app//null-/usr/bin/dash" name="/proc/${pid}/environ" requested_mask="r" denied_mask="r" fsuid=0 ouid=0`;
  expect(read([line(1), line(22)].join('\n'))).toEqual({
    found: ['app//null-/usr/bin/dash: owner /proc/1/environ r ×2 allowed'],
    unread: [],
  });
});

test('what was granted or loaded is passed over', () => {
  const audit = record(
    'operation="open" class="file" profile="app" name="/x" requested_mask="r" fsuid=0 ouid=0',
  ).replace('DENIED', 'AUDIT');
  const status = record('operation="profile_load" profile="unconfined" name="x" pid=1').replace(
    'DENIED',
    'STATUS',
  );
  expect(read(`${audit}\n${status}`)).toEqual({ found: [], unread: [] });
});

test.each([
  ['cut off', record('operation="open" profile="app" na')],
  ['without a profile', record('operation="open" name="/x" requested_mask="r" denied_mask="r"')],
  [
    'a letter that is not known',
    record('operation="open" profile="app" name="/x" denied_mask="rZ"'),
  ],
])('a record that is %s counts as not read', (_, line) => {
  expect(read(line)).toEqual({ found: [], unread: ['apparmor 1'] });
});

test('who reads SELinux’s records alone is told of them, one by one, the bus’s too', () => {
  const lines = [
    `type=AVC msg=audit(1764290091.123:456): ${BODY}`,
    `type=USER_AVC msg=audit(1764290091.123:457): pid=1 uid=0 subj=unconfined msg='apparmor="DENIED" operation="dbus_method_call" bus="system" mask="send" label="app"'`,
  ];
  const unread = new Unread();
  for (const event of eventsIn(lines.join('\n'), unread)) {
    expect(readDenials(event, unread)).toEqual([]);
  }
  expect(unread.all()).toMatchObject([{ kind: 'apparmor', count: 2 }]);
});

test('a command that is called like AppArmor’s first words is no record of its', () => {
  const unread = new Unread();
  const [event] = eventsIn(
    'type=AVC msg=audit(1764290091.123:1): avc:  denied  { read } for  pid=7 comm="apparmor=DENIED" scontext=u:r:app_t:s0 tcontext=u:object_r:shadow_t:s0 tclass=file permissive=0',
  );
  expect(readApparmor(event!, unread)).toEqual([]);
  expect(readDenials(event!, unread)).toHaveLength(1);
  expect(unread.all()).toEqual([]);
});

test('the records of a real kernel are all read', () => {
  const text = readFileSync(join(import.meta.dirname, '../apparmor/logs/debian-13.log'), 'utf8');
  const { found, unread } = read(text);
  expect(unread).toEqual([]);
  expect(found).toContain('rustnet: network (send) inet dgram ×2');
  expect(found).toContain('rustnet: capability sys_admin');
  expect(found).toContain('rustnet: signal (send) exists unconfined');
});
