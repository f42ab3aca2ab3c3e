import { readFileSync } from 'node:fs';
import { expect, describe as group, test } from 'vitest';
import type { Description, Never } from '../../../src/description/index.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { prove, type Verdict } from '../../../src/selinux/prove/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { ANYWHERE, contexts, describe, PRELUDE, verdict, ways } from './subject-policy.ts';

const why = 'a test';

group('the exception for the resolver', () => {
  const exception = { to: 'configured-resolver', when: 'dns', packets: 'dns_packet' } as const;
  const sendUdp: Never = { kind: 'send-udp', except: exception, why };
  const connectTcp: Never = { kind: 'connect-tcp', except: exception, why };
  const types = [
    { name: 'dns_packet', nature: 'packet', what: 'to the resolvers' },
    { name: 'other_packet', nature: 'packet', what: 'the rest' },
  ] as const;
  const tunables: Description['tunables'] = [
    { name: 'dns', default: false, can: 'ask name servers', why },
  ];
  const labelled = {
    tunables,
    ability: {
      types,
      secmark: { resolver: 'own:dns_packet', other: 'own:other_packet', when: 'dns' },
    },
  } as const;
  const POLICY = `(type demo_dns_packet_t) (type demo_other_packet_t) (type unlabeled_t)
    (boolean demo_dns false)
    (booleanif demo_dns (true
      (allow demo_t self (udp_socket (write)))
      (allow demo_t demo_dns_packet_t (packet (send recv)))))\n`;

  test('holds where packet labels hold the domain to the resolvers, and says what it assumes', async () => {
    const found = await verdict(sendUdp, POLICY, { description: labelled });
    expect(found.outcome).toBe('holds');
    expect(found.assumes).toHaveLength(1);
    expect(found.notes.join()).toContain('held to the resolvers');
  });

  test.each(['demo_other_packet_t', 'unlabeled_t', 'base_t'])(
    'a rule that lets it send packets of %s makes it worth nothing',
    async (label) => {
      const found = await verdict(sendUdp, `${POLICY}(allow demo_t ${label} (packet (send)))`, {
        description: labelled,
      });
      expect(found.outcome).toBe('holds-as-set');
      expect(ways(found)).toEqual([
        `allow demo_t demo_t:udp_socket write; [ demo_dns ]:True + allow demo_t ${label}:packet send; + demo_dns on`,
      ]);
    },
  );

  test('unlabelled packets that the base lets every domain send are left to the ruleset, and said', async () => {
    const cil = `${POLICY}(typeattribute domain) (typeattributeset domain (demo_t))
      (allow domain unlabeled_t (packet (send)))`;
    const found = await verdict(sendUdp, cil, { description: labelled });
    expect(found.outcome).toBe('holds');
    expect(found.notes.join()).toContain('unlabeled_t:packet send');
  });

  const RULESET = `#!/bin/sh
cat <<END
table inet $table
delete table inet $table
table inet $table {
	secmark resolver { "system_u:object_r:demo_dns_packet_t:s0" }
	secmark other { "system_u:object_r:demo_other_packet_t:s0" }
	set resolvers4 {
		type ipv4_addr
		$(elements "$four")
	}
	chain output {
		type filter hook output priority mangle; policy accept;
		meta secmark set "other"
		meta l4proto { tcp, udp } th dport 53 ip daddr @resolvers4 meta secmark set "resolver"
	}
	chain input {
		type filter hook input priority mangle; policy accept;
		meta secmark set "other"
		meta l4proto { tcp, udp } th sport 53 ip saddr @resolvers4 meta secmark set "resolver"
	}
}
END`;

  test('a ruleset that is at hand is part of the proof', async () => {
    const found = await verdict(sendUdp, POLICY, { description: labelled, ruleset: RULESET });
    expect(found.outcome).toBe('holds');
    expect(found.notes.join()).toContain(
      'the ruleset labels every packet that leaves demo_other_packet_t, and those to port 53',
    );
    expect(found.assumes.join()).toContain('the ruleset is loaded whenever demo_dns is on');
  });

  test.each([
    ['labels only the resolvers', /\t\tmeta secmark set "other"\n/, ''],
    ['takes another port for DNS', 'dport 53', 'dport { 53, 1234 }'],
    ['takes every port for DNS', 'th dport 53 ', ''],
    ['takes every address for a resolver', 'ip daddr @resolvers4 ', ''],
    ['takes an address of its own', '@resolvers4 meta', '192.0.2.1 meta'],
    [
      'lets packets pass before they are labelled',
      'meta secmark set "other"',
      'udp dport 1234 accept',
    ],
    [
      'labels everything as the resolvers',
      'meta secmark set "other"',
      'meta secmark set "resolver"',
    ],
    [
      'swaps the labels',
      /resolver \{ "system_u:object_r:demo_dns/,
      'resolver { "system_u:object_r:demo_other',
    ],
    ['knows no such label', 'secmark other {', 'secmark rest {'],
    ['is for one family only', 'table inet $table {', 'table ip $table {'],
    ['does so on another hook', 'hook output', 'hook forward'],
    ['has a chain twice', 'hook input', 'hook output'],
    ['jumps elsewhere', '\tchain input', '\tmap x { }\n\tchain input'],
    [
      'relabels after routing',
      '\tchain input',
      '\tchain late {\n\t\ttype filter hook postrouting priority 0; policy accept;\n\t\tmeta secmark set "resolver"\n\t}\n\tchain input',
    ],
    [
      'has a chain of another type on the hook',
      '\tchain input',
      '\tchain late {\n\t\ttype route hook output priority 0; policy accept;\n\t\tmeta secmark set "resolver"\n\t}\n\tchain input',
    ],
    [
      'has a second table',
      '\nEND',
      '\ntable inet late {\n\tchain output {\n\t\ttype filter hook output priority 0; policy accept;\n\t\tmeta secmark set "resolver"\n\t}\n}\nEND',
    ],
    [
      'has a second table on one line',
      '\nEND',
      '\ntable ip late { chain c { type filter hook output priority 0; } }\nEND',
    ],
    [
      'adds a rule afterwards',
      '\nEND',
      '\nadd rule inet $table output meta secmark set "resolver"\nEND',
    ],
    ['includes another', '\nEND', '\ninclude "/etc/nftables.d/*.nft"\nEND'],
    ['is cut off', /\}\nEND/, ''],
    ['is empty', /^[\s\S]*$/, ''],
  ])('one that %s grants no exception', async (_, what, instead) => {
    const ruleset = RULESET.replace(what, () => instead);
    expect(ruleset).not.toBe(RULESET);
    const found = await verdict(sendUdp, POLICY, { description: labelled, ruleset });
    expect(found.outcome).toBe('holds-as-set');
    expect(found.notes.join()).toContain('the exception for the resolver is not granted');
  });

  test('without labels in the description it is not granted', async () => {
    const found = await verdict(sendUdp, POLICY, { description: { tunables, ability: { types } } });
    expect(found.outcome).toBe('holds-as-set');
    expect(found.notes.join()).toContain('no ability of the description labels packets');
  });

  test('it does not excuse what is open without the tunable', async () => {
    const found = await verdict(sendUdp, `${POLICY}(allow demo_t base_t (udp_socket (write)))`, {
      description: labelled,
    });
    expect(found.outcome).toBe('violated');
    expect(ways(found)[0]).toBe('allow demo_t base_t:udp_socket write;');
  });

  test.each([
    ['port 53 alone', '53', 'holds'],
    ['a range of ports around it', '(1 1023)', 'holds-as-set'],
    ['another port', '443', 'holds-as-set'],
  ])('TCP: %s', async (_, ports, outcome) => {
    const cil = `${POLICY}(type name_port_t) (roletype r name_port_t)
      (portcon tcp ${ports} (u r name_port_t ((s0) (s0))))
      (booleanif demo_dns (true (allow demo_t name_port_t (tcp_socket (name_connect)))))`;
    const found = await verdict(connectTcp, cil, { description: labelled });
    expect(found.outcome).toBe(outcome);
    if (outcome !== 'holds')
      expect(ways(found)[0]).toContain('name_port_t:tcp_socket name_connect');
  });

  test('TCP: a type that also stands for every port without one of its own', async () => {
    // The kernel knows initial contexts by their number: port is the ninth.
    const before = ['security', 'unlabeled', 'fs', 'file', 'file_labels', 'init', 'any_socket'];
    const context = '(u r kernel_t ((s0) (s0)))';
    const prelude = PRELUDE.replace(
      '(sidorder (kernel))',
      `${before.map((sid) => `(sid ${sid}) (sidcontext ${sid} ${context})`).join(' ')}
       (sid port) (sidorder (kernel ${before.join(' ')} port))`,
    );
    const cil = `${POLICY}(type name_port_t) (roletype r name_port_t)
      (sidcontext port (u r name_port_t ((s0) (s0))))
      (portcon tcp 53 (u r name_port_t ((s0) (s0))))
      (booleanif demo_dns (true (allow demo_t name_port_t (tcp_socket (name_connect)))))`;
    const found = await verdict(connectTcp, cil, { description: labelled, prelude });
    expect(found.outcome).toBe('holds-as-set');
  });
});

group('typebounds', () => {
  const ptrace: Never = { kind: 'ptrace', why };
  const read: Never = { kind: 'read', below: ['/base'], except: [], why };
  const GIVEN = `(type up_t) (type top_t) (type other_t) (type under_t) (typeattribute both)
    (typeattributeset both (demo_t up_t)) (typebounds up_t demo_t) (boolean b false)
    (allow demo_t other_t (process (ptrace)))`;

  // The kernel masks what the bounding type lacks (services.c: type_attribute_bounds_av).
  test.each<[string, string, string, string?]>([
    ['which lacks it', '', 'holds'],
    ['which has something else', '(allow up_t other_t (process (signal)))', 'holds'],
    ['which has it on another target', '(allow up_t base_t (process (ptrace)))', 'holds'],
    ['which has it', '(allow up_t other_t (process (ptrace)))', 'violated'],
    ['which has it by an attribute', '(allow both other_t (process (ptrace)))', 'violated'],
    [
      'which has it and lacks it by its own bounds',
      '(allow up_t other_t (process (ptrace))) (typebounds top_t up_t)',
      'holds',
    ],
    [
      'which has it within its own bounds',
      '(allow up_t other_t (process (ptrace))) (typebounds top_t up_t) (allow top_t other_t (process (ptrace)))',
      'violated',
    ],
    [
      'which has it under a boolean',
      '(booleanif b (true (allow up_t other_t (process (ptrace)))))',
      'holds-as-set',
      'b on',
    ],
    [
      'which has it while a boolean is off',
      '(booleanif b (false (allow up_t other_t (process (ptrace)))))',
      'violated',
    ],
    [
      'which has it on a target that is bounded itself, where its parent counts',
      '(typebounds under_t other_t) (allow up_t other_t (process (ptrace)))',
      'holds',
    ],
    [
      'which has it on the parent of the target',
      '(typebounds under_t other_t) (allow up_t under_t (process (ptrace)))',
      'violated',
    ],
  ])('by a type %s', async (_, cil, outcome, setting) => {
    const found = await verdict(ptrace, `${GIVEN}${cil}`);
    expect(found.outcome).toBe(outcome);
    if (setting !== undefined) expect(ways(found).join()).toContain(setting);
    if (outcome === 'violated')
      expect(ways(found).join()).toContain('demo_t other_t:process ptrace');
  });

  test.each([
    ['read open', 'violated'],
    ['read', 'holds'],
    ['open', 'holds'],
  ])(
    'what else it takes is bounded too: of read and open the parent has %s',
    async (has, outcome) => {
      const cil = `${GIVEN}(allow demo_t base_t (file (read open))) (allow up_t base_t (file (${has})))`;
      expect((await verdict(read, cil)).outcome).toBe(outcome);
    },
  );
});

group('what can make any verdict worthless', () => {
  const ptrace: Never = { kind: 'ptrace', why };

  test('a permissive domain is a violation, whatever it would be enforced', async () => {
    const found = await verdict(ptrace, '(typepermissive demo_t)');
    expect(found.outcome).toBe('violated');
    expect(found.outcome === 'violated' && found.enforced?.outcome).toBe('holds');
  });

  test('a policy without the domain decides nothing', async () => {
    const db = await policyFromCil(PRELUDE);
    const [proved] = prove({ db, fileContexts: ANYWHERE }, describe('demo', [ptrace]));
    expect(proved!.verdict.outcome).toBe('undecided');
  });

  test.each(['allow', 'deny'] as const)(
    'a class that the policy does not know, where the unknown is what they %s',
    async (handleUnknown) => {
      const prelude = PRELUDE.replace(/^.*\(class xdp_socket .*$/m, '').replace(
        '(handleunknown deny)',
        `(handleunknown ${handleUnknown})`,
      );
      const never: Never = { kind: 'egress', channels: ['xdp'], why };
      const found = await verdict(never, '', { prelude });
      expect(found.outcome).toBe(handleUnknown === 'allow' ? 'undecided' : 'holds');
      if (found.outcome === 'undecided') expect(found.reasons.join()).toContain('xdp_socket');
    },
  );

  test('a permission that the policy does not know, where the unknown is allowed', async () => {
    const prelude = PRELUDE.replace(' module_load', '').replace(
      '(handleunknown deny)',
      '(handleunknown allow)',
    );
    const found = await verdict({ kind: 'load-kernel-module', why }, '', { prelude });
    expect(found.outcome).toBe('undecided');
  });

  test('a capability that the policy does not know, where the unknown is allowed', async () => {
    const prelude = PRELUDE.replace('(handleunknown deny)', '(handleunknown allow)');
    const found = await verdict({ kind: 'capabilities', except: [], why }, '', { prelude });
    expect(found.outcome === 'undecided' && found.reasons.join()).toContain('checkpoint_restore');
  });

  test('header bits that change what netlink permissions mean are presupposed away, in words', async () => {
    const never: Never = { kind: 'egress', channels: ['netlink-write', 'icmp'], why };
    const file = readFileSync(await policyFileFromCil(`${PRELUDE}(type demo_t)`));
    const under = (bits: number, one: Never) => {
      const bytes = Buffer.from(file);
      bytes.writeUInt32LE((file.readUInt32LE(20) | bits) >>> 0, 20);
      return prove({ db: readPolicy(bytes), fileContexts: ANYWHERE }, describe('demo', [one]))[0]!
        .verdict;
    };
    expect(under(0, never).assumes).toEqual([]);
    expect(under(0x8000_0000, never)).toMatchObject({
      outcome: 'holds',
      assumes: [expect.stringContaining('netlink_route')],
    });
    expect(under(0x8000_0000, ptrace).assumes).toEqual([]);
    expect(under(0x80, ptrace).assumes).toEqual([
      'the kernel ignores the bits 0x80 of the policy’s header, as Linux does',
    ]);
  });

  test('without extended_socket_class the classes before it are asked', async () => {
    const prelude = PRELUDE.replace('(policycap extended_socket_class)', '');
    const never: Never = { kind: 'egress', channels: ['icmp', 'vsock'], why };
    const old =
      '(allow demo_t self (rawip_socket (create))) (allow demo_t self (socket (connect)))';
    expect((await verdict(never, old)).outcome).toBe('holds');
    const found = await verdict(never, old, { prelude });
    expect(found.outcome).toBe('violated');
    expect(ways(found)).toEqual([
      'allow demo_t demo_t:rawip_socket create;',
      'allow demo_t demo_t:socket connect;',
    ]);
  });

  test('without open_perms a descriptor is not needed to read', async () => {
    const never: Never = { kind: 'read', below: ['/'], except: [], why };
    const cil = '(allow demo_t base_t (file (read)))';
    const inherited = await verdict(never, cil);
    expect(inherited.outcome).toBe('holds');
    expect(inherited.notes.join()).toContain('base_t:file read: only through a descriptor');
    const prelude = PRELUDE.replace('(policycap open_perms)', '');
    expect((await verdict(never, cil, { prelude })).outcome).toBe('violated');
  });

  test('without file contexts the types of paths are not known', async () => {
    const never: Never = { kind: 'read', below: ['/secret'], except: [], why };
    const cil = '(allow demo_t base_t (file (read open)))';
    expect((await verdict(never, cil, { labels: undefined })).outcome).toBe('undecided');
  });

  test('with so many booleans that no one can try them all, it is undecided', async () => {
    const names = Array.from({ length: 13 }, (_, i) => `b${i}`);
    const all = names.reduce((left, name) => (left === '' ? name : `(and ${left} ${name})`), '');
    const found = await verdict(
      ptrace,
      `${names.map((name) => `(boolean ${name} false)`).join(' ')}
       (booleanif ${all} (true (allow demo_t base_t (process (ptrace)))))`,
    );
    expect(found.outcome).toBe('undecided');
  });
});

group('the base', () => {
  const BASE = '(typeattribute domain) (typeattributeset domain (demo_t))';
  const sendUdp: Never = { kind: 'send-udp', why };

  test('what it lets every domain execute is listed, and breaks nothing', async () => {
    const found = await verdict(
      { kind: 'execute', why },
      `${BASE}(allow domain base_t (file (execute_no_trans)))`,
    );
    expect(found.outcome).toBe('holds');
    expect(found.base.map(({ attribute, rule }) => `${attribute}: ${formatRule(rule)}`)).toEqual([
      'domain: allow domain base_t:file execute_no_trans;',
    ]);
    expect(found.evidence).toContain('beyond the base');
  });

  test('a socket of another domain takes its descriptor: the base’s alone, or what somebody adds', async () => {
    const cil = `${BASE}(type other_t) (typeattributeset domain (other_t))
      (allow domain other_t (udp_socket (read write)))`;
    // No descriptor of another domain can be held, so there is nothing to send on.
    const closed = await verdict(sendUdp, cil);
    expect([closed.outcome, closed.base]).toEqual(['holds', []]);
    const byBase = await verdict(sendUdp, `${cil}(allow domain base_t (fd (use)))`);
    expect(byBase.outcome).toBe('holds');
    expect(byBase.base.map(({ what }) => what)).toEqual([
      'send on a UDP socket: other_t:udp_socket write',
    ]);
    const completed = await verdict(sendUdp, `${cil}(allow demo_t base_t (fd (use)))`);
    expect(completed.outcome).toBe('violated');
    expect(ways(completed)).toEqual([
      'allow domain other_t:udp_socket { read write }; + allow demo_t base_t:fd use;',
    ]);
    // One that it makes itself, with a label that is not its own.
    const made = await verdict(sendUdp, `${cil}(allow demo_t other_t (udp_socket (create)))`);
    expect(made.outcome).toBe('violated');
    // What a module grants this domain alone counts whatever else it takes.
    const own = await verdict(
      sendUdp,
      '(type other_t) (allow demo_t other_t (udp_socket (write)))',
    );
    expect(own.outcome).toBe('violated');
  });

  test('what the base grants under a boolean is listed with it', async () => {
    const found = await verdict(
      { kind: 'execute', why },
      `${BASE}(boolean b false) (booleanif b (true (allow domain base_t (file (execute_no_trans)))))`,
    );
    expect(found.base.map(({ what }) => what)).toEqual([
      'execute a program without leaving the domain: base_t:file execute_no_trans [b: true]',
    ]);
  });

  test('where it takes a rule of somebody else besides, it is an offence', async () => {
    const never: Never = { kind: 'read', below: ['/'], except: [], why };
    const labels = contexts('/.* u:object_r:base_t:s0\n/b u:object_r:other_t:s0');
    const everyone = `${BASE}(type other_t) (typeattribute both) (typeattributeset both (base_t other_t))
      (allow domain both (file (read)))`;
    expect((await verdict(never, everyone, { labels })).outcome).toBe('holds');
    const opened = await verdict(
      never,
      `${everyone}(allow domain base_t (file (open))) (allow demo_t other_t (file (open)))`,
      { labels },
    );
    expect(opened.outcome).toBe('violated');
    expect(ways(opened)).toEqual([
      'allow domain both:file read; + allow demo_t other_t:file open;',
    ]);
    expect(opened.base).toHaveLength(1);

    const later = `${everyone}(boolean b false) (booleanif b (true (allow domain base_t (file (open)))))`;
    expect((await verdict(never, later, { labels })).outcome).toBe('holds-as-set');
  });

  test.each([
    ['almost every domain', 19, 'holds'],
    ['some domains', 12, 'violated'],
  ])('a set that the compiler named and that stands for %s', async (_, count, outcome) => {
    const types = Array.from({ length: 19 }, (_, i) => `d${i}_t`);
    const found = await verdict(
      { kind: 'execute', why },
      `${types.map((type) => `(type ${type})`).join(' ')}
       (typeattribute domain) (typeattributeset domain (demo_t ${types.join(' ')}))
       (allow domain base_t (file (read)))
       (typeattribute base_typeattr_1)
       (typeattributeset base_typeattr_1 (demo_t ${types.slice(0, count - 1).join(' ')}))
       (allow base_typeattr_1 base_t (file (execute_no_trans)))`,
    );
    expect(found.outcome).toBe(outcome);
    expect(found.base).toHaveLength(outcome === 'holds' ? 1 : 0);
  });

  test.each([
    ['sending UDP', { kind: 'send-udp', why }, '(udp_socket (write))'],
    ['ptrace', { kind: 'ptrace', why }, '(process (ptrace))'],
    ['setenforce', { kind: 'change-policy', why }, '(security (setenforce))'],
    ['executable memory', { kind: 'executable-memory', why }, '(process (execmem))'],
    ['loading modules', { kind: 'load-kernel-module', why }, '(system (module_load))'],
  ] as const)('it excuses no %s', async (_, never, access) => {
    const found = await verdict(never, `${BASE}(allow domain domain ${access})`);
    expect(found.outcome).toBe('violated');
  });
});

group('the evidence says in plain words what was asked, and what was not', () => {
  test.each<[Never, string]>([
    [
      {
        kind: 'capabilities',
        except: [{ names: ['net_raw'] }, { names: ['sys_admin', 'bpf'], when: 'root' }],
        why,
      },
      'no rule lets it use a capability but net_raw; sys_admin, bpf with root',
    ],
    [
      { kind: 'egress', channels: ['icmp', 'can'], why },
      'no rule lets it leave the machine by icmp or can',
    ],
    [
      { kind: 'read', below: ['/secret', 'HOME'], except: [{ path: 'HOME/.config/demo' }], why },
      'no rule lets it read below /secret or HOME but HOME/.config/demo',
    ],
    [
      { kind: 'write', except: [{ own: 'log' }], why },
      'no rule lets it write, create, rename or delete a file but its own type log',
    ],
  ])('%o', async (never, evidence) => {
    const tunables: Description['tunables'] =
      never.kind === 'capabilities'
        ? [{ name: 'root', default: false, can: 'run as root', why }]
        : [];
    const labels = contexts('/.* u:object_r:base_t:s0\n/home/[^/]+/.+ u:object_r:base_t:s0');
    const found = await verdict(never, '', { description: { tunables }, labels });
    expect(found.outcome).toBe('holds');
    expect(found.evidence).toBe(evidence);
  });

  test('and how far the setting carries it', async () => {
    const cil = '(boolean b false) (booleanif b (true (allow demo_t base_t (process (ptrace)))))';
    const found = await verdict({ kind: 'ptrace', why }, cil);
    expect(found.evidence).toBe(
      'as the booleans are set, no rule lets it attach to a process; one way under other settings',
    );
  });
});

group('exceptions', () => {
  test('a capability under one tunable is an offence while that is off', async () => {
    const never: Never = {
      kind: 'capabilities',
      except: [{ names: ['sys_admin'], when: 'root' }],
      why,
    };
    const tunables: Description['tunables'] = [
      { name: 'root', default: false, can: 'run as root', why },
    ];
    const description = { tunables };
    const under = (boolean: string): string =>
      `(boolean demo_root false) (boolean other false)
       (booleanif ${boolean} (true (allow demo_t self (capability (sys_admin)))))`;
    expect((await verdict(never, under('demo_root'), { description })).outcome).toBe('holds');
    const found = await verdict(never, under('other'), { description });
    expect(found.outcome).toBe('holds-as-set');
    expect(ways(found)).toEqual([
      'allow demo_t demo_t:capability sys_admin; [ other ]:True + other on',
    ]);
  });

  test('a path is one for its own types, and for no others that a path of the kind never has', async () => {
    const labels = contexts(`/.* u:object_r:base_t:s0
/home/[^/]+ -d u:object_r:home_dir_t:s0
/home/[^/]+/.+ u:object_r:home_t:s0
/home/[^/]+/\\.ssh(/.*)? u:object_r:ssh_t:s0
/home/[^/]+/\\.config(/.*)? u:object_r:config_t:s0`);
    const never: Never = {
      kind: 'read',
      below: ['HOME', '/etc/thing'],
      except: [{ path: 'HOME' }],
      why,
    };
    const TYPES = '(type home_dir_t) (type home_t) (type ssh_t) (type config_t)';
    const reading = (type: string): string => `${TYPES}(allow demo_t ${type} (file (read open)))`;
    const outcomes = await Promise.all(
      ['home_dir_t', 'home_t', 'ssh_t', 'config_t', 'base_t'].map(
        async (type) => `${type}: ${(await verdict(never, reading(type), { labels })).outcome}`,
      ),
    );
    expect(outcomes).toEqual([
      'home_dir_t: holds',
      'home_t: holds',
      'ssh_t: violated',
      'config_t: violated',
      'base_t: violated',
    ]);
  });

  test('a peer may be an attribute; an unknown one is said', async () => {
    const never: Never = {
      kind: 'unix-sockets',
      except: [
        { peer: 'the resolver', domains: ['resolvers', 'absent_t'], why },
        { peer: 'nobody', domains: ['nobody_t'], why },
      ],
      why,
    };
    const cil = `(typeattribute resolvers) (typeattributeset resolvers (base_t))
      (allow kernel_t resolvers (file (read)))
      (allow demo_t base_t (unix_stream_socket (connectto)))`;
    const found = await verdict(never, cil);
    expect(found.outcome).toBe('holds');
    expect(found.notes).toContain('the policy has no domain of nobody (nobody_t)');
  });

  test('frames through a packet socket are a violation unless the description accepts them', async () => {
    const cil = '(allow demo_t self (packet_socket (write)))';
    const never: Never = { kind: 'send-udp', why };
    expect((await verdict(never, cil)).outcome).toBe('violated');
    const residuals = [{ id: 'capture-socket-frames', what: 'frames', why }];
    const accepted = await verdict(never, cil, { description: { residuals } });
    expect(accepted.outcome).toBe('holds');
    expect(accepted.residuals).toEqual(residuals);
    expect(accepted.notes.join()).toContain('packet_socket write');
  });
});

group('ioctl numbers', () => {
  const never: Never = { kind: 'inject-keystrokes', why };
  const TTY = '(type tty_t) (allow demo_t tty_t (chr_file (ioctl)))';

  test.each([
    ['no numbers at all', '', 'violated'],
    ['numbers without it', '(allowx demo_t tty_t (ioctl chr_file (0x5401 0x5413)))', 'holds'],
    [
      'a range that has it',
      '(allowx demo_t tty_t (ioctl chr_file ((range 0x5400 0x5420))))',
      'violated',
    ],
    [
      'every number of the driver',
      '(allowx demo_t tty_t (ioctl chr_file ((range 0x5400 0x54ff))))',
      'violated',
    ],
    ['numbers of another driver', '(allowx demo_t tty_t (ioctl chr_file (0x8913)))', 'holds'],
    ['numbers for another type', '(allowx demo_t base_t (ioctl chr_file (0x5401)))', 'violated'],
    ['numbers for another class', '(allowx demo_t tty_t (ioctl file (0x5401)))', 'violated'],
    [
      'numbers that are only audited',
      '(auditallowx demo_t tty_t (ioctl chr_file (0x8913)))',
      'holds',
    ],
    [
      'numbers that are only not audited: semodule -DB takes such rules out',
      '(dontauditx demo_t tty_t (ioctl chr_file (0x8913)))',
      'violated',
    ],
    [
      'an attribute that brings it back',
      `(typeattribute ttys) (typeattributeset ttys (tty_t))
       (allowx demo_t tty_t (ioctl chr_file (0x5401))) (allowx demo_t ttys (ioctl chr_file (0x5412)))`,
      'violated',
    ],
  ])('%s', async (_, rules, outcome) => {
    expect((await verdict(never, `${TTY}${rules}`)).outcome).toBe(outcome);
  });
});

test('numbers that stand under a boolean hold only while it is on', async () => {
  const cil = `(type tty_t) (boolean strict true) (allow demo_t tty_t (chr_file (ioctl)))
    (booleanif strict (true (allowx demo_t tty_t (ioctl chr_file (0x5401)))))`;
  const found = await verdict({ kind: 'inject-keystrokes', why }, cil);
  expect(found.outcome).toBe('holds-as-set');
  expect(ways(found)[0]).toContain('strict off');
});

group('information flow', () => {
  const never: Never = { kind: 'flow-from', sources: ['secret_t'], minWeight: 3, why };
  const HALF = '(type secret_t) (type middle_t) (allow demo_t middle_t (file (read)))';

  test('over another domain it is found, step by step', async () => {
    const found = await verdict(
      never,
      `${HALF}(type courier_t) (allow courier_t secret_t (file (read))) (allow courier_t middle_t (file (write)))`,
    );
    expect(found.outcome).toBe('violated');
    expect(ways(found)).toEqual([
      'allow courier_t secret_t:file read; + allow courier_t middle_t:file write; + allow demo_t middle_t:file read;',
    ]);
  });

  test('with only half the way it holds; under a boolean it is undecided; of an unknown type too', async () => {
    expect((await verdict(never, HALF)).outcome).toBe('holds');
    const conditional = `${HALF}(boolean b false) (booleanif b (true (allow demo_t secret_t (file (read)))))`;
    expect((await verdict(never, conditional)).outcome).toBe('undecided');
    expect((await verdict(never, '')).outcome).toBe('undecided');
  });

  test('a rule that is left is none of the way if it carries the other way', async () => {
    // As demo_t's own rule it reads other_t, which typebounds takes away; as other_t's it reads demo_t, which is no way in.
    const found = await verdict(
      never,
      `(type secret_t) (type other_t) (type up_t) (typebounds up_t demo_t)
      (typeattribute both) (typeattributeset both (demo_t other_t))
      (allow other_t secret_t (file (read))) (allow both both (process (getattr)))`,
    );
    expect(found.outcome).toBe('undecided');
    expect('reasons' in found && found.reasons.join()).toContain('typebounds');
  });

  test('by what typebounds takes away it is undecided, in words', async () => {
    const bounded = (parent: string): string =>
      `(type secret_t) (type up_t) (typebounds up_t demo_t) (allow demo_t secret_t (file (read))) ${parent}`;
    const found = await verdict(never, bounded(''));
    expect(found.outcome === 'undecided' && found.reasons).toEqual([
      expect.stringContaining('typebounds'),
    ]);
    const has = bounded('(allow up_t secret_t (file (read)))');
    expect((await verdict(never, has)).outcome).toBe('violated');
  });
});

group('the way to a directory', () => {
  const LABELS = contexts(`/.* u:object_r:base_t:s0
/home/[^/]+ -d u:object_r:dir_t:s0
/home/[^/]+ -l u:object_r:dir_t:s0
/home/home-inst -d u:object_r:root_t:s0
/home/[^/]+/.+ u:object_r:content_t:s0`);
  const TYPES = '(type dir_t) (type root_t) (type content_t)';
  const never: Never = { kind: 'read', below: ['HOME'], except: [], why };
  const onHomes = (cil: string): Promise<Verdict> =>
    verdict(never, TYPES + cil, { labels: LABELS });

  test('a link with a type that file contexts give to no link inside only leads there', async () => {
    for (const type of ['dir_t', 'root_t']) {
      const found = await onHomes(`(allow demo_t ${type} (lnk_file (read)))`);
      expect(found.outcome, type).toBe('holds');
      expect(found.notes.join()).toContain(`${type}:lnk_file read: a link on the way there`);
    }
  });

  test.each([
    ['a link inside', 'content_t (lnk_file (read))'],
    ['the names in it', 'dir_t (dir (read open))'],
    ['a file with the label of the directory', 'dir_t (file (read open))'],
  ])('%s is read', async (_, access) => {
    expect((await onHomes(`(allow demo_t ${access})`)).outcome).toBe('violated');
  });

  test('without an entry for links of its own, the type is one of links inside', async () => {
    const labels = contexts('/.* u:object_r:base_t:s0\n/home/.+ u:object_r:dir_t:s0');
    const found = await verdict(never, `${TYPES}(allow demo_t dir_t (lnk_file (read)))`, {
      labels,
    });
    expect(found.outcome).toBe('violated');
  });
});

group('which devices are terminals', () => {
  const never: Never = { kind: 'inject-keystrokes', why };
  const LOG = '/dev/kmsg -c u:object_r:log_t:s0';
  const onDevice = (entries: string, more = ''): Promise<Verdict> =>
    verdict(never, `(type log_t) (allow demo_t log_t (chr_file (ioctl))) ${more}`, {
      labels: contexts(`/.* u:object_r:base_t:s0\n${entries}`),
    });

  test('a type that file contexts give to other devices alone is none, and that is said', async () => {
    const found = await onDevice(LOG);
    expect(found.outcome).toBe('holds');
    expect(found.notes.join()).toContain('log_t: no terminal, console or input device');
  });

  test.each([
    ['no entry at all', ''],
    ['also a terminal', `${LOG}\n/dev/ttyS[0-9]+ -c u:object_r:log_t:s0`],
    ['also a console', `${LOG}\n/dev/console -c u:object_r:log_t:s0`],
    ['also an input device', `${LOG}\n/dev/input/.* -c u:object_r:log_t:s0`],
    ['also a pattern that can match a terminal', `${LOG}\n/dev/[a-z]+ -c u:object_r:log_t:s0`],
    ['also any file', `${LOG}\n/srv/x u:object_r:log_t:s0`],
  ])('a type with %s may be a terminal', async (_, entries) => {
    expect((await onDevice(entries)).outcome).toBe('violated');
  });

  test.each([
    [
      'an attribute of terminals',
      '(typeattribute ptynode) (typeattributeset ptynode (log_t)) (allow base_t ptynode (chr_file (read)))',
    ],
    ['a type that terminals are created with', '(typetransition demo_t base_t chr_file log_t)'],
    [
      'a type that devices with the name of a terminal are created with',
      '(typetransition demo_t base_t chr_file "ttyS0" log_t)',
    ],
    ['a type that terminals are relabelled to', '(typechange base_t base_t chr_file log_t)'],
  ])('%s makes it one', async (_, more) => {
    expect((await onDevice(LOG, more)).outcome).toBe('violated');
  });

  test('a rule for a device of another name says nothing', async () => {
    const found = await onDevice(LOG, '(typetransition demo_t base_t chr_file "kmsg" log_t)');
    expect(found.outcome).toBe('holds');
  });

  test('without file contexts every device may be one', async () => {
    const found = await verdict(never, '(type log_t) (allow demo_t log_t (chr_file (ioctl)))', {
      labels: undefined,
    });
    expect(found.outcome).toBe('violated');
  });
});

group('whose home is a home', () => {
  const never: Never = { kind: 'read', below: ['HOME/.ssh'], except: [], why };
  const HOMES = `/.* u:object_r:base_t:s0
/home/[^/]+ -d u:object_r:home_dir_t:s0
/home/[^/]+/.+ u:object_r:home_t:s0
/home/[^/]+/\\.ssh(/.*)? u:object_r:ssh_t:s0`;
  const TYPES = '(type home_dir_t) (type home_t) (type ssh_t) (type key_t)';
  const reading = (entries: string, cil: string, below = never): Promise<Verdict> =>
    verdict(below, `${TYPES}${cil}`, { labels: contexts(`${HOMES}\n${entries}`) });
  const KEY = '(allow demo_t key_t (file (read open)))';

  test.each([
    ['one user’s own entry', '/home/bob/\\.ssh(/.*)? u:object_r:key_t:s0'],
    ['an entry with alternatives', '/home/(ada|bob)/\\.ssh(/.*)? u:object_r:key_t:s0'],
    [
      'an entry that begins with alternatives',
      '(/home|/srv)/[^/]+/\\.ssh(/.*)? u:object_r:key_t:s0',
    ],
    [
      'a home elsewhere',
      '/srv/people/[^/]+ -d u:object_r:home_dir_t:s0\n/srv/people/[^/]+/\\.ssh(/.*)? u:object_r:key_t:s0',
    ],
  ])('%s', async (_, entries) => {
    expect((await reading(entries, '')).outcome).toBe('holds');
    expect((await reading(entries, KEY)).outcome).toBe('violated');
  });

  test('file contexts that name an alias', async () => {
    const cil = '(typealias alias_t) (typealiasactual alias_t key_t)';
    const entries = '/home/[^/]+/\\.ssh/id.* u:object_r:alias_t:s0';
    expect((await reading(entries, `${cil}${KEY}`)).outcome).toBe('violated');
  });

  test('`(/.+)?` covers its directory: what is beaten there is not below it', async () => {
    const gnupg: Never = { ...never, below: ['HOME/.gnupg'] };
    const entries = '/home/[^/]+/\\.gnupg(/.+)? u:object_r:key_t:s0';
    const cil = '(allow demo_t home_t (file (read open)))';
    expect((await reading(entries, cil, gnupg)).outcome).toBe('holds');
    expect((await reading(entries, KEY, gnupg)).outcome).toBe('violated');
  });

  test('without entries for homes nothing is known of them', async () => {
    const found = await verdict(never, `${TYPES}${KEY}`, {
      labels: contexts('/.* u:object_r:base_t:s0'),
    });
    expect(found.outcome).toBe('undecided');
    expect(found.outcome === 'undecided' && found.reasons.join()).toContain(
      'file_contexts.homedirs',
    );
  });

  const NFS = '(type nfs_t) (roletype r nfs_t) (genfscon nfs "/" (u r nfs_t ((s0) (s0))))';
  const READS = '(allow demo_t nfs_t (file (read open)))';

  test('a home on a file system without labels has the label of that file system', async () => {
    expect((await reading('', NFS)).outcome).toBe('holds');
    expect((await reading('', `${NFS}${READS}`)).outcome).toBe('violated');
    const boolean = `(boolean use_nfs false) (booleanif use_nfs (true ${READS}))`;
    expect((await reading('', `${NFS}${boolean}`)).outcome).toBe('holds-as-set');
  });

  test('of another path it is presupposed that it is on none, and said', async () => {
    const shadow: Never = { ...never, below: ['/etc/shadow'] };
    expect((await reading('', NFS, shadow)).assumes).toEqual([]);
    const found = await reading('', `${NFS}${READS}`, shadow);
    expect(found.outcome).toBe('holds');
    expect(found.assumes.join()).toContain('nfs_t (a file system of the kind nfs)');
  });
});

group('typebounds', () => {
  const never: Never = { kind: 'send-udp', why };
  const BOUNDED = '(type parent_t) (typebounds parent_t demo_t) (boolean lent false)';
  const WRITES = '(allow demo_t self (udp_socket (write)))';

  test.each([
    ['what the parent lacks the kernel takes away', '', 'holds'],
    [
      'what the parent has on another target is taken away too',
      '(allow parent_t demo_t (udp_socket (write)))',
      'holds',
    ],
    ['what the parent has too stays', '(allow parent_t self (udp_socket (write)))', 'violated'],
    [
      'what the parent has under a boolean is open under it',
      '(booleanif lent (true (allow parent_t self (udp_socket (write)))))',
      'holds-as-set',
    ],
  ])('%s', async (_, parent, outcome) => {
    const found = await verdict(never, `${BOUNDED}${WRITES}${parent}`);
    expect(found.outcome).toBe(outcome);
    if (outcome === 'holds-as-set') expect(ways(found)[0]).toContain('lent on');
  });
});
