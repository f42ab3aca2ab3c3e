import type { AcceptedWay } from './accepted-way.ts';
import type { NetworkAccess } from './network-access.ts';

/**
 * The AppArmor half of a block, as plain data in AppArmor's own words. Paths are its patterns: they may hold its variables (`@{HOME}`, `@{PROC}`) and
 * its globs.
 */
export type ApparmorRule =
  | FileRule
  | CapabilityRule
  | NetworkRule
  | UnixRule
  | SignalRule
  | PtraceRule
  | DbusRule
  | IncludeRule
  | Unmediated
  | NothingToAllow;

/** A rule that can be turned into an explicit refusal. */
interface Deniable {
  /**
   * Why it is refused by a rule of its own, which nothing else does: in silence, over every rule that allows it, and in complain mode
   * too, where everything else is only recorded.
   */
  readonly deny?: string;
}

export interface FileRule extends Deniable {
  readonly kind: 'file';
  readonly paths: readonly string[];
  /** Letters of the language: `r`, `rw`, `mr`, `x`. `w` is to create, write, rename and delete. */
  readonly permissions: string;
  /** Only files that belong to the user as whom the process acts. */
  readonly owner?: true;
}

export interface CapabilityRule extends Deniable {
  readonly kind: 'capability';
  readonly names: readonly string[];
}

/** Sockets of a family, by type and by what is done with them. The destination is not part of it. */
export interface NetworkRule extends Deniable {
  readonly kind: 'network';
  readonly family: string;
  readonly type: string;
  /** Only these; absent for all. */
  readonly access?: readonly NetworkAccess[];
  /**
   * What stands in its place where the compiler, before 4.0, knows no access permissions: nothing, so that all of it is refused, or
   * the rule without them.
   */
  readonly older?: 'refused' | 'whole';
}

/**
 * Unix sockets between processes under this profile, with no other peer. Kernels that do not tell peers apart get the family and type alone, and
 * sockets that have a path are also asked about by a file rule where the kernel does so.
 */
export interface UnixRule {
  readonly kind: 'unix';
  readonly type: 'stream' | 'dgram' | 'seqpacket';
}

export interface SignalRule extends Deniable {
  readonly kind: 'signal';
  readonly access: readonly ('send' | 'receive')[];
  readonly peer?: string;
}

export interface PtraceRule extends Deniable {
  readonly kind: 'ptrace';
  /** `read` looks into /proc of another process; `trace` is what a debugger does. */
  readonly access: readonly ('read' | 'trace' | 'readby' | 'tracedby')[];
  readonly peer?: string;
}

export interface DbusRule extends Deniable {
  readonly kind: 'dbus';
  readonly access: readonly ('send' | 'receive' | 'bind' | 'eavesdrop')[];
  readonly bus: 'system' | 'session';
  readonly name?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
}

/** An abstraction of AppArmor's own, only where every line of it is wanted: what it allows changes with the release. */
export interface IncludeRule {
  readonly kind: 'include';
  readonly abstraction: string;
}

/** What no AppArmor rule can hold the program to: a residual of this mechanism. */
export interface Unmediated {
  readonly kind: 'unmediated';
  /** Its name in reports: `terminal-ioctls`. */
  readonly id: string;
  /** What an attacker who controls the program can still do. */
  readonly what: string;
  /** Why nothing asks. */
  readonly why: string;
  /** The ways that are left open by it. */
  readonly accepts?: readonly AcceptedWay[];
}

/** No rule is needed: AppArmor does not ask about what the program does here, and nothing is lost by that; or another rule has it. */
export interface NothingToAllow {
  readonly kind: 'nothing';
  readonly why: string;
}

type OneOrMore<T> = T | readonly T[];

export function fileRule(paths: OneOrMore<string>, permissions: string): FileRule {
  return { kind: 'file', paths: list(paths), permissions };
}

/** A file rule that holds only for what belongs to the user. */
export function ownerRule(paths: OneOrMore<string>, permissions: string): FileRule {
  return { ...fileRule(paths, permissions), owner: true };
}

export function capabilityRule(...names: readonly string[]): CapabilityRule {
  return { kind: 'capability', names };
}

export function networkRule(
  family: string,
  type: string,
  limits: Pick<NetworkRule, 'access' | 'older'> = {},
): NetworkRule {
  return { kind: 'network', family, type, ...limits };
}

export function unixRule(type: UnixRule['type']): UnixRule {
  return { kind: 'unix', type };
}

export function signalRule(
  access: OneOrMore<SignalRule['access'][number]>,
  peer?: string,
): SignalRule {
  return { kind: 'signal', access: list(access), ...(peer === undefined ? {} : { peer }) };
}

export function ptraceRule(
  access: OneOrMore<PtraceRule['access'][number]>,
  peer?: string,
): PtraceRule {
  return { kind: 'ptrace', access: list(access), ...(peer === undefined ? {} : { peer }) };
}

export function dbusRule(
  access: OneOrMore<DbusRule['access'][number]>,
  bus: DbusRule['bus'],
  peer: Pick<DbusRule, 'name' | 'path' | 'interface' | 'member'> = {},
): DbusRule {
  return { kind: 'dbus', access: list(access), bus, ...peer };
}

export function includeRule(abstraction: string): IncludeRule {
  return { kind: 'include', abstraction };
}

/** The rule as an explicit refusal; the reason says why silence is wanted, and why in complain mode too. */
export function denied<R extends ApparmorRule & Deniable>(rule: R, why: string): R {
  return { ...rule, deny: why };
}

export function unmediated(
  id: string,
  what: string,
  why: string,
  ...accepts: readonly AcceptedWay[]
): Unmediated {
  return { kind: 'unmediated', id, what, why, ...(accepts.length === 0 ? {} : { accepts }) };
}

export function nothingToAllow(why: string): NothingToAllow {
  return { kind: 'nothing', why };
}

function list<T>(value: OneOrMore<T>): readonly T[] {
  return (Array.isArray(value) ? value : [value]) as readonly T[];
}
