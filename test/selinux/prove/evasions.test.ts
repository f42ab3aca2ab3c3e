import { expect, describe as group, test } from 'vitest';
import type { Description, Never, NeverKind } from '../../../src/description/index.ts';
import type { Verdict } from '../../../src/selinux/prove/index.ts';
import { ANYWHERE, contexts, PRELUDE, verdict, ways } from './subject-policy.ts';

/**
 * Ways around a guarantee that a reviewer found open: each policy lets the thing happen by another door than the obvious one, and
 * what stands in it without its last rule must hold.
 */

const why = 'a test';
const LABELS = contexts(`
/.*                 u:object_r:base_t:s0
/secret(/.*)?       u:object_r:secret_t:s0
/etc/selinux(/.*)?  u:object_r:config_t:s0
/boot(/.*)?         u:object_r:boot_t:s0
/dev/net/tun     -c u:object_r:tun_t:s0
/dev/vhost-net   -c u:object_r:vhost_t:s0
/dev/sg[0-9]+    -c u:object_r:raw_t:s0
/dev/mem         -c u:object_r:memory_t:s0
/dev/uinput      -c u:object_r:uinput_t:s0
/dev/input/.*    -c u:object_r:uinput_t:s0
`);
const TYPES = `(type other_t) (type secret_t) (type tun_t) (type vhost_t) (type raw_t) (type memory_t) (type uinput_t)
(type demo_exec_t) (type boot_t) (type demo_log_t) (type fs_t) (type config_t)
(class io_uring (override_creds sqpoll cmd)) (classorder (unordered io_uring))
(class anon_inode ()) (classcommon anon_inode file) (classorder (unordered anon_inode))
(type kcore_t) (roletype r kcore_t) (genfscon proc "/kcore" (u r kcore_t ((s0) (s0))))
`;

/** What the base lets every domain execute. */
const BY_BASE = `(typeattribute domain) (typeattributeset domain (demo_t other_t))
  (allow domain config_t (file (read open execute execute_no_trans)))`;

/** Ways to give what is on a file system a type by mounting it. */
function contextMounts(type: string, uses: string): [string, string, string][] {
  const used = `(allow demo_t ${type} (file (${uses})))`;
  const from = '(allow demo_t fs_t (filesystem (relabelfrom)))';
  const placed = `(allow ${type} fs_t (filesystem (associate)))`;
  return [
    [
      'a file system, mounted with context=',
      `${used} ${from} (allow demo_t ${type} (filesystem (mount)))`,
      `(allow demo_t ${type} (filesystem (relabelto)))`,
    ],
    [
      'one of an attribute, mounted with context=',
      `${used} ${from} (typeattribute several) (typeattributeset several (other_t ${type}))
       (allow demo_t several (filesystem (mount)))`,
      '(allow demo_t several (filesystem (relabelto)))',
    ],
    [
      'one mounted with context= and a label of its own by fscontext=',
      `${used} (allow demo_t config_t (filesystem (relabelfrom)))
       (allow ${type} boot_t (filesystem (associate)))
       (allow demo_t boot_t (filesystem (mount relabelto)))`,
      '(allow demo_t boot_t (filesystem (relabelfrom)))',
    ],
    [
      'files without a label, mounted with defcontext=',
      `${used} ${placed} (allow demo_t fs_t (filesystem (mount)))`,
      from,
    ],
  ];
}

/** By kind: the never, then for each way a title, the rules that are there anyway, and the one that opens it. */
const EVASIONS: readonly (readonly [
  never: Never,
  ways: readonly (readonly [title: string, given: string, opens: string])[],
])[] = [
  [
    { kind: 'send-udp', why },
    [
      ['L2TP over a UDP socket', '', '(allow demo_t self (pppox_socket (connect)))'],
      ['SCTP in UDP', '', '(allow demo_t self (sctp_socket (create)))'],
      ['a tun descriptor handed down', '', '(allow demo_t tun_t (chr_file (write)))'],
      [
        'frames of a BPF program that is test-run',
        '(allow demo_t self (capability (net_admin)))',
        '(allow demo_t self (bpf (prog_load)))',
      ],
      ['the rings of vhost-net', '', '(allow demo_t vhost_t (chr_file (ioctl)))'],
    ],
  ],
  [
    { kind: 'connect-tcp', why },
    [
      ['RDS, which the kernel carries over TCP', '', '(allow demo_t self (rds_socket (connect)))'],
      ['SMC by fast open', '', '(allow demo_t self (smc_socket (write)))'],
      ['a raw socket', '', '(allow demo_t self (rawip_socket (create)))'],
      ['frames', '', '(allow demo_t self (packet_socket (write)))'],
    ],
  ],
  [
    { kind: 'listen', why },
    [
      ['a bound socket of RDS, which never listens', '', '(allow demo_t self (rds_socket (bind)))'],
      ['a name published in TIPC', '', '(allow demo_t self (tipc_socket (bind)))'],
      [
        'a socket of another label, whose ports are asked of that label',
        '',
        '(allow demo_t other_t (udp_socket (bind)))',
      ],
      [
        'AppleTalk, which receives once it is bound',
        '',
        '(allow demo_t self (appletalk_socket (bind)))',
      ],
      ['LLC', '', '(allow demo_t self (llc_socket (bind)))'],
      ['the router of a modem', '', '(allow demo_t self (qipcrtr_socket (bind)))'],
      ['CAN', '', '(allow demo_t self (can_socket (bind)))'],
      ['AX.25', '', '(allow demo_t self (ax25_socket (bind)))'],
    ],
  ],
  [
    { kind: 'unix-sockets', except: [], why },
    [
      [
        'a socket of another label, whose peers are asked of that label',
        '',
        '(allow demo_t other_t (unix_stream_socket (connect)))',
      ],
      [
        'a datagram socket of another label',
        '',
        '(allow demo_t other_t (unix_dgram_socket (write)))',
      ],
    ],
  ],
  [
    { kind: 'change-policy', why },
    [
      [
        'a newer policy beside the old one, with a label of its own',
        '(allow demo_t demo_log_t (file (create write open)))',
        '(allow demo_t config_t (dir (add_name)))',
      ],
      [
        'the disk that holds the policy',
        '(allow demo_t other_t (blk_file (open)))',
        '(allow demo_t other_t (blk_file (write)))',
      ],
      [
        'the memory of the kernel that holds the policy',
        '(allow demo_t memory_t (chr_file (open)))',
        '(allow demo_t memory_t (chr_file (write)))',
      ],
      ['another directory mounted over it', '', '(allow demo_t config_t (dir (mounton)))'],
      ...contextMounts('demo_log_t', 'write open'),
      [
        'another kernel, started without a word of the firmware',
        '',
        '(allow demo_t self (capability (sys_boot)))',
      ],
      ['the ports of the machine', '', '(allow demo_t self (capability (sys_rawio)))'],
      [
        'a kernel module',
        '(allow demo_t self (capability (sys_module)))',
        '(allow demo_t other_t (system (module_load)))',
      ],
      [
        'the command line of the next kernel',
        '(allow demo_t boot_t (file (open)))',
        '(allow demo_t boot_t (file (write)))',
      ],
    ],
  ],
  [
    { kind: 'mount', why },
    [
      ['a bind mount over a device', '', '(allow demo_t other_t (chr_file (mounton)))'],
      ['a bind mount over a socket', '', '(allow demo_t other_t (sock_file (mounton)))'],
    ],
  ],
  [
    { kind: 'execute', why },
    [
      [
        'its own executable, overwritten',
        '(allow demo_t demo_exec_t (file (read open execute execute_no_trans)))',
        '(allow demo_t demo_exec_t (file (write)))',
      ],
      [
        'another file, relabelled to its own executable',
        '(allow demo_t demo_exec_t (file (read open execute execute_no_trans)))',
        '(allow demo_t demo_exec_t (file (relabelto)))',
      ],
      [
        'its own executable, overwritten on the disk below',
        '(allow demo_t demo_exec_t (file (read open execute execute_no_trans))) (allow demo_t other_t (blk_file (open)))',
        '(allow demo_t other_t (blk_file (write)))',
      ],
      ...contextMounts('demo_exec_t', 'read open execute execute_no_trans'),
      [
        'a program that the base lets every domain execute, overwritten',
        BY_BASE,
        '(allow demo_t config_t (file (write)))',
      ],
      [
        'another file, relabelled to such a program',
        BY_BASE,
        '(allow demo_t config_t (file (relabelto)))',
      ],
      [
        'such a program, overwritten on the disk below',
        `${BY_BASE} (allow demo_t other_t (blk_file (open)))`,
        '(allow demo_t other_t (blk_file (write)))',
      ],
    ],
  ],
  [
    { kind: 'transition', why },
    [
      [
        'the credentials of another domain',
        '',
        '(allow demo_t other_t (io_uring (override_creds)))',
      ],
    ],
  ],
  [
    { kind: 'executable-memory', why },
    [
      [
        'a disk that is mapped',
        '(allow demo_t other_t (blk_file (read write open map)))',
        '(allow demo_t other_t (blk_file (execute)))',
      ],
      [
        'a disk that is mapped privately and changed in memory',
        '(allow demo_t other_t (blk_file (read open map execute)))',
        '(allow demo_t other_t (blk_file (execmod)))',
      ],
      [
        'a library, overwritten on the disk below',
        '(allow demo_t base_t (file (read open map execute))) (allow demo_t other_t (blk_file (open)))',
        '(allow demo_t other_t (blk_file (write)))',
      ],
      ...contextMounts('base_t', 'read open map execute'),
      ['a ring of io_uring', '', '(allow demo_t self (anon_inode (execute)))'],
      ['the ring of a packet socket', '', '(allow demo_t self (packet_socket (accept)))'],
    ],
  ],
  [
    { kind: 'read', below: ['/secret'], except: [], why },
    [
      [
        'a disk by its character device',
        '(allow demo_t raw_t (chr_file (open)))',
        '(allow demo_t raw_t (chr_file (read)))',
      ],
      [
        'the memory of the machine',
        '(allow demo_t memory_t (chr_file (open)))',
        '(allow demo_t memory_t (chr_file (read)))',
      ],
      [
        'the memory of the kernel',
        '(allow demo_t kcore_t (file (open)))',
        '(allow demo_t kcore_t (file (read)))',
      ],
      ...contextMounts('demo_log_t', 'read open'),
    ],
  ],
  [
    { kind: 'write', except: [{ own: 'log' }], why },
    [
      [
        'files that it labels as its own process',
        '(allow demo_t self (file (create write open)))',
        '(allow demo_t fs_t (filesystem (associate)))',
      ],
      ...contextMounts('demo_log_t', 'write open'),
    ],
  ],
  [
    { kind: 'inject-keystrokes', why },
    [
      [
        'an input device',
        '(allow demo_t uinput_t (chr_file (open)))',
        '(allow demo_t uinput_t (chr_file (write)))',
      ],
      ['what the keys type', '', '(allow demo_t self (capability (sys_tty_config)))'],
      [
        'what one key types (EVIOCSKEYCODE)',
        '(permissionx some (ioctl chr_file (0x4501))) (allowx demo_t uinput_t some)',
        '(permissionx more (ioctl chr_file (0x4504))) (allowx demo_t uinput_t more) (allow demo_t uinput_t (chr_file (ioctl)))',
      ],
    ],
  ],
];

group.each(EVASIONS.map(([never, found]) => [never.kind, never, found] as const))(
  '%s',
  (_: NeverKind, never, found) => {
    test.each(found)('%s', async (_title, given, opens) => {
      const before = await verdict(never, `${TYPES}${given}`, { labels: LABELS });
      expect(before.outcome).toBe('holds');
      const after = await verdict(never, `${TYPES}${given}${opens}`, { labels: LABELS });
      expect(after.outcome).toBe('violated');
      const permission = /\((\w+)\)\)\)$/.exec(opens)![1]!;
      expect(ways(after).join()).toContain(permission);
    });
  },
);

group('the exception for the resolver', () => {
  const exception = { to: 'configured-resolver', when: 'dns', packets: 'dns_packet' } as const;
  const sendUdp: Never = { kind: 'send-udp', except: exception, why };
  const tunables: Description['tunables'] = [
    { name: 'dns', default: false, can: 'ask name servers', why },
  ];
  const description = {
    tunables,
    ability: {
      types: [
        { name: 'dns_packet', nature: 'packet', what: 'to the resolvers' },
        { name: 'other_packet', nature: 'packet', what: 'the rest' },
      ],
      secmark: { resolver: 'own:dns_packet', other: 'own:other_packet', when: 'dns' },
    },
  } as const;
  const POLICY = `(type demo_dns_packet_t) (type demo_other_packet_t) (type other_t)
    (boolean demo_dns false)
    (booleanif demo_dns (true
      (allow demo_t self (udp_socket (write)))
      (allow demo_t demo_dns_packet_t (packet (send recv)))))\n`;

  test('a socket of another domain sends by the packet labels of that domain', async () => {
    expect((await verdict(sendUdp, POLICY, { description })).outcome).toBe('holds');
    const cil = `${POLICY}(booleanif demo_dns (true (allow demo_t other_t (udp_socket (write)))))`;
    const found = await verdict(sendUdp, cil, { description });
    expect(found.outcome).toBe('holds-as-set');
    expect(ways(found).join()).toContain('other_t:udp_socket write');
  });

  test.each([
    ['nftables', 'netlink_netfilter_socket (create write)'],
    ['the older iptables, over any socket of the family', 'udp_socket (setopt)'],
  ])('who may change the ruleset is not held by it: %s', async (_, access) => {
    const half = `${POLICY}(allow demo_t self (capability (net_admin)))`;
    expect((await verdict(sendUdp, half, { description })).outcome).toBe('holds');
    const cil = `${half}(allow demo_t self (${access}))`;
    const found = await verdict(sendUdp, cil, { description });
    expect(found.outcome).toBe('holds-as-set');
    expect(ways(found)[0]).toContain(access.split(' ')[0]);
  });
});

group('what looks like the base', () => {
  const BASE = '(typeattribute domain) (typeattributeset domain (demo_t other_t)) (type other_t)';
  const execute: Never = { kind: 'execute', why };

  test('under a tunable of the module it is the doing of the module', async () => {
    const under = (boolean: string): string =>
      `${BASE}(boolean ${boolean} true) (booleanif ${boolean} (true (allow domain base_t (file (execute_no_trans)))))`;
    expect((await verdict(execute, under('fips_mode'))).outcome).toBe('holds');
    expect((await verdict(execute, under('demo_run'))).outcome).toBe('violated');
  });

  test('a set that another module than the base made of almost every domain is no base', async () => {
    const cil = `${BASE}(typeattribute beside_typeattr_1) (typeattributeset beside_typeattr_1 (demo_t other_t))
      (allow domain base_t (file (read)))
      (allow beside_typeattr_1 base_t (file (execute_no_trans)))`;
    expect((await verdict(execute, cil)).outcome).toBe('violated');
  });

  group('with the distribution’s own policy at hand, only what that grants is base', () => {
    // Another module may write a rule for the attribute `domain`, for all that its source says.
    const OWN = '(typeattribute domain) (typeattributeset domain (other_t)) (type other_t)';
    const rule = (permissions: string): string => `(allow domain base_t (file (${permissions})))`;
    const proved = (linked: string, base: string): Promise<Verdict> =>
      verdict(execute, `${BASE}${linked}`, { base: `${OWN}${base}` });

    test.each([
      ['the same rule', rule('read execute_no_trans'), rule('read execute_no_trans'), 'holds'],
      ['no such rule', rule('execute_no_trans'), '', 'violated'],
      [
        'one that the linker put together with the other',
        rule('read execute_no_trans'),
        rule('read'),
        'violated',
      ],
      [
        'one for another target',
        rule('execute_no_trans'),
        '(allow domain other_t (file (execute_no_trans)))',
        'violated',
      ],
      [
        'one under a boolean that is always in force now',
        rule('execute_no_trans'),
        `(boolean b false) (booleanif b (true ${rule('execute_no_trans')}))`,
        'violated',
      ],
    ])('%s', async (_, linked, base, outcome) => {
      expect((await proved(linked, base)).outcome).toBe(outcome);
    });

    group('what every domain has on itself stands for each type by itself', () => {
      // A file system takes files of the type, so that creating one is no mere entry below /proc.
      const noFile: Never = { kind: 'write', except: [], why };
      const taken = '(type fs_t) (allow domain fs_t (filesystem (associate)))';
      const two = `${OWN}${taken}(type third_t) (typeattributeset domain (third_t))`;
      const itself = (type: string, permissions = 'create'): string =>
        `(allow ${type} self (file (${permissions})))`;
      const asked = (base: string, linked = itself('demo_t')): Promise<Verdict> =>
        verdict(noFile, `${BASE}${taken}${linked}`, { base: `${two}${base}`, labels: ANYWHERE });

      test('and is the base’s where all have it', async () => {
        const found = await asked(`${itself('other_t')}${itself('third_t')}`);
        expect(found.outcome).toBe('holds');
        expect(found.base.map(({ attribute }) => attribute)).toEqual(['domain']);
      });

      test.each([
        ['one of them lacks it', itself('other_t'), undefined],
        [
          'one has it under a boolean',
          `${itself('other_t')}(boolean b true) (booleanif b (true ${itself('third_t')}))`,
          undefined,
        ],
        [
          'another class is the module’s own doing',
          `${itself('other_t')}${itself('third_t')}`,
          `${itself('demo_t')}(allow demo_t self (dir (create)))`,
        ],
        [
          'it is granted on another type',
          `${itself('other_t')}${itself('third_t')}`,
          '(allow demo_t base_t (file (create)))',
        ],
        ['the base has no domain that has it', '', undefined],
      ])('not where %s', async (_, base, linked) => {
        expect((await asked(base, linked)).outcome).toBe('violated');
      });
    });

    // As a container module has it: the engine's own domain, and a socket that every domain may connect to.
    group('a peer of another module', () => {
      const sockets: Never = { kind: 'unix-sockets', except: [], why };
      const connect = '(unix_stream_socket (connectto))';
      const NAMED = `${BASE}(type spc_t) (typeattribute served) (typeattributeset served (other_t spc_t))`;

      test.each([
        [
          'named by its rule',
          `(allow domain spc_t ${connect})`,
          '',
          'allow domain spc_t:unix_stream_socket connectto;',
        ],
        [
          'that joins an attribute of which the base has the rule',
          `(allow domain served ${connect})`,
          `(typeattribute served) (typeattributeset served (other_t)) (allow domain served ${connect})`,
          'allow domain served:unix_stream_socket connectto;',
        ],
      ])('%s', async (_, linked, base, rule) => {
        const found = await verdict(sockets, `${NAMED}${linked}`, { base: `${OWN}${base}` });
        expect(found.outcome).toBe('violated');
        expect(ways(found)).toEqual([rule]);
        expect(found.outcome === 'violated' && found.witnesses[0]!.what).toContain(
          'spc_t:unix_stream_socket connectto',
        );
      });

      test('what the base has of it is named peer by peer', async () => {
        const linked = `${NAMED}(allow domain served ${connect})`;
        const base = `${OWN}(type spc_t) (typeattribute served) (typeattributeset served (other_t spc_t))
          (allow domain served ${connect})`;
        const found = await verdict(sockets, linked, { base });
        expect(found.outcome).toBe('holds');
        expect(found.base.map(({ what }) => what)).toEqual([
          expect.stringMatching(/\(other_t, spc_t\)$/),
        ]);
      });
    });

    test('a change of domain for every application', async () => {
      const attribute = 'application_domain_type';
      const cil = `${BASE}(typeattribute ${attribute}) (typeattributeset ${attribute} (demo_t))
        (allow ${attribute} other_t (process (dyntransition)))`;
      const transition: Never = { kind: 'transition', why };
      expect((await verdict(transition, cil)).outcome).toBe('holds');
      expect((await verdict(transition, cil, { base: OWN })).outcome).toBe('violated');
    });
  });

  test('on a type of the module too', async () => {
    const cil = `${BASE}(type demo_helper_t) (allow domain demo_helper_t (file (execute_no_trans)))`;
    expect((await verdict(execute, cil)).outcome).toBe('violated');
  });
});

group('what the policy cannot show', () => {
  test('what file contexts leave alone has no known type', async () => {
    const labels = contexts('/.* u:object_r:base_t:s0\n/tmp/.* <<none>>');
    const never: Never = { kind: 'read', below: ['/tmp'], except: [], why };
    const cil = '(type tmp_t) (allow demo_t tmp_t (file (read open)))';
    const found = await verdict(never, cil, { labels });
    expect(found.outcome).toBe('undecided');
  });

  test('a BPF program can read the memory of the kernel', async () => {
    const never: Never = { kind: 'read', below: ['/secret'], except: [], why };
    const load = '(allow demo_t self (bpf (prog_load)))';
    expect((await verdict(never, `${TYPES}${load}`, { labels: LABELS })).assumes).toEqual([]);
    const cil = `${TYPES}${load}(allow demo_t self (capability2 (perfmon)))`;
    const found = await verdict(never, cil, { labels: LABELS });
    expect(found.outcome).toBe('holds');
    expect(found.assumes.join()).toContain('BPF');
  });

  test('where the policy does not know perfmon and lets the unknown pass, every domain has it', async () => {
    const never: Never = { kind: 'read', below: ['/secret'], except: [], why };
    const cil = `${TYPES}(allow demo_t self (bpf (prog_load)))`;
    const prelude = PRELUDE.replace(' perfmon', '').replace(
      '(handleunknown deny)',
      '(handleunknown allow)',
    );
    const found = await verdict(never, cil, { labels: LABELS, prelude });
    expect(found.assumes.join()).toContain('BPF');
  });

  test('a BPF program with sys_admin can write the memory of processes', async () => {
    const never: Never = { kind: 'ptrace', why };
    const cil = `${TYPES}(allow demo_t self (bpf (prog_load)))`;
    expect((await verdict(never, cil)).assumes).toEqual([]);
    const found = await verdict(never, `${cil}(allow demo_t self (capability (sys_admin)))`);
    expect(found.assumes.join()).toContain('BPF');
  });

  test('older kernels ask no port when fast open connects', async () => {
    const never: Never = { kind: 'connect-tcp', why };
    expect((await verdict(never, '')).assumes).toEqual([]);
    const found = await verdict(never, '(allow demo_t self (tcp_socket (create write)))');
    expect(found.outcome).toBe('holds');
    expect(found.assumes.join()).toContain('MSG_FASTOPEN');
  });

  test('a domain that is no type but an attribute decides nothing', async () => {
    const never: Never = { kind: 'ptrace', why };
    const found = await verdict(
      never,
      `(typeattribute impostor_t) (typeattributeset impostor_t (demo_t base_t))
        (allow impostor_t base_t (file (read)))`,
      { name: 'impostor' },
    );
    expect(found.outcome).toBe('undecided');
  });

  test('an exception for a path in which files are written is said with its reach', async () => {
    const never: Never = { kind: 'write', except: [{ path: '/etc/demo.conf' }], why };
    const found = await verdict(never, '(allow demo_t base_t (file (write open)))');
    expect(found.outcome).toBe('holds');
    expect(found.notes.join()).toContain('everything of the type base_t');
  });

  test('without file contexts, and with another name for it, a tun device is not known', async () => {
    const never: Never = { kind: 'egress', channels: ['tun-tap'], why };
    const cil = '(type odd_t) (allow demo_t odd_t (chr_file (write open)))';
    const found = await verdict(never, cil, { labels: undefined });
    expect(found.outcome).toBe('undecided');
  });

  test('file contexts may call a device by an alias', async () => {
    const never: Never = { kind: 'egress', channels: ['tun-tap'], why };
    const cil = `(type tun_t) (typealias tap_t) (typealiasactual tap_t tun_t)
      (allow demo_t tun_t (chr_file (write open)))`;
    const labels = contexts('/.* u:object_r:base_t:s0\n/dev/net/tun -c u:object_r:tap_t:s0');
    expect((await verdict(never, cil, { labels })).outcome).toBe('violated');
  });
});

group('a domain that can act as another one', () => {
  const listen: Never = { kind: 'listen', why };

  test.each([
    ['io_uring with other credentials', '(allow demo_t other_t (io_uring (override_creds)))'],
    ['a change of domain', '(allow demo_t other_t (process (dyntransition)))'],
    ['a transition', '(allow demo_t other_t (process (transition)))'],
  ])('every other never says that it presupposes otherwise: %s', async (_, way) => {
    expect((await verdict(listen, TYPES, { labels: LABELS })).assumes).toEqual([]);
    const found = await verdict(listen, `${TYPES}${way}`, { labels: LABELS });
    expect(found.assumes.join()).toContain('it does nothing as another domain, although it may');
    const own = await verdict({ kind: 'transition', why }, `${TYPES}${way}`, { labels: LABELS });
    expect([own.outcome, own.assumes]).toEqual(['violated', []]);
  });

  test('nor that it puts words into a process of another one, which has its rights', async () => {
    const read: Never = { kind: 'read', below: ['/secret'], except: [], why };
    const attach = '(allow demo_t other_t (process (ptrace)))';
    const given = `${TYPES}(allow other_t secret_t (file (read open)))`;
    for (const never of [read, listen, { kind: 'transition', why }] as const) {
      const found = await verdict(never, given + attach, { labels: LABELS });
      expect(found.assumes.join()).toContain(
        'it does nothing through a process of another domain, although it may attach',
      );
      const own = `${given}(allow demo_t self (process (ptrace)))`;
      expect((await verdict(never, own, { labels: LABELS })).assumes).toEqual([]);
    }
    const ptrace = await verdict({ kind: 'ptrace', why }, given + attach, { labels: LABELS });
    expect([ptrace.outcome, ptrace.assumes]).toEqual(['violated', []]);
  });
});
