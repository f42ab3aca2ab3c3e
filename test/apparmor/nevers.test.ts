import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import {
  type ProfileSubject,
  type ProfileVerdict,
  proveProfiles,
} from '../../src/apparmor/prove/index.ts';
import {
  type AcceptedWay,
  EGRESS_CHANNELS,
  type Never,
  type Residual,
} from '../../src/description/index.ts';
import { compileBytes } from './compile.ts';
import { RUSTNET, TUNABLES } from './rustnet.ts';

/** Unix sockets by family and type, and by address in both ways of asking. */
const BUILDS = [
  { suite: 'trixie', features: 'linux-6.12' },
  { suite: 'trixie', features: 'abi-4.0' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;
type Build = (typeof BUILDS)[number];

const why = 'it is a test';
const resolver = { to: 'configured-resolver', when: 'direct_dns', packets: 'dns' } as const;
const resolved = {
  peer: 'systemd-resolved',
  domains: ['systemd_resolved_t'],
  sockets: ['/run/systemd/resolve/io.systemd.Resolve'],
  why,
};
/** One of each kind. */
const NEVERS: readonly Never[] = [
  { kind: 'send-udp', why, except: resolver },
  { kind: 'connect-tcp', why, except: resolver },
  { kind: 'listen', why },
  { kind: 'egress', why, channels: EGRESS_CHANNELS },
  { kind: 'unix-sockets', why, except: [] },
  { kind: 'execute', why },
  { kind: 'transition', why },
  { kind: 'load-kernel-module', why },
  { kind: 'change-policy', why },
  { kind: 'ptrace', why },
  { kind: 'executable-memory', why },
  { kind: 'mount', why },
  {
    kind: 'capabilities',
    why,
    except: [
      { names: ['net_raw', 'bpf', 'perfmon'] },
      { names: ['sys_admin', 'setuid'], when: 'as_root' },
    ],
  },
  {
    kind: 'read',
    why,
    below: ['/etc/shadow', 'HOME/.ssh'],
    except: [{ path: 'HOME/.ssh', when: 'read_home' }],
  },
  {
    kind: 'write',
    why,
    except: [
      { path: 'HOME/.local/state/rustnet' },
      { path: '/dev/pts' },
      { own: 'log' },
      { path: '/tmp', when: 'write_tmp' },
    ],
  },
  { kind: 'inject-keystrokes', why },
  { kind: 'flow-from', why, sources: ['/etc/shadow'], minWeight: 3 },
];
type Kind = Never['kind'];

/** What no rule decides. */
const UNMEDIATED: readonly Kind[] = [
  'load-kernel-module',
  'executable-memory',
  'inject-keystrokes',
];

async function prove(
  build: Build,
  more = '',
  {
    edit = (text) => text,
    nevers = NEVERS,
    ...subject
  }: Partial<ProfileSubject> & {
    edit?: (text: string) => string;
    nevers?: readonly Never[];
  } = {},
): Promise<ReadonlyMap<string, ProfileVerdict>> {
  const text = `${TUNABLES}${edit(RUSTNET.replace(/\}\n$/, `  ${more}\n}\n`))}`;
  const { profiles } = readCompiled(await compileBytes(text, build));
  const proved = proveProfiles(
    {
      profiles,
      executables: ['/usr/bin/rustnet'],
      own: { log: ['/var/log/rustnet', 'HOME/.local/state/rustnet'] },
      ...subject,
    },
    nevers,
  );
  return new Map(proved.map(({ id, verdict }) => [id, verdict]));
}

function violated(verdicts: ReadonlyMap<string, ProfileVerdict>): string[] {
  return [...verdicts].filter(([, { outcome }]) => outcome === 'violated').map(([id]) => id);
}

/**
 * What is added to the profile, the nevers that it breaks and no others, and what the witness of the first must name.
 */
const MUTANTS: readonly (readonly [string, readonly Kind[], RegExp])[] = [
  ['/bin/sh ix,', ['execute'], /execute \/bin\/sh/],
  ['/bin/sh px,', ['transition', 'execute'], /executes \/bin\/sh as px: it leaves/],
  ['/bin/sh Pix,', ['transition', 'execute'], /executes \/bin\/sh as Pix: it leaves/],
  ['/bin/sh Px -> other,', ['transition', 'execute'], /as Px -> other: it leaves/],
  ['/bin/sh Cx -> c, profile c { /x r, }', ['transition', 'execute'], /it leaves the profile/],
  ['/usr/bin/rustnet px -> other,', ['transition'], /rustnet as px -> other/],
  ['^hat { /x r, }', ['transition'], /its hat rustnet\/\/hat/],
  ['change_profile -> other,', ['transition', 'execute'], /change to `other`/],
  [
    'change_profile /bin/x -> other,',
    ['execute', 'transition'],
    /execute, by change_profile, \/bin\/x/,
  ],
  ['change_profile -> &other,', ['execute'], /by change_profile, \//],
  ['mount,', ['mount'], /may mount/],
  ['mount fstype=tmpfs -> /mnt/,', ['mount'], /may mount/],
  ['remount /mnt/,', ['mount'], /may mount/],
  ['umount /mnt/,', ['mount'], /may umount/],
  ['pivot_root,', ['mount'], /may pivot_root/],
  ['ptrace,', ['ptrace'], /may trace/],
  ['ptrace trace peer=unconfined,', ['ptrace'], /processes of profile unconfined/],
  ['ptrace (read, trace) peer=/usr/bin/*,', ['ptrace'], /profile \/usr\/bin\//],
  ['network (bind) inet stream,', ['listen'], /bind on a inet stream/],
  ['network (listen) inet6 stream,', ['listen'], /listen on a inet6 stream/],
  ['network (accept) inet dgram,', ['listen'], /accept on a inet dgram/],
  ['network (create) alg seqpacket,', ['egress'], /alg seqpacket socket: af-alg/],
  ['network (create, connect) vsock stream,', ['egress'], /vsock/],
  ['network (create) bluetooth,', ['egress'], /bluetooth-l2cap/],
  ['network (create) can raw,', ['egress'], /: can$/],
  ['network (create) rds,', ['egress'], /: rds$/],
  ['network (create) key,', ['egress'], /: key$/],
  ['network (create) qipcrtr,', ['egress'], /qipcrtr .*other-families/],
  ['network (connect) inet seqpacket,', ['egress'], /inet seqpacket socket: sctp/],
  ['network (connect) inet raw,', ['egress'], /inet raw socket: raw-ip/],
  ['network (create) xdp raw,', ['egress', 'send-udp', 'connect-tcp'], /: xdp/],
  // Segments that it makes itself, and connections that RDS makes.
  ['network (send) packet dgram,', ['connect-tcp', 'send-udp'], /send on a packet dgram/],
  ['network (connect) rds seqpacket,', ['connect-tcp', 'egress'], /connect on a rds seqpacket/],
  ['network unix stream,', ['unix-sockets'], /unix stream socket/],
  ['network (send) unix dgram,', ['unix-sockets'], /unix dgram socket/],
  ['capability sys_module,', ['load-kernel-module', 'capabilities', 'change-policy'], /sys_module/],
  ['/lib/modules/** w,', ['load-kernel-module', 'write'], /write \/lib\/modules\//],
  ['/proc/sys/kernel/modprobe w,', ['load-kernel-module', 'write'], /kernel\/modprobe/],
  ['/etc/modprobe.d/x.conf a,', ['load-kernel-module', 'write'], /modprobe\.d\/x\.conf/],
  ['capability mac_admin,', ['change-policy', 'capabilities'], /mac_admin/],
  ['capability mac_override,', ['change-policy', 'capabilities'], /mac_override/],
  ['capability sys_boot,', ['change-policy', 'capabilities'], /sys_boot/],
  ['/sys/kernel/security/apparmor/.replace w,', ['change-policy', 'write'], /\.replace/],
  ['/etc/apparmor.d/** w,', ['change-policy', 'write'], /write \/etc\/apparmor\.d\//],
  [
    'owner /sys/module/apparmor/parameters/mode w,',
    ['change-policy', 'write'],
    /parameters\/mode, if/,
  ],
  ['/etc/*r.d/local/x w,', ['change-policy', 'write'], /apparmor\.d\/local\/x/],
  ['/tmp/x wm,', ['executable-memory', 'write'], /write and run \/tmp\/x/],
  ['owner @{HOME}/.local/state/rustnet/* m,', ['executable-memory'], /write and run .*rustnet\//],
  ['/usr/bin/rustnet w,', ['executable-memory', 'write'], /write and run \/usr\/bin\/rustnet/],
  ['/dev/uinput w,', ['inject-keystrokes', 'write'], /\/dev\/uinput/],
  ['/dev/input/event0 rw,', ['inject-keystrokes', 'write'], /event0/],
  ['/dev/vcsa1 w,', ['inject-keystrokes', 'write'], /vcsa1/],
  ['/etc/shadow r,', ['flow-from', 'read'], /read \/etc\/shadow/],
  ['capability setuid,', ['capabilities'], /setuid/],
];

/** What breaks none of the nevers, though it looks so. */
const DECOYS: readonly string[] = [
  '/usr/bin/rustnet ix,',
  'mount, deny mount,',
  'deny umount /mnt/,',
  'ptrace read,',
  'ptrace (readby, tracedby),',
  'ptrace, deny ptrace,',
  'network (create, connect, receive) inet dgram,',
  'network (create, bind, receive) netlink raw,',
  'network (create, bind, receive) packet raw,',
  'network inet stream, deny network inet,',
  'unix (create, getattr) type=stream,',
  'signal,',
  '/etc/apparmor.d/** r,',
  '/lib/modules/** r, /proc/sys/kernel/modprobe r,',
  '/tmp/b m, deny /usr/bin/rustnet w,',
  '/tmp/** m,',
  '/dev/uinput r, /dev/input/** r,',
  'deny capability mac_admin,',
  '/run/dbus/system_bus_socket r,',
];

function accepting(accepted: AcceptedWay): Residual {
  return { id: `${accepted.never}-accepted`, what: 'it can', why, accepts: [accepted] };
}

/** A way that a residual accepts, and another to the same never that hides behind it. */
const HIDDEN: readonly {
  readonly never: Kind;
  readonly rule: string;
  readonly more: string;
  readonly accepts: readonly AcceptedWay[];
  readonly witness: RegExp;
}[] = [
  ...['network (send) packet dgram,', 'network (send) inet raw,', 'network (send) inet dgram,'].map(
    (more) => ({
      never: 'send-udp' as const,
      rule: 'network (create, send) packet raw,',
      more,
      accepts: [{ never: 'send-udp' as const, sockets: ['packet raw'], access: ['send' as const] }],
      witness: /send on a (packet dgram|inet raw|inet dgram) socket/,
    }),
  ),
  {
    never: 'connect-tcp',
    rule: 'network packet raw,',
    more: 'network (connect) inet stream,',
    accepts: [{ never: 'connect-tcp', sockets: ['packet raw'], access: ['send'] }],
    witness: /connect on a inet stream/,
  },
  {
    never: 'send-udp',
    rule: 'network packet raw,',
    more: '/dev/net/tun rw,',
    accepts: [{ never: 'send-udp', sockets: ['packet raw'], access: ['send'] }],
    witness: /\/dev\/net\/tun/,
  },
  ...[
    ['network (receive) inet dgram,', /bind on a inet dgram/],
    ['network (bind) inet6 dgram,', /bind on a inet6 dgram/],
    ['network (bind) inet stream,', /bind on a inet stream/],
    ['network (listen) inet dgram,', /listen on a inet dgram/],
  ].map(([more, witness]) => ({
    never: 'listen' as const,
    rule: 'network (bind) inet dgram,',
    more: more as string,
    accepts: [{ never: 'listen' as const, sockets: ['inet dgram'], access: ['bind' as const] }],
    witness: witness as RegExp,
  })),
  ...[
    ['network (connect) bluetooth raw,', /bluetooth raw socket/],
    ['network (bind) bluetooth raw,', /bluetooth raw socket/],
    ['network (create) bluetooth seqpacket,', /bluetooth seqpacket socket/],
    ['network (create) vsock stream,', /vsock stream socket: vsock/],
    ['capability net_admin, network (send) netlink raw,', /netlink-write/],
  ].map(([more, witness]) => ({
    never: 'egress' as const,
    rule: 'network (create) bluetooth raw,',
    more: more as string,
    accepts: [
      { never: 'egress' as const, sockets: ['bluetooth raw'], access: ['create' as const] },
    ],
    witness: witness as RegExp,
  })),
];

describe.each(BUILDS)('$suite for $features', (build) => {
  test('the profile as it is', async () => {
    for (const [id, { outcome, ways, reasons }] of await prove(build)) {
      const expected =
        id === 'flow-from' ? 'undecided' : UNMEDIATED.includes(id as Kind) ? 'unmediated' : 'holds';
      expect([id, outcome, ways, id === 'flow-from' ? [] : reasons]).toEqual([
        id,
        expected,
        [],
        [],
      ]);
    }
  });

  test.each(MUTANTS)('`%s` breaks %s', async (rule, kinds, witness) => {
    const verdicts = await prove(build, rule);
    expect(violated(verdicts).sort()).toEqual([...kinds].sort());
    const { ways } = verdicts.get(kinds[0]!)!;
    expect(
      ways.some((way) => witness.test(way)),
      ways.join('\n'),
    ).toBe(true);
  });

  test.each(DECOYS)('`%s` breaks none', async (rule) => {
    const verdicts = await prove(build, rule);
    expect(violated(verdicts)).toEqual([]);
    const unsure = [...verdicts].filter(([, { outcome }]) => outcome === 'undecided');
    expect(unsure.map(([id]) => id)).toEqual(['flow-from']);
  });

  test.each(['file,', '/** rwmlkix,', 'all,'])('`%s` breaks what is about files', async (rule) => {
    const found = violated(await prove(build, rule));
    for (const kind of ['read', 'write', 'execute', 'change-policy', 'executable-memory']) {
      expect(found).toContain(kind);
    }
  });

  test('variables, includes and local overrides are in what is proved', async () => {
    const work = mkdtempSync(join(tmpdir(), 'confine-apparmor-test-'));
    try {
      writeFileSync(join(work, 'local'), '/etc/shadow r,\n');
      writeFileSync(
        join(work, 'whole'),
        'capability mac_admin,\ninclude "LOCAL"\n'.replace('LOCAL', join(work, 'local')),
      );
      const of = async (rule: string, head = '') =>
        violated(await prove(build, rule, { edit: (text) => `${head}${text}` }));
      expect(await of(`include if exists "${join(work, 'local')}"`)).toEqual(['read', 'flow-from']);
      expect(await of(`include if exists "${join(work, 'none')}"`)).toEqual([]);
      expect(await of(`include "${join(work, 'whole')}"`)).toEqual(
        expect.arrayContaining(['read', 'change-policy', 'capabilities']),
      );
      expect(await of('@{ETC}/sh{a,o}dow r,', '@{ETC}=/usr /etc\n')).toEqual(['read', 'flow-from']);
      expect(await of('@{ETC}/sh{a,o}dow r,', '@{ETC}=/usr /opt\n')).toEqual([]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

  test('an exception of a tunable excepts while that is on', async () => {
    const rules: readonly (readonly [string, string, Kind])[] = [
      ['capability setuid,', 'as_root', 'capabilities'],
      ['owner @{HOME}/.ssh/config r,', 'read_home', 'read'],
      ['owner /tmp/* w,', 'write_tmp', 'write'],
    ];
    for (const [rule, tunable, kind] of rules) {
      expect((await prove(build, rule)).get(kind)!.outcome).toBe('violated');
      expect((await prove(build, rule, { on: [tunable] })).get(kind)!.outcome).toBe('holds');
    }
    const off = await prove(build, 'network inet,');
    expect([off.get('send-udp')!.outcome, off.get('connect-tcp')!.outcome]).toEqual([
      'violated',
      'violated',
    ]);
    const on = await prove(
      build,
      'network (create, connect, send, receive) inet dgram, network inet stream,',
      { on: ['direct_dns'] },
    );
    for (const kind of ['send-udp', 'connect-tcp']) {
      expect(on.get(kind)!.outcome).toBe('unmediated');
      expect(on.get(kind)!.unmediated.join()).toContain('no address or port is checked');
    }
    // What the exception is not about stays a way.
    const raw = await prove(build, 'network inet raw,', { on: ['direct_dns'] });
    expect(raw.get('send-udp')!.outcome).toBe('violated');
  });

  test('complain mode, deny rules and the profiles that are reached are said', async () => {
    const verdicts = await prove(build, '/bin/sh Cx -> c, profile c flags=(complain) { /x r, }');
    const { considered, ways } = verdicts.get('ptrace')!;
    expect(ways).toEqual([
      'profile rustnet//c is in complain mode: it refuses nothing but what deny rules name',
    ]);
    const how = (aspect: string) => considered.find((one) => one.aspect === aspect)?.how;
    expect(how('modes')).toBe('rustnet: enforce, rustnet//c: complain');
    expect(how('profiles')).toContain('rustnet, rustnet//c');
    expect(how('deny rules')).toContain('refused');
  });

  test('chains of ix, Cx and Ux end without a profile', async () => {
    const verdicts = await prove(build, '/bin/sh Cx -> c, profile c { /bin/sh ix, /bin/su Ux, }');
    for (const [, { ways }] of verdicts) expect(ways.join()).toContain('without any profile');
  });

  test('attach_disconnected is an assumption', async () => {
    const edit = (text: string) =>
      text.replace('/usr/bin/rustnet {', '/usr/bin/rustnet flags=(attach_disconnected) {');
    const verdict = (await prove(build, '', { edit })).get('read')!;
    expect(verdict.outcome).toBe('holds');
    expect(verdict.assumes.join()).toContain('attach_disconnected');
    expect((await prove(build)).get('read')!.assumes.join()).not.toContain('attach_disconnected');
  });

  test('what cannot be said is undecided', async () => {
    const undecided: readonly (readonly [Kind, string])[] = [
      ['mount', 'capability sys_admin,'],
      ['listen', 'capability net_admin,'],
      ['executable-memory', '/tmp/x lm,'],
      ['ptrace', 'change_profile -> other,'],
    ];
    for (const [kind, rule] of undecided) {
      expect([rule, (await prove(build, rule)).get(kind)!.outcome]).toEqual([rule, 'undecided']);
    }
  });

  test('one peer of local sockets', async () => {
    const nevers: readonly Never[] = [{ kind: 'unix-sockets', why, except: [resolved] }];
    const write: Never = { ...NEVERS.find(({ kind }) => kind === 'write')! };
    const both = await prove(build, `${resolved.sockets[0]} rw,`, { nevers: [write, ...nevers] });
    expect(both.get('write')!.outcome).toBe('holds');
    expect(both.get('write')!.assumes.join()).toContain('is a socket of others');
    expect(violated(await prove(build, `${resolved.sockets[0]} rw,`))).toContain('write');
    const socket = `${resolved.sockets[0]} rw,`;
    const of = async (rule: string) =>
      (await prove(build, `${socket} ${rule}`, { nevers })).get('unix-sockets')!;
    const byAddress = build.features !== 'linux-6.12';
    // With the family and type alone, who may reach one reaches all.
    const whole = await of('network unix stream,');
    expect(whole.outcome).toBe(byAddress ? 'violated' : 'unmediated');
    expect([...whole.ways, ...whole.unmediated].join()).toMatch(
      byAddress ? /to abstract names/ : /does not ask to whom/,
    );
    const own = await of('unix (create, getattr, send, receive) type=stream,');
    expect([own.outcome, own.ways]).toEqual(['holds', []]);
    const bus = await of('unix (create) type=stream, /run/dbus/system_bus_socket rw,');
    expect(bus.outcome).toBe(byAddress ? 'violated' : 'holds');
    if (byAddress) expect(bus.ways.join()).toContain('/run/dbus/system_bus_socket');
    expect((await of('unix (create) type=stream, /opt/x w,')).outcome).toBe(
      byAddress ? 'undecided' : 'holds',
    );
  });

  test('a residual accepts what it names, and says so', async () => {
    const residuals = [accepting({ never: 'inject-keystrokes', notAsked: 'terminal-ioctls' })];
    const verdict = (await prove(build, '', { residuals })).get('inject-keystrokes')!;
    expect(verdict).toMatchObject({ outcome: 'accepted', unmediated: [], residuals });
    expect(verdict.accepted).toEqual([
      { says: expect.stringContaining('TIOCSTI'), residual: residuals[0]!.id },
    ]);
    const others = [
      accepting({ never: 'executable-memory', notAsked: 'terminal-ioctls' }),
      accepting({ never: 'inject-keystrokes', notAsked: 'anonymous-memory' }),
      { ...residuals[0]!, mechanism: 'selinux' as const },
      { id: 'inject-keystrokes', what: 'it can', why },
    ];
    for (const residual of others) {
      const open = (await prove(build, '', { residuals: [residual] })).get('inject-keystrokes')!;
      expect(open).toMatchObject({ outcome: 'unmediated', accepted: [] });
    }
  });

  test.each(HIDDEN)('$never: `$rule` is accepted, and `$more` is not', async (hidden) => {
    const { never, rule, more, accepts, witness } = hidden;
    const residuals = accepts.map(accepting);
    const accepted = (await prove(build, rule, { residuals })).get(never)!;
    expect([accepted.outcome, accepted.ways]).toEqual(['accepted', []]);
    const open = (await prove(build, `${rule} ${more}`, { residuals })).get(never)!;
    expect(open.outcome).toBe('violated');
    expect(open.ways.join('\n')).toMatch(witness);
    // Without the residual the first is as open as the second.
    expect((await prove(build, rule)).get(never)!.outcome).toBe('violated');
  });

  test('what a profile becomes is not accepted with it', async () => {
    const residuals = [
      accepting({ never: 'send-udp', sockets: ['packet raw'], access: ['send'] }),
      accepting({ never: 'executable-memory', notAsked: 'anonymous-memory' }),
    ];
    const rule = 'network (send) packet raw,';
    const own = await prove(build, rule, { residuals });
    expect(own.get('send-udp')!.outcome).toBe('accepted');
    expect(own.get('executable-memory')!.outcome).toBe('accepted');
    const verdicts = await prove(build, `${rule} ^hat { ${rule} }`, { residuals });
    expect(verdicts.get('send-udp')!.ways).toEqual([
      'profile rustnet//hat may send on a packet raw socket',
    ]);
    expect(verdicts.get('executable-memory')!.unmediated).toHaveLength(1);
  });

  test('a rule for unix sockets that names its own profile reaches no other', async () => {
    const rules = (label: string) =>
      `unix (create) type=stream, unix (connect, send, receive) type=stream peer=(label=${label}),`;
    const of = async (rule: string) => (await prove(build, rule)).get('unix-sockets')!;
    const byAddress = build.features !== 'linux-6.12';
    expect((await of(rules('rustnet'))).outcome).toBe(byAddress ? 'holds' : 'violated');
    for (const label of ['rustnet2', 'xrustnet', 'rustnet//*', 'rustne?', '*']) {
      expect([label, (await of(rules(label))).outcome]).toEqual([label, 'violated']);
    }
    const abstract = 'peer=(addr="@rustnet")';
    expect((await of(`unix (connect) type=stream ${abstract},`)).outcome).toBe('violated');
    const both = `${rules('rustnet')} unix (send) type=dgram peer=(label=other),`;
    expect((await of(both)).outcome).toBe('violated');
  });
});

test('a kernel without a class says so', async () => {
  const { profiles } = readCompiled(await compileBytes(`${TUNABLES}${RUSTNET}`, BUILDS[0]));
  // As compiled for a kernel that asks about files alone.
  const { classes: _, ...filesOnly } = profiles[0]!;
  const outcomes = new Map(
    proveProfiles({ profiles: [filesOnly], executables: ['/usr/bin/rustnet'] }, NEVERS).map(
      ({ id, verdict }) => [id, verdict.outcome],
    ),
  );
  for (const kind of ['send-udp', 'connect-tcp', 'listen', 'egress', 'unix-sockets', 'ptrace']) {
    expect([kind, outcomes.get(kind)]).toEqual([kind, 'unmediated']);
  }
  // Every way to mount asks for a capability besides.
  expect(outcomes.get('mount')).toBe('holds');
  const { files: __, ...nothing } = filesOnly;
  for (const { id, verdict } of proveProfiles({ profiles: [nothing], executables: [] }, NEVERS)) {
    if (id !== 'mount' && id !== 'capabilities' && id !== 'transition')
      expect([id, verdict.outcome === 'holds']).toEqual([id, false]);
  }
});
