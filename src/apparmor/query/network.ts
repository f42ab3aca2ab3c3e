import { literally, shortestCommon, wholeMatch } from '../../patterns/index.ts';
import {
  type CompiledProfile,
  classStart,
  granted,
  matchBytes,
  NO_STATE,
  nextState,
  PERM,
  permissionsOf,
  type Rules,
} from '../compiled/index.ts';
import { machineOf } from './machine.ts';
import { CLASSES, FAMILIES, NETWORK_PERMISSIONS, namesOf, SOCKET_TYPES } from './names.ts';

/** What a profile grants sockets of a family and type, as bits. */
export interface SocketGrant {
  /** Whatever the protocol and the addresses. */
  readonly always: number;
  /** For some protocol or address, where the rules go on after the type; `always` is in it. */
  readonly sometimes: number;
}

/**
 * The grant for a family and type by number, or `unmediated`: the profile was compiled for a kernel that asks nothing about sockets. Where it
 * was compiled for both ways of asking (network_v8, network_v9), the kernel takes the newer that it knows: `always` is of the newer, and
 * `sometimes` of either, since an older kernel may load it too.
 */
export function socketGrant(
  profile: CompiledProfile,
  family: number,
  type: number,
): SocketGrant | 'unmediated' {
  const { classes, families } = profile;
  const starts = [CLASSES['network-v9'], CLASSES.network]
    .map((number) => classStart(classes, number))
    .filter((start) => start !== NO_STATE);
  const grants = starts.map((start) => grantFrom(classes!, start, family, type));
  if (families !== undefined) grants.push(grantByFamily(families, family, type));
  const [newest] = grants;
  if (newest === undefined) return 'unmediated';
  return {
    always: newest.always,
    sometimes: grants.reduce((any, { sometimes }) => any | sometimes, 0) >>> 0,
  };
}

function grantByFamily(families: Uint16Array, family: number, type: number): SocketGrant {
  const allowed = (((families[family] ?? 0) >>> type) & 1) === 1;
  const all = allowed ? EVERY_PERMISSION : 0;
  return { always: all, sometimes: all };
}

const EVERY_PERMISSION = Object.values(NETWORK_PERMISSIONS).reduce((all, bit) => all | bit, 0);

/**
 * Not every kernel asks the mark that says whether rules go on after the type, so whatever stands there counts. For unix sockets the compiler grants
 * at the type what kernels without rules for addresses shall grant; those that have them go on, and grant nothing there.
 */
function grantFrom(rules: Rules, start: number, family: number, type: number): SocketGrant {
  const words = [family >>> 8, family & 0xff, type >>> 8, type & 0xff];
  const state = matchBytes(rules.dfa, start, words);
  const atType = granted(permissionsOf(rules, state).owner);
  const after = grantedAfter(rules, state);
  const byAddress = family === UNIX && after !== 0;
  return { always: byAddress ? 0 : atType, sometimes: (atType | after) >>> 0 };
}

const UNIX = FAMILIES.indexOf('unix');

/** What a profile grants unix sockets of a type, in the newest way of asking that it was compiled for. */
export interface UnixGrant {
  /** The kernel goes on to ask addresses and peers; otherwise whoever may connect may connect to all. */
  readonly byAddress: boolean;
  /** For some address or peer. */
  readonly bits: number;
  /** The same, but for peers under the profile itself: processes of the same program. */
  readonly toOthers: number;
}

export function unixGrant(profile: CompiledProfile, type: number): UnixGrant | 'unmediated' {
  const { classes, families } = profile;
  const newest = [CLASSES['network-v9'], CLASSES.network].find(
    (number) => classStart(classes, number) !== NO_STATE,
  );
  if (newest === undefined) {
    if (families === undefined) return 'unmediated';
    const bits = grantByFamily(families, UNIX, type).always;
    return { byAddress: false, bits, toOthers: bits };
  }
  const words = [UNIX >>> 8, UNIX & 0xff, type >>> 8, type & 0xff];
  const state = matchBytes(classes!.dfa, classStart(classes, newest), words);
  const after = grantedAfter(classes!, state);
  // A kernel with addresses asks no more at the type where rules go on after it, and nothing is granted where they do not.
  if (after !== 0) {
    const toOthers = [PERM.open, PERM.write].reduce(
      (all, bit) => all | (reachesOthers(profile, state, bit) ? bit : 0),
      after & ~(PERM.open | PERM.write),
    );
    return { byAddress: true, bits: after, toOthers };
  }
  const bits = granted(permissionsOf(classes!, state).owner);
  return { byAddress: false, bits, toOthers: bits };
}

/**
 * Whether a permission is granted for a peer that is not under this profile. The kernel gives the rules the addresses, then a zero and the profile of the
 * peer, in which there is none: what ends otherwise is another peer, or no question about one.
 */
function reachesOthers({ name, classes }: CompiledProfile, from: number, bit: number): boolean {
  const rules = classes!;
  const grants = (state: number): boolean => {
    const { owner, other } = permissionsOf(rules, state);
    return state !== from && ((granted(owner) | granted(other)) & bit) !== 0;
  };
  const itself = wholeMatch(`.*\0${literally(name)}`);
  return shortestCommon({ without: [itself] }, machineOf(rules, from, grants)) !== undefined;
}

/** Everything that any state grants to which at least one byte leads from a state: where a class begins, a mark stands that is no grant. */
export function grantedAfter(rules: Rules, from: number): number {
  const seen = new Set<number>();
  const open = [from];
  let bits = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (let byte = 0; byte < 256; byte++) {
      const state = nextState(rules.dfa, at, byte);
      if (state === NO_STATE || seen.has(state)) continue;
      seen.add(state);
      open.push(state);
      const { owner, other } = permissionsOf(rules, state);
      bits |= granted(owner) | granted(other);
    }
  }
  return bits >>> 0;
}

/** A row of the answer to `network`. */
export interface NetworkRow {
  readonly family: string;
  readonly type: string;
  readonly permissions: readonly string[];
  /** Only for some protocols or addresses. */
  readonly sometimes: readonly string[];
}

/** What is granted to sockets, a row for each family and type with anything. */
export function networkRows(profile: CompiledProfile): readonly NetworkRow[] | 'unmediated' {
  const rows: NetworkRow[] = [];
  for (const [family, name] of FAMILIES.entries()) {
    for (const [type, number] of Object.entries(SOCKET_TYPES)) {
      const grant = socketGrant(profile, family, number);
      if (grant === 'unmediated') return 'unmediated';
      const permissions = namesOf(NETWORK_PERMISSIONS, grant.always);
      const sometimes = namesOf(NETWORK_PERMISSIONS, grant.sometimes & ~grant.always);
      if (permissions.length + sometimes.length > 0) {
        rows.push({ family: name, type, permissions, sometimes });
      }
    }
  }
  return rows;
}
