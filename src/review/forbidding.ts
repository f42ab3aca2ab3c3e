import type { Confinement, Never } from '../confinement/index.ts';
import type { DenialTally } from '../denials/index.ts';
import { type PolicySet, type Standing, standing, waysAdded } from '../guarantee/index.ts';
import { type AddedRule, type PolicyDb, type RuleId, withAllowRules } from '../policydb/index.ts';
import { accessVector } from '../query/index.ts';

/** A never that an access would break. */
export interface Forbidden {
  /** As `confine prove` calls it. */
  readonly id: string;
  readonly never: Never;
  /** The way that it would open: `send a datagram: udp_socket write on rustnet_t`. */
  readonly way: string;
}

export type Request = Pick<DenialTally, 'example' | 'tclass' | 'permissions' | 'ioctl' | 'nlmsg'>;

/** To which nevers an access adds a way: proved on the policy with that access in it, never guessed from the names. */
export interface Forbidding {
  /** By the access itself. A file that may be read or written and not opened helps nobody, so opening is granted with it. */
  granting(request: Request): readonly Forbidden[];
  /** By what a program does next with such an access: a first step that is refused hides those behind it. */
  leadingTo(request: Request): readonly Forbidden[];
}

export function forbidding(set: PolicySet, confinement: Confinement): Forbidding {
  const { db } = set;
  let stands: readonly Standing[] | undefined;
  const openedBy = (wanted: readonly AddedRule[]): readonly Forbidden[] => {
    const rules = wanted.map((rule) => missingOf(db, rule));
    const policy = withAllowRules(db, rules);
    if (policy === db) return [];
    stands ??= standing(set, confinement);
    const ways = waysAdded({ ...set, db: policy }, confinement, addedTo(db, policy), stands);
    return ways.map(({ id, never, what }) => ({ id, never, way: what }));
  };
  return {
    granting: (request) => openedBy(rulesOf(request)),
    leadingTo: (request) => openedBy(followingRules(request)),
  };
}

/** The rows that `withAllowRules` put in. */
function addedTo(db: PolicyDb, policy: PolicyDb): ReadonlySet<RuleId> {
  const added = new Set<RuleId>();
  for (let row = db.rules.unconditional; row < policy.rules.unconditional; row++) {
    added.add(row as RuleId);
  }
  return added;
}

/** Without what the policy grants already: a way by that is no new one. */
function missingOf(db: PolicyDb, rule: AddedRule): AddedRule {
  const [source, target] = [db.types.ids.get(rule.source), db.types.ids.get(rule.target)];
  const tclass = db.classes.ids.get(rule.tclass);
  if (source === undefined || target === undefined || tclass === undefined) return rule;
  if (db.types.attributes.has(target)) return rule;
  const { allowed } = accessVector(db, source, target, tclass);
  const names = rule.permissions === 'all' ? db.classes.permissions[tclass]! : rule.permissions;
  return {
    ...rule,
    permissions: names.filter((name) => {
      const bit = db.classes.permissionBits[tclass]!.get(name);
      return bit === undefined || ((allowed >>> bit) & 1) === 0;
    }),
  };
}

function rulesOf({ example, tclass, permissions, ioctl, nlmsg }: Request): AddedRule[] {
  const rule = { source: example.source.type, target: example.target.type, tclass };
  const opened = permissions.some((permission) => NEEDS_OPEN.has(permission)) ? ['open'] : [];
  const command = { ...rule, permissions: [] };
  return [
    { ...rule, permissions: [...permissions, ...opened] },
    ...(ioctl !== undefined && permissions.includes('ioctl')
      ? [{ ...command, ioctl: Number(ioctl) }]
      : []),
    ...(nlmsg !== undefined && permissions.includes('nlmsg')
      ? [{ ...command, nlmsg: Number(nlmsg) }]
      : []),
  ];
}

const NEEDS_OPEN: ReadonlySet<string> = new Set(['append', 'execute', 'map', 'read', 'write']);

/** What a first step is usually for. Generous: it only warns of what a grant of more than the first step would open. */
function followingRules({ example, tclass, permissions }: Request): AddedRule[] {
  const source = example.source.type;
  const target = example.target.type;
  const asks = (permission: string): boolean => permissions.includes(permission);
  if (tclass.endsWith('socket') && asks('create')) {
    return [
      { source, target: source, tclass, permissions: 'all' },
      { source, target: 'port_type', tclass, permissions: ['name_bind', 'name_connect'] },
    ];
  }
  if (tclass === 'sock_file' && asks('write')) {
    return [
      { source, target, tclass, permissions },
      { source, target: 'domain', tclass: 'unix_stream_socket', permissions: ['connectto'] },
      { source, target: 'domain', tclass: 'unix_dgram_socket', permissions: ['sendto'] },
    ];
  }
  if (tclass === 'dir' && asks('search')) {
    return [{ source, target, tclass: 'file', permissions: ['open', 'read'] }];
  }
  if (tclass === 'dir' && asks('write')) {
    return [
      { source, target, tclass, permissions: ['add_name', 'remove_name', 'write'] },
      { source, target, tclass: 'file', permissions: ['create', 'open', 'write'] },
    ];
  }
  if (tclass === 'file' && asks('execute')) {
    const run = ['execute', 'execute_no_trans', 'map', 'open', 'read'];
    return [{ source, target, tclass, permissions: run }];
  }
  return [];
}
