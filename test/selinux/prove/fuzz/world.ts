import {
  type FileContexts,
  readFileContexts,
} from '../../../../src/selinux/file-contexts/index.ts';
import {
  type ClassId,
  type Conditional,
  NONE,
  type PolicyDb,
  RuleKind,
  type RuleSpan,
  type RuleTable,
  type TypeId,
  XpermKind,
  type XpermTable,
} from '../../../../src/selinux/policydb/index.ts';
import { policyFromCil } from '../../../support/policy.ts';
import { policyClasses, union } from '../policy-classes.ts';

/** The policy that every case starts from: all classes of all policies, and a domain that may do nothing. */
export async function emptyWorld(): Promise<PolicyDb> {
  const classes = union(await policyClasses());
  const names = [...classes].flatMap(([name, permissions]) => {
    // Fedora's classes keep permissions that no kernel asks, and a class has 32 at most.
    const kept = [...permissions].filter((permission) => !GONE.has(permission)).slice(0, 32);
    return [`(class ${name} (${kept.join(' ')}))(classorder (unordered ${name}))`];
  });
  return policyFromCil(`(handleunknown deny)\n${names.join('\n')}\n${WORLD_CIL}`);
}

const GONE: ReadonlySet<string> = new Set(['send_msg', 'recv_msg', 'acceptfrom', 'newconn']);

/** Attribute -> what it stands for. The compiler is told the same. */
export const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  domain: ['demo_t', 'second_t', 'other_t'],
  mine: ['demo_t'],
  ours: ['demo_t', 'second_t'],
  things: ['secret_t', 'other_t', 'tty_t'],
  devices: ['tun_t', 'raw_t', 'null_t', 'input_t'],
  both: ['demo_t', 'other_t'],
  alike: ['demo_exec_t', 'config_t', 'kcore_t'],
};

/** Whether a name in a rule is a type, or an attribute that it has. */
export function standsFor(name: string, type: string): boolean {
  return name === type || (ATTRIBUTES[name]?.includes(type) ?? false);
}

export const TYPES: readonly string[] = [
  ...[
    'demo_t',
    'second_t',
    'other_t',
    'demo_exec_t',
    'demo_log_t',
    'secret_t',
    'config_t',
    'base_t',
  ],
  ...[
    'tun_t',
    'vhost_t',
    'raw_t',
    'memory_t',
    'input_t',
    'null_t',
    'tty_t',
    'kcore_t',
    'port_t',
    'dns_port_t',
    'demo_dns_packet_t',
    'demo_other_packet_t',
  ],
];

/** Condition -> whether it holds, given the two booleans. Rows of the placeholders' conditionals are found by their order here. */
export const CONDITIONS: readonly ((on: boolean, off: boolean) => boolean)[] = [
  (on) => on,
  (_, off) => off,
  (on, off) => off && !on,
];

const WORLD_CIL = `
(sensitivity s0) (sensitivityorder (s0)) (category c0) (categoryorder (c0)) (sensitivitycategory s0 (range c0 c0))
(type kernel_t) (role r) (roletype r kernel_t) (user u) (userrole u r) (userlevel u (s0)) (userrange u ((s0) (s0)))
(sid kernel) (sidorder (kernel)) (sidcontext kernel (u r kernel_t ((s0) (s0))))
(policycap extended_socket_class) (policycap open_perms)
${TYPES.map((type) => `(type ${type}) (roletype r ${type})`).join('\n')}
(type parent_t)
${Object.entries(ATTRIBUTES)
  .map(([name, types]) => `(typeattribute ${name}) (typeattributeset ${name} (${types.join(' ')}))`)
  .join('\n')}
${Object.keys(ATTRIBUTES)
  .map((name) => `(allow ${name} kernel_t (fd (use))) (allow kernel_t ${name} (fd (use)))`)
  .join('\n')}
(portcon tcp 80 (u r port_t ((s0) (s0)))) (portcon tcp 53 (u r dns_port_t ((s0) (s0))))
(genfscon proc "/kcore" (u r kcore_t ((s0) (s0))))
(boolean demo_on true) (boolean demo_off false)
(booleanif demo_on (true (allow kernel_t base_t (file (getattr)))) (false (allow kernel_t base_t (file (lock)))))
(booleanif demo_off (true (allow kernel_t base_t (dir (getattr)))) (false (allow kernel_t base_t (dir (lock)))))
(booleanif (and demo_off (not demo_on)) (true (allow kernel_t base_t (fifo_file (getattr)))) (false (allow kernel_t base_t (fifo_file (lock)))))
`;

export const LABELS: FileContexts = readFileContexts({
  base: {
    name: 'file_contexts',
    text: `
/.*                 u:object_r:base_t:s0
/secret(/.*)?       u:object_r:secret_t:s0
/etc/selinux(/.*)?  u:object_r:config_t:s0
/usr/bin/demo    -- u:object_r:demo_exec_t:s0
/dev/net/tun     -c u:object_r:tun_t:s0
/dev/tap[0-9]+   -c u:object_r:tun_t:s0
/dev/vhost-net   -c u:object_r:vhost_t:s0
/dev/sg[0-9]+    -c u:object_r:raw_t:s0
/dev/bsg/[0-9:]+ -c u:object_r:raw_t:s0
/dev/nvme[0-9]+  -c u:object_r:raw_t:s0
/dev/raw/raw1    -c u:object_r:raw_t:s0
/dev/kmem        -c u:object_r:memory_t:s0
/dev/mem         -c u:object_r:memory_t:s0
/dev/uinput      -c u:object_r:input_t:s0
/dev/uhid        -c u:object_r:input_t:s0
/dev/input/.*    -c u:object_r:input_t:s0
/dev/null        -c u:object_r:null_t:s0
/dev/tty         -c u:object_r:tty_t:s0
`,
  },
});

/** One rule by names: an `allow`, or with `commands` an `allowxperm`. */
export interface NamedRule {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly commands?: readonly number[];
  /** A row of CONDITIONS and the branch; undefined for a rule that is always in force. */
  readonly under?: { readonly condition: number; readonly branch: boolean };
}

/** The policy with these rules besides, as the linker would have placed them: no compiler is run. */
export function withRules(db: PolicyDb, wanted: readonly NamedRule[], bounded: boolean): PolicyDb {
  const order = conditionalsByCondition(db);
  const xperms: number[][] = [];
  const added = wanted.map((rule): Row => {
    const tclass = db.classes.ids.get(rule.tclass)!;
    const { commands } = rule;
    return {
      source: db.types.ids.get(rule.source)!,
      target: db.types.ids.get(rule.target)!,
      tclass,
      kind: commands === undefined ? RuleKind.allow : RuleKind.allowxperm,
      data:
        commands === undefined
          ? mask(db, tclass, rule.permissions)
          : db.xperms.count + xperms.push([...commands]) - 1,
      conditional: rule.under === undefined ? NONE : order[rule.under.condition]!,
      branch: rule.under?.branch === false ? 0 : 1,
    };
  });
  // A row holds commands of one driver alone: each case has one command a row.
  const rows = rowsOf(db);
  const unconditional = [
    ...rows.filter(({ conditional }) => conditional === NONE),
    ...added.filter(({ conditional }) => conditional === NONE),
  ];
  const all = [...unconditional];
  const conditionals = db.conditionals.map((conditional, id): Conditional => {
    const branch = (value: number): RuleSpan => {
      const from = all.length;
      all.push(
        ...[...rows, ...added].filter((row) => row.conditional === id && row.branch === value),
      );
      return { from, to: all.length } as RuleSpan;
    };
    return { ...conditional, whenTrue: branch(1), whenFalse: branch(0) };
  });
  const types = bounded ? { ...db.types, bounds: boundedBy(db) } : db.types;
  return {
    ...db,
    types,
    rules: tableOf(all, unconditional.length),
    xperms: xpermsOf(db.xperms, xperms),
    conditionals,
  };
}

interface Row {
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  readonly kind: number;
  readonly data: number;
  readonly conditional: number;
  readonly branch: number;
}

function rowsOf({ rules }: PolicyDb): Row[] {
  return Array.from({ length: rules.count }, (_, i) => ({
    source: rules.source[i]!,
    target: rules.target[i]!,
    tclass: rules.tclass[i]!,
    kind: rules.kind[i]!,
    data: rules.data[i]!,
    conditional: rules.conditional[i]!,
    branch: rules.branch[i]!,
  }));
}

/** The placeholders' conditionals in the order of CONDITIONS: the one of `file` first, then `dir`, then `fifo_file`. */
function conditionalsByCondition(db: PolicyDb): number[] {
  return ['file', 'dir', 'fifo_file'].map((name) => {
    const tclass = db.classes.ids.get(name);
    return db.conditionals.findIndex(({ whenTrue }) => db.rules.tclass[whenTrue.from] === tclass);
  });
}

function mask(db: PolicyDb, tclass: ClassId, permissions: readonly string[]): number {
  return permissions.reduce(
    (sum, name) => (sum | (1 << db.classes.permissionBits[tclass]!.get(name)!)) >>> 0,
    0,
  );
}

function tableOf(rows: readonly Row[], unconditional: number): RuleTable {
  return {
    count: rows.length,
    unconditional,
    source: Uint32Array.from(rows, ({ source }) => source),
    target: Uint32Array.from(rows, ({ target }) => target),
    tclass: Uint32Array.from(rows, ({ tclass }) => tclass),
    kind: Uint32Array.from(rows, ({ kind }) => kind),
    data: Uint32Array.from(rows, ({ data }) => data),
    conditional: Int32Array.from(rows, ({ conditional }) => conditional),
    branch: Uint8Array.from(rows, ({ branch }) => branch),
  } as unknown as RuleTable;
}

function xpermsOf(xperms: XpermTable, rows: readonly (readonly number[])[]): XpermTable {
  if (rows.length === 0) return xperms;
  const bits = new Uint32Array((xperms.count + rows.length) * 8);
  bits.set(xperms.bits);
  rows.forEach((commands, i) => {
    for (const command of commands) {
      const low = command & 0xff;
      bits[(xperms.count + i) * 8 + (low >> 5)]! |= 1 << (low & 31);
    }
  });
  return {
    count: xperms.count + rows.length,
    kind: [...xperms.kind, ...rows.map(() => XpermKind.ioctlFunction)],
    driver: Uint8Array.from([...xperms.driver, ...rows.map(([first]) => first! >> 8)]),
    bits,
  } as unknown as XpermTable;
}

function boundedBy(db: PolicyDb): PolicyDb['types']['bounds'] {
  const bounds = Int32Array.from(db.types.bounds);
  bounds[db.types.ids.get('demo_t')!] = db.types.ids.get('parent_t')!;
  return bounds as unknown as Iterable<TypeId> as PolicyDb['types']['bounds'];
}
