import { beforeAll, expect, describe as group, test } from 'vitest';
import type { Never } from '../../../src/description/index.ts';
import { EGRESS_CHANNELS, type EgressChannel } from '../../../src/description/index.ts';
import type { PolicyDb } from '../../../src/selinux/policydb/index.ts';
import {
  type Described,
  prove,
  type Verdict,
  type Witness,
} from '../../../src/selinux/prove/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { policyFromCil } from '../../support/policy.ts';
import { contexts, describe, PRELUDE } from './subject-policy.ts';

/**
 * The proof itself under attack: one domain per mutation, each with one offending access, granted in every way that a policy has of
 * granting it. All stand in one policy. The accesses are written here by hand, not taken from the table that the proofs use.
 */

const why = 'a test';
/** The target of an access; `self` is the domain. */
type Access = readonly [target: string, tclass: string, permissions: string];
/** What is needed for the offence together; the witness must name the first. */
type Offence = readonly Access[];

const NEVERS: readonly { never: Never; offences: readonly Offence[] }[] = [
  {
    never: { kind: 'send-udp', why },
    offences: [
      [['self', 'udp_socket', 'write']],
      [['other_t', 'udp_socket', 'write']],
      [['self', 'rawip_socket', 'write']],
      [['self', 'rawip_socket', 'create']],
      [['self', 'packet_socket', 'write']],
      [['self', 'xdp_socket', 'create']],
      [['self', 'tun_socket', 'create']],
      [['self', 'rxrpc_socket', 'connect']],
      [
        ['tun_device_t', 'chr_file', 'write'],
        ['tun_device_t', 'chr_file', 'open'],
      ],
    ],
  },
  {
    never: { kind: 'connect-tcp', why },
    offences: [
      [['web_port_t', 'tcp_socket', 'name_connect']],
      [['range_port_t', 'tcp_socket', 'name_connect']],
      [['other_t', 'tcp_socket', 'connect']],
      [['self', 'smc_socket', 'connect']],
    ],
  },
  {
    never: { kind: 'listen', why },
    offences: [
      [['web_port_t', 'tcp_socket', 'name_bind']],
      [['range_port_t', 'udp_socket', 'name_bind']],
      [['web_port_t', 'sctp_socket', 'name_bind']],
      [['web_port_t', 'dccp_socket', 'name_bind']],
      [['self', 'tcp_socket', 'listen']],
      [['self', 'vsock_socket', 'listen']],
      [['self', 'socket', 'listen']],
      [['other_t', 'tcp_socket', 'accept']],
    ],
  },
  {
    never: { kind: 'listen', except: [{ protocol: 'tcp', type: 'web_port_t' }], why },
    offences: [
      [['range_port_t', 'tcp_socket', 'name_bind']],
      [['web_port_t', 'udp_socket', 'name_bind']],
      [['web_port_t', 'sctp_socket', 'name_bind']],
      [['self', 'vsock_socket', 'listen']],
      [['other_t', 'tcp_socket', 'listen']],
      [['other_t', 'tcp_socket', 'accept']],
    ],
  },
  {
    never: { kind: 'connect-tcp', ports: [{ protocol: 'tcp', type: 'web_port_t' }], why },
    offences: [
      [['range_port_t', 'tcp_socket', 'name_connect']],
      [['self', 'smc_socket', 'connect']],
    ],
  },
  {
    never: { kind: 'unix-sockets', except: [], why },
    offences: [
      [['other_t', 'unix_stream_socket', 'connectto']],
      [['other_t', 'unix_dgram_socket', 'sendto']],
    ],
  },
  {
    never: { kind: 'execute', why },
    offences: [
      [['other_t', 'file', 'execute_no_trans']],
      [['other_t', 'process', 'transition']],
      [['other_t', 'process', 'dyntransition']],
    ],
  },
  {
    never: { kind: 'execute', except: [{ own: 'log' }], why },
    offences: [[['other_t', 'file', 'execute_no_trans']], [['other_t', 'process', 'transition']]],
  },
  {
    never: { kind: 'transition', why },
    offences: [[['other_t', 'process', 'transition']], [['other_t', 'process', 'dyntransition']]],
  },
  {
    never: { kind: 'load-kernel-module', why },
    offences: [
      [['self', 'system', 'module_load']],
      [['other_t', 'system', 'module_load']],
      [['kernel_t', 'system', 'module_request']],
      [['self', 'capability', 'sys_module']],
    ],
  },
  {
    never: { kind: 'change-policy', why },
    offences: [
      [['kernel_t', 'security', 'load_policy']],
      [['kernel_t', 'security', 'setenforce']],
      [['kernel_t', 'security', 'setbool']],
      [['kernel_t', 'security', 'setsecparam']],
      [['self', 'capability2', 'mac_admin']],
      [['other_t', 'file', 'relabelto']],
      [['other_t', 'dir', 'relabelfrom']],
      [
        ['config_t', 'file', 'write'],
        ['config_t', 'file', 'open'],
      ],
      [['config_t', 'file', 'create']],
      [['config_t', 'file', 'rename']],
    ],
  },
  {
    never: { kind: 'ptrace', why },
    offences: [[['self', 'process', 'ptrace']], [['other_t', 'process', 'ptrace']]],
  },
  {
    never: { kind: 'executable-memory', why },
    offences: [
      [['self', 'process', 'execmem']],
      [['self', 'process', 'execstack']],
      [['self', 'process', 'execheap']],
      [['other_t', 'file', 'execmod']],
      [
        ['other_t', 'file', 'write'],
        ['other_t', 'file', 'execute'],
      ],
    ],
  },
  {
    never: { kind: 'mount', why },
    offences: [
      [['other_t', 'filesystem', 'mount']],
      [['other_t', 'filesystem', 'remount']],
      [['other_t', 'filesystem', 'unmount']],
      [['other_t', 'dir', 'mounton']],
    ],
  },
  {
    never: { kind: 'capabilities', except: [{ names: ['net_raw'] }], why },
    offences: [
      [['self', 'capability', 'net_admin']],
      [['self', 'capability', 'sys_admin']],
      [['self', 'capability2', 'bpf']],
    ],
  },
  {
    never: { kind: 'read', below: ['/secret', '/home', 'HOME'], except: [], why },
    offences: [
      [
        ['secret_t', 'file', 'read'],
        ['secret_t', 'file', 'open'],
      ],
      [
        ['home_t', 'file', 'read'],
        ['home_t', 'file', 'open'],
      ],
      [
        ['secret_t', 'dir', 'read'],
        ['secret_t', 'dir', 'open'],
      ],
      [['secret_t', 'lnk_file', 'read']],
      [['secret_t', 'file', 'relabelfrom']],
      [
        ['other_t', 'blk_file', 'read'],
        ['other_t', 'blk_file', 'open'],
      ],
    ],
  },
  {
    never: { kind: 'write', except: [{ own: 'log' }], why },
    offences: [
      [
        ['other_t', 'file', 'write'],
        ['other_t', 'file', 'open'],
      ],
      [
        ['other_t', 'file', 'append'],
        ['other_t', 'file', 'open'],
      ],
      [
        ['other_t', 'blk_file', 'write'],
        ['other_t', 'blk_file', 'open'],
      ],
      [['other_t', 'file', 'create']],
      [['other_t', 'file', 'unlink']],
      [['other_t', 'file', 'rename']],
      [['other_t', 'dir', 'rmdir']],
      [['other_t', 'lnk_file', 'create']],
    ],
  },
  {
    never: { kind: 'inject-keystrokes', why },
    offences: [[['tty_t', 'chr_file', 'ioctl']]],
  },
  {
    never: { kind: 'flow-from', sources: ['secret_t'], minWeight: 3, why },
    offences: [[['secret_t', 'file', 'read']]],
  },
];

const CHANNELS: Readonly<Record<EgressChannel, readonly Offence[]>> = {
  'raw-ip': [[['self', 'rawip_socket', 'create']], [['other_t', 'rawip_socket', 'write']]],
  icmp: [[['self', 'icmp_socket', 'create']]],
  sctp: [[['web_port_t', 'sctp_socket', 'name_connect']], [['self', 'sctp_socket', 'create']]],
  dccp: [[['web_port_t', 'dccp_socket', 'name_connect']], [['self', 'dccp_socket', 'create']]],
  vsock: [[['self', 'vsock_socket', 'connect']]],
  'af-alg': [[['self', 'alg_socket', 'create']]],
  'bluetooth-l2cap': [
    [['self', 'bluetooth_socket', 'connect']],
    [['self', 'bluetooth_socket', 'write']],
    [['self', 'bluetooth_socket', 'ioctl']],
  ],
  'tun-tap': [
    [['self', 'tun_socket', 'create']],
    [['other_t', 'tun_socket', 'relabelfrom']],
    [
      ['tun_device_t', 'chr_file', 'write'],
      ['tun_device_t', 'chr_file', 'open'],
    ],
  ],
  xdp: [[['self', 'xdp_socket', 'bind']]],
  rds: [[['self', 'rds_socket', 'write']]],
  key: [[['self', 'key_socket', 'create']]],
  can: [[['self', 'can_socket', 'write']]],
  'netlink-write': [
    [['self', 'netlink_route_socket', 'nlmsg_write']],
    [['self', 'netlink_xfrm_socket', 'nlmsg_write']],
    [['self', 'netlink_netfilter_socket', 'write']],
    [['self', 'netlink_generic_socket', 'write']],
  ],
  'appletalk-and-other-families': [
    [['self', 'appletalk_socket', 'create']],
    [['self', 'tipc_socket', 'create']],
    [['self', 'socket', 'create']],
  ],
};

const TYPES = `(type other_t) (type secret_t) (type home_t) (type config_t) (type tty_t) (type tun_device_t)
(type web_port_t) (type range_port_t)
(roletype r web_port_t) (roletype r range_port_t)
(portcon tcp 80 (u r web_port_t ((s0) (s0))))
(portcon tcp (1024 2048) (u r range_port_t ((s0) (s0))))
(portcon udp (1024 2048) (u r range_port_t ((s0) (s0))))
(boolean on_by_default true) (boolean off_by_default false)
`;

/** The ways of granting: the CIL, and whether the access is open as the booleans are set. */
const FORMS: Readonly<
  Record<string, { open: boolean; cil: (source: string, offence: Offence, id: string) => string }>
> = {
  directly: { open: true, cil: (source, offence) => allows(source, offence) },
  'through an attribute of the domain': {
    open: true,
    cil: (source, offence, id) =>
      `(typeattribute by_${id}) (typeattributeset by_${id} (${source})) ${allows(`by_${id}`, offence, source)}`,
  },
  'on an attribute of the target': {
    open: true,
    cil: (source, offence, id) =>
      offence
        .map(
          ([target, tclass, permissions], i) =>
            `(typeattribute on_${id}_${i}) (typeattributeset on_${id}_${i} (${target === 'self' ? source : target} ballast_t))
             ${rule(source, `on_${id}_${i}`, tclass, permissions)}`,
        )
        .join('\n'),
  },
  'in the true branch of a boolean that is on': {
    open: true,
    cil: (source, offence) => `(booleanif on_by_default (true ${allows(source, offence)}))`,
  },
  'in the false branch of a boolean that is off': {
    open: true,
    cil: (source, offence) => `(booleanif off_by_default (false ${allows(source, offence)}))`,
  },
  'under a boolean that is off': {
    open: false,
    cil: (source, offence) => `(booleanif off_by_default (true ${allows(source, offence)}))`,
  },
  'in the false branch of a boolean that is on': {
    open: false,
    cil: (source, offence) => `(booleanif on_by_default (false ${allows(source, offence)}))`,
  },
  'under two booleans together': {
    open: false,
    cil: (source, offence) =>
      `(booleanif (and off_by_default (not on_by_default)) (true ${allows(source, offence)}))`,
  },
  'within typebounds': {
    open: true,
    cil: (source, offence, id) =>
      `(type parent_${id}_t) (typebounds parent_${id}_t ${source}) ${allows(source, offence)}
       ${allows(`parent_${id}_t`, offence)}`,
  },
};

function allows(source: string, offence: Offence, self: string = source): string {
  return offence
    .map(([target, tclass, permissions]) =>
      rule(source, target === 'self' ? self : target, tclass, permissions),
    )
    .join(' ');
}

function rule(source: string, target: string, tclass: string, permissions: string): string {
  return `(allow ${source} ${target} (${tclass} (${permissions})))`;
}

interface Mutation {
  readonly name: string;
  readonly never: Never;
  readonly offence: Offence;
  readonly form: string;
}

const MUTATIONS: readonly Mutation[] = [
  ...NEVERS,
  ...EGRESS_CHANNELS.map((channel) => ({
    never: { kind: 'egress' as const, channels: [channel], why },
    offences: CHANNELS[channel],
  })),
]
  .flatMap(({ never, offences }) =>
    offences.flatMap((offence) =>
      Object.keys(FORMS)
        // Information flow has no setting of its own to look for; it says undecided there.
        .filter((form) => never.kind !== 'flow-from' || FORMS[form]!.open)
        .map((form) => ({ never, offence, form })),
    ),
  )
  .map((mutation, i) => ({ ...mutation, name: `m${i}` }));

const LABELS = contexts(
  `
/.*                 u:object_r:other_t:s0
/secret(/.*)?       u:object_r:secret_t:s0
/home/[^/]+/.+      u:object_r:home_t:s0
/etc/selinux(/.*)?  u:object_r:config_t:s0
/dev/net/tun     -c u:object_r:tun_device_t:s0`,
  ['clean', ...MUTATIONS.map(({ name }) => name)],
);

let db: PolicyDb;

beforeAll(async () => {
  const domains = MUTATIONS.map(
    ({ name, offence, form }) => `(type ${name}_t) ${FORMS[form]!.cil(`${name}_t`, offence, name)}`,
  );
  db = await policyFromCil(
    `${PRELUDE}${TYPES}(type ballast_t) (type clean_t) (type clean_log_t)\n${domains.join('\n')}
${MUTATIONS.map(({ name }) => `(type of_${name}_t) ${rule(`of_${name}_t`, `${name}_t`, 'process', 'transition')}`).join('\n')}`,
  );
});

const byTitle = Map.groupBy(
  MUTATIONS,
  ({ never, offence }) =>
    `${never.kind}${never.kind === 'egress' ? ` by ${never.channels[0]}` : ''}: ${offence[0]!.join(' ')}`,
);

group('one offending access', () => {
  test.each([...byTitle])('%s', (_, mutations) => {
    for (const { name, never, offence, form } of mutations) {
      const { verdict } = prove({ db, fileContexts: LABELS }, describe(name, [never]))[0]!;
      const { open } = FORMS[form]!;
      expect(verdict.outcome, form).toBe(open ? 'violated' : 'holds-as-set');
      const found = witnesses(verdict, open);
      expect(
        found.some((witness) => namesAccess(witness, name, offence[0]!)),
        `${form}: ${JSON.stringify(found)}`,
      ).toBe(true);
      for (const { settings } of found) expect(settings.length > 0, form).toBe(!open);
    }
  });
});

function witnesses(verdict: Verdict, open: boolean): readonly Witness[] {
  if (open) return verdict.outcome === 'violated' ? verdict.witnesses : [];
  return 'breaks' in verdict ? verdict.breaks : [];
}

function namesAccess({ rules }: Witness, name: string, [, tclass, permission]: Access): boolean {
  return rules.some((granted) => {
    const text = formatRule(granted);
    return (
      granted.tclass === tclass &&
      new RegExp(`\\b${permission}\\b`).test(text) &&
      text.includes(name)
    );
  });
}

/** A domain that has nothing of it itself, beside the one that has, as two of one description. */
function caller(name: string, never: Never): Described {
  const other = { name: 'other', domain: `${name}_t`, executableType: 'none_t' };
  const own = { name: '', domain: `of_${name}_t`, executableType: 'none_t' };
  return {
    ...{ name, domain: own.domain, executableType: own.executableType },
    ...{ may: [], never: [never], residuals: [] },
    module: { name, domains: [own, other] },
  };
}

/** What is said of entering that domain, so that the never is about what comes after. */
function entering(never: Never): Never {
  if (never.kind === 'transition') return { ...never, except: [{ domain: 'other' }] };
  if (never.kind !== 'execute') return never;
  return { ...never, except: [...(never.except ?? []), { domain: 'other' }] };
}

group('one offending access of a domain that it can enter', () => {
  test.each([...byTitle])('%s', (_, mutations) => {
    for (const { name, never, offence, form } of mutations) {
      const said = entering(never);
      const [found] = prove({ db, fileContexts: LABELS }, caller(name, said));
      const { verdict } = found!;
      const { open } = FORMS[form]!;
      expect(verdict.outcome, form).toBe(open ? 'violated' : 'holds-as-set');
      expect(
        witnesses(verdict, open).some((witness) => namesAccess(witness, name, offence[0]!)),
        form,
      ).toBe(true);
      // Left out, it is no way, and the verdict says what it rests on.
      const out = prove(
        { db, fileContexts: LABELS },
        caller(name, { ...said, leavesOut: ['other'] }),
      );
      if (never.kind !== 'flow-from') expect(out[0]!.verdict.outcome, form).toBe('holds');
      expect(out[0]!.verdict.assumes.join('; '), form).toContain(`${name}_t, which is left out`);
    }
  });
});

test('none of it is there: every never holds', () => {
  const nevers = [
    ...NEVERS.map(({ never }) => never),
    { kind: 'egress' as const, channels: EGRESS_CHANNELS, why },
  ];
  const outcomes = prove({ db, fileContexts: LABELS }, describe('clean', nevers)).map(
    ({ id, verdict }) => `${id.replace(/-\d+$/, '')}: ${verdict.outcome}`,
  );
  expect(outcomes).toEqual(nevers.map(({ kind }) => `${kind}: holds`));
});
