import type { DenialTally } from '../denials/index.ts';
import type { Confinement, Never } from '../description/index.ts';
import {
  type AddedRule,
  type PolicyDb,
  type RuleId,
  withAllowRules,
} from '../selinux/policydb/index.ts';
import {
  type AddedWay,
  type PolicySet,
  type Standing,
  standing,
  waysAdded,
  waysAddedByEach,
} from '../selinux/prove/index.ts';
import { accessVector } from '../selinux/query/index.ts';

/** A never that an access would break. */
export interface Forbidden {
  /** As `confine prove` calls it. */
  readonly id: string;
  readonly never: Never;
  /** The way that it would open: `send a datagram: udp_socket write on rustnet_t`. */
  readonly way: string;
}

export type Request = Pick<DenialTally, 'example' | 'tclass' | 'permissions' | 'ioctl' | 'nlmsg'>;

/**
 * To which nevers accesses add a way, each alone: proved on the policy with the access in it, never guessed from the names. Many are asked at
 * once, since one proof can answer for hundreds of them; the answers are in their order.
 */
export interface Forbidding {
  /** By the access itself. A file that may be read or written and not opened helps nobody, so opening is granted with it. */
  granting(requests: readonly Request[]): readonly (readonly Forbidden[])[];
  /** By what a program does next with such an access: a first step that is refused hides those behind it. */
  leadingTo(requests: readonly Request[]): readonly (readonly Forbidden[])[];
  /** By rules of any kind: what a whole ability would add. */
  adding(rules: readonly (readonly AddedRule[])[]): readonly (readonly Forbidden[])[];
}

export function forbidding(set: PolicySet, confinement: Confinement): Forbidding {
  const { db } = set;
  let stands: readonly Standing[] | undefined;
  const openedBy = (
    wanted: readonly (readonly AddedRule[])[],
  ): readonly (readonly Forbidden[])[] => {
    const asked = distinct(
      wanted.map((rules) => rules.map((rule) => missingOf(db, rule)).filter(isAny)),
    );
    for (const batch of batchesOf(db, [...asked.keys()])) {
      stands ??= standing(set, confinement);
      for (const one of openedByEach(set, confinement, stands, batch)) {
        asked.get(one.asker)!.opens = one.ways;
      }
    }
    const answers: (readonly Forbidden[])[] = wanted.map(() => []);
    for (const { places, opens } of asked.values()) {
      for (const place of places) answers[place] = opens;
    }
    return answers;
  };
  return {
    granting: (requests) => openedBy(requests.map(rulesOf)),
    leadingTo: (requests) => openedBy(requests.map(followingRules)),
    adding: openedBy,
  };
}

type Rules = readonly AddedRule[];

/** Requests that come to the same rules are one. */
function distinct(
  wanted: readonly Rules[],
): Map<Rules, { readonly places: number[]; opens: readonly Forbidden[] }> {
  const byText = new Map<string, Rules>();
  const asked = new Map<Rules, { readonly places: number[]; opens: readonly Forbidden[] }>();
  wanted.forEach((rules, place) => {
    if (rules.length === 0) return;
    const text = JSON.stringify(rules);
    const known = byText.get(text);
    if (known !== undefined) {
      asked.get(known)!.places.push(place);
      return;
    }
    byText.set(text, rules);
    asked.set(rules, { places: [place], opens: [] });
  });
  return asked;
}

/** Into parts of which each asks about a class on a type once only. */
function batchesOf(db: PolicyDb, asked: readonly Rules[]): readonly (readonly Rules[])[] {
  const batches: { readonly pairs: Set<string>; readonly requests: Rules[] }[] = [];
  /** Pair -> the first batch that may have room for it. */
  const next = new Map<string, number>();
  for (const rules of asked) {
    const pairs = rules
      .filter(({ target }) => !db.types.attributes.has(db.types.ids.get(target)!))
      .map(({ target, tclass }) => `${db.types.ids.get(target)} ${tclass}`);
    let at = Math.max(0, ...pairs.map((pair) => next.get(pair) ?? 0));
    while (
      batches[at] !== undefined &&
      (batches[at]!.requests.length >= BATCH || pairs.some((pair) => batches[at]!.pairs.has(pair)))
    ) {
      at++;
    }
    batches[at] ??= { pairs: new Set(), requests: [] };
    batches[at]!.requests.push(rules);
    for (const pair of pairs) {
      batches[at]!.pairs.add(pair);
      next.set(pair, at + 1);
    }
  }
  return batches.map(({ requests }) => requests);
}

/** What a proof of all costs by itself is then small beside what each request adds to it. */
const BATCH = 1024;

interface Opened {
  readonly asker: Rules;
  readonly ways: readonly Forbidden[];
}

/** What each request of a batch opens. */
function openedByEach(
  set: PolicySet,
  confinement: Confinement,
  stands: readonly Standing[],
  batch: readonly Rules[],
): readonly Opened[] {
  const alone = (asker: Rules, nevers: readonly Standing[]): readonly Forbidden[] => {
    const policy = withAllowRules(set.db, asker);
    if (policy === set.db) return [];
    const added = addedTo(set.db, policy);
    return waysAdded({ ...set, db: policy }, confinement, added, nevers).map(forbiddenBy);
  };
  if (batch.length === 1) return [{ asker: batch[0]!, ways: alone(batch[0]!, stands) }];
  const addedBy = new Map<RuleId, number>();
  const policy = withAllowRules(set.db, batch.flat(), addedBy);
  const asker = batch.flatMap((rules, i) => rules.map(() => i));
  for (const [row, place] of addedBy) addedBy.set(row, asker[place]!);
  const found = waysAddedByEach({ ...set, db: policy }, confinement, addedBy, stands);
  return batch.map((rules, i) => ({
    asker: rules,
    ways: found.flatMap(({ stands: { id, ...one }, ways }) => {
      if (!ways.has(i)) return [];
      const way = ways.get(i);
      return way === undefined
        ? alone(rules, [{ id, ...one }])
        : [{ id, never: one.verdict.never, way }];
    }),
  }));
}

function forbiddenBy({ id, never, what }: AddedWay): Forbidden {
  return { id, never, way: what };
}

function isAny({ permissions, ioctl, nlmsg }: AddedRule): boolean {
  return permissions.length > 0 || ioctl !== undefined || nlmsg !== undefined;
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
