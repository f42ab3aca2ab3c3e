import { CAPABILITIES } from './capabilities.ts';
import { CHANGE_POLICY } from './change-policy.ts';
import { CONNECT_TCP } from './connect-tcp.ts';
import { EGRESS } from './egress.ts';
import { EXECUTABLE_MEMORY } from './executable-memory.ts';
import { EXECUTE } from './execute.ts';
import { FLOW_FROM } from './flow-from.ts';
import type { Never, NeverKind } from './index.ts';
import { INJECT_KEYSTROKES } from './inject-keystrokes.ts';
import type { Kind } from './kind.ts';
import { LISTEN } from './listen.ts';
import { LOAD_KERNEL_MODULE } from './load-kernel-module.ts';
import { MOUNT } from './mount.ts';
import { PTRACE } from './ptrace.ts';
import { READ } from './read.ts';
import { SEND_UDP } from './send-udp.ts';
import { TRANSITION } from './transition.ts';
import { UNIX_SOCKETS } from './unix-sockets.ts';
import { WRITE } from './write.ts';

/** What a description may say of each kind. One that is missing does not compile. */
export const NEVERS: { readonly [K in NeverKind]: Kind<Extract<Never, { kind: K }>> } = {
  'send-udp': SEND_UDP,
  'connect-tcp': CONNECT_TCP,
  listen: LISTEN,
  egress: EGRESS,
  'unix-sockets': UNIX_SOCKETS,
  execute: EXECUTE,
  transition: TRANSITION,
  'load-kernel-module': LOAD_KERNEL_MODULE,
  'change-policy': CHANGE_POLICY,
  ptrace: PTRACE,
  'executable-memory': EXECUTABLE_MEMORY,
  mount: MOUNT,
  capabilities: CAPABILITIES,
  read: READ,
  write: WRITE,
  'inject-keystrokes': INJECT_KEYSTROKES,
  'flow-from': FLOW_FROM,
};

/** What a never is about in words, also with the name of a domain before it (`ctrl: listen`); of a kind that a newer program knows, its name. */
export function neverTitle(kind: string): string {
  const [, domain, own] = /^([^:]+): (.+)$/.exec(kind) ?? [];
  if (own !== undefined) return `${domain}: ${neverTitle(own)}`;
  return Object.hasOwn(NEVERS, kind) ? NEVERS[kind as NeverKind].title : kind.replaceAll('-', ' ');
}
