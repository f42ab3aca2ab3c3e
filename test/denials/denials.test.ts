import { expect, test } from 'vitest';
import {
  auditEvents,
  auditLines,
  denialsOf,
  eventsIn,
  formatTally,
  LONGEST_LINE,
  parseRecord,
  Tallies,
} from '../../src/denials/index.ts';

/** From a Debian 13 guest, rustnet 1.6.0 in its permissive domain; auditd's enriched format. */
const CGROUP = [
  'type=AVC msg=audit(1795556897.683:3042): avc:  denied  { search } for  pid=675 comm="rustnet" name="/" dev="cgroup2" ino=1 scontext=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 tcontext=system_u:object_r:cgroup_t:s0 tclass=dir permissive=1',
  'type=AVC msg=audit(1795556897.683:3042): avc:  denied  { getattr } for  pid=675 comm="rustnet" path="/sys/fs/cgroup/system.slice/ssh.service/cgroup.controllers" dev="cgroup2" ino=1770 scontext=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 tcontext=system_u:object_r:cgroup_t:s0 tclass=file permissive=1',
  'type=SYSCALL msg=audit(1795556897.683:3042): arch=c000003e syscall=332 success=yes exit=0 a0=ffffff9c a1=7ffdd0f3ca80 a2=0 a3=fff items=1 ppid=662 pid=675 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=1 comm="rustnet" exe="/usr/bin/rustnet" subj=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 key=(null)\x1dARCH=x86_64 SYSCALL=statx AUID="tester" UID="tester"',
  'type=CWD msg=audit(1795556897.683:3042): cwd="/var/log/rustnet"',
  'type=PATH msg=audit(1795556897.683:3042): item=0 name="/sys/fs/cgroup/system.slice/ssh.service/cgroup.controllers" inode=1770 dev=00:1b mode=0100444 ouid=0 ogid=0 rdev=00:00 obj=system_u:object_r:cgroup_t:s0 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"',
  'type=PROCTITLE msg=audit(1795556897.683:3042): proctitle=727573746E6574002D2D706361702D6578706F7274002F7661722F6C6F672F727573746E65742F6361702E70636170',
];

const OTHER = [
  'type=AVC msg=audit(1795556848.471:3020): avc:  denied  { name_connect } for  pid=590 comm="systemd-resolve" dest=5355 scontext=system_u:system_r:systemd_resolved_t:s0 tcontext=system_u:object_r:llmnr_port_t:s0 tclass=tcp_socket permissive=0',
  'type=SYSCALL msg=audit(1795556848.471:3020): arch=c000003e syscall=42 success=no exit=-13 a0=15 items=0 pid=590 comm="systemd-resolve" exe="/usr/lib/systemd/systemd-resolved" key=(null)',
];

test('two denials of one event carry what its other records know', () => {
  const [event] = eventsIn(CGROUP.join('\n'));
  const denials = denialsOf(event!);
  expect(denials.map(({ tclass, permissions, path }) => ({ tclass, permissions, path }))).toEqual([
    { tclass: 'dir', permissions: ['search'], path: '/' },
    {
      tclass: 'file',
      permissions: ['getattr'],
      path: '/sys/fs/cgroup/system.slice/ssh.service/cgroup.controllers',
    },
  ]);
  expect(denials[0]).toMatchObject({
    event: '1795556897.683:3042',
    time: 1795556897.683,
    by: 'kernel',
    source: { user: 'unconfined_u', type: 'rustnet_t', level: 's0-s0:c0.c1023' },
    permissive: true,
    pid: 675,
    comm: 'rustnet',
    exe: '/usr/bin/rustnet',
    details: { dev: 'cgroup2' },
  });
  expect(denials[0]!.text).toHaveLength(6);
  expect(denials[0]!.text.join()).not.toContain('\x1d');
});

test('interleaved records find their events, from chunks cut anywhere', async () => {
  const log = [CGROUP[0], OTHER[0], CGROUP[2], OTHER[1], 'not a record', CGROUP[1]].join('\n');
  for (const size of [1, 7, 100, 100_000]) {
    const chunks = Array.from({ length: Math.ceil(log.length / size) }, (_, i) =>
      log.slice(i * size, (i + 1) * size),
    );
    const found = [];
    for await (const event of auditEvents(auditLines(chunks))) found.push(...denialsOf(event));
    expect(found.map(({ tclass }) => tclass).sort()).toEqual(['dir', 'file', 'tcp_socket']);
  }
});

test('an event is complete when the log is two seconds further', async () => {
  const log = [OTHER[0]!, OTHER[1]!, ...CGROUP];
  let first: string | undefined;
  let linesRead = 0;
  const lines = (function* () {
    for (const line of log) {
      linesRead += 1;
      yield line;
    }
  })();
  for await (const event of auditEvents(lines)) {
    first ??= `${event.id} after ${linesRead}`;
  }
  expect(first).toBe('1795556848.471:3020 after 3');
});

test('tallies say what is asked for, once, with how often and by whom', () => {
  const tallies = new Tallies();
  const denials = eventsIn([...CGROUP, ...OTHER].join('\n')).flatMap(denialsOf);
  for (const denial of [...denials, ...denials]) tallies.add(denial);
  const all = tallies.all();
  expect(all.map(formatTally)).toEqual([
    'rustnet_t cgroup_t:dir { search }',
    'rustnet_t cgroup_t:file { getattr }',
    'systemd_resolved_t llmnr_port_t:tcp_socket { name_connect }',
  ]);
  expect(all[1]).toMatchObject({
    count: 2,
    permissive: 2,
    refused: 0,
    first: 1795556897.683,
    last: 1795556897.683,
    commands: ['rustnet'],
    paths: ['/sys/fs/cgroup/system.slice/ssh.service/cgroup.controllers'],
  });
  expect(all[2]).toMatchObject({ count: 2, permissive: 0, refused: 2, paths: [] });
});

test('each command of an ioctl is a request of its own', () => {
  const tallies = new Tallies();
  const avc = (command: string): string =>
    `type=AVC msg=audit(1.000:1): avc:  denied  { ioctl } for  pid=7 comm="x" path="/dev/tty" ioctlcmd=${command} scontext=u:r:a_t:s0 tcontext=u:object_r:devtty_t:s0 tclass=chr_file permissive=0`;
  for (const command of ['0x5412', '0x5413', '0x5412']) {
    for (const denial of eventsIn(avc(command)).flatMap(denialsOf)) tallies.add(denial);
  }
  expect(tallies.all().map((tally) => `${formatTally(tally)} ${tally.count}`)).toEqual([
    'a_t devtty_t:chr_file { ioctl } 0x5412 2',
    'a_t devtty_t:chr_file { ioctl } 0x5413 1',
  ]);
});

test('hexadecimal text is decoded, numbers that look like it are not', () => {
  const avc = parseRecord(
    'type=AVC msg=audit(1.000:1): avc:  denied  { read } for  pid=7 comm=65766C201B5B324A name=22205C0A scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=file',
  )!;
  expect(avc.fields.get('comm')).toBe('evl \x1b[2J');
  expect(avc.fields.get('name')).toBe('" \\\n');
  const syscall = parseRecord('type=SYSCALL msg=audit(1.000:1): a0=6162 a1=7ffd comm="x"')!;
  expect(syscall.fields.get('a0')).toBe('6162');
});

test('the kernel log’s form, node names and user-space managers', () => {
  const kernel = parseRecord(
    '[   12.3] audit: type=1400 audit(5.000:9): avc:  denied  { write } for  pid=1 comm="x" scontext=a:b:c_t tcontext=a:b:c_t tclass=udp_socket permissive=0',
  )!;
  expect(kernel).toMatchObject({ type: 'AVC', event: '5.000:9' });
  expect(parseRecord(`node=host ${CGROUP[0]}`)!.event).toBe('host 1795556897.683:3042');
  // A message that quotes another record is not that record.
  const quoting = 'type=USER_CMD msg=audit(6.000:1): audit: type=1400 audit(7.000:2): avc:  denied';
  for (const line of [quoting, `node=host ${quoting}`]) {
    expect(parseRecord(line)).toMatchObject({ type: 'USER_CMD', time: 6 });
  }
  const [denial] = eventsIn(
    `type=USER_AVC msg=audit(1.000:2): pid=355 uid=997 subj=system_u:system_r:system_dbusd_t:s0 msg='avc:  denied  { send_msg } for  scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=dbus permissive=0 exe="/usr/bin/dbus-daemon" sauid=997'UID="messagebus"`,
  ).flatMap(denialsOf);
  expect(denial).toMatchObject({ by: 'user-space', tclass: 'dbus', target: { type: 'b_t' } });
});

test('a name cannot forge a denial', () => {
  // A process may name itself with the text of an AVC; the kernel quotes or encodes it, and only the record's own message counts.
  const forged = eventsIn(
    `type=SYSCALL msg=audit(1.000:3): comm="avc:  denied  { x } for" exe="/bin/x"
type=AVC msg=audit(1.000:4): avc:  granted  { read } for  comm="avc:  denied  { write } for scontext=u:r:root_t:s0" scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=file`,
  );
  expect(forged.flatMap(denialsOf)).toEqual([]);
  const [real] = eventsIn(
    'type=AVC msg=audit(1.000:5): avc:  denied  { read } for  comm="a scontext=u:r:innocent_t:s0 tclass=dir" scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=file',
  ).flatMap(denialsOf);
  expect(real).toMatchObject({ source: { type: 'a_t' }, tclass: 'file' });
});

test('broken, cut and oversized lines are passed over', async () => {
  expect(parseRecord('')).toBeUndefined();
  expect(parseRecord('type=AVC msg=audit(x.y:z): avc')).toBeUndefined();
  for (let cut = 0; cut < CGROUP[0]!.length; cut++) {
    for (const denial of eventsIn(CGROUP[0]!.slice(0, cut)).flatMap(denialsOf)) {
      // A cut record is only taken when contexts and class are whole enough to be legal.
      expect(denial.source.type).toBe('rustnet_t');
    }
  }
  const huge = `type=AVC msg=audit(1.000:6): ${'x'.repeat(3_000_000)}`;
  const lines = [];
  for await (const line of auditLines([
    huge.slice(0, 2_000_000),
    `${huge.slice(2_000_000)}\nnext\n`,
  ]))
    lines.push(line.length);
  expect(lines).toEqual([LONGEST_LINE, 4]);
});
