import type { NetworkAccess } from './network-access.ts';
import type { NeverKind } from './nevers/index.ts';

/**
 * One way to what a never forbids that a residual accepts under AppArmor, and no other: where the compiled profile grants more than it says, or the kernel
 * leaves more unasked, that stays open. It is good for the program's own profile alone.
 */
export type AcceptedWay = SocketWay | NotAskedWay;

/** What is done with sockets of these kinds. */
export interface SocketWay {
  readonly never: NeverKind;
  /** Family and type of each: `packet raw`. */
  readonly sockets: readonly string[];
  readonly access: readonly NetworkAccess[];
}

/** A question that the kernel does not ask. */
export interface NotAskedWay {
  readonly never: NeverKind;
  readonly notAsked: NotAsked;
}

/**
 * What the kernel may leave unasked and a description may accept, by what it is about: memory without a file, ioctls of terminals, the modules that
 * the kernel loads by itself, protocols and messages of netlink, who is behind a unix socket, whom UDP and TCP go to. That a whole class is
 * not asked about, as by a kernel or an abi without sockets, is none of them.
 */
export const NOT_ASKED = [
  'anonymous-memory',
  'terminal-ioctls',
  'modules-on-demand',
  'netlink-messages',
  'unix-peers',
  'addresses-and-ports',
] as const;
export type NotAsked = (typeof NOT_ASKED)[number];
