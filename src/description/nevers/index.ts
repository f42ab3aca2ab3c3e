import type { Capabilities } from './capabilities.ts';
import type { ChangePolicy } from './change-policy.ts';
import type { ConnectTcp } from './connect-tcp.ts';
import type { Egress } from './egress.ts';
import type { ExecutableMemory } from './executable-memory.ts';
import type { Execute } from './execute.ts';
import type { FlowFrom } from './flow-from.ts';
import type { InjectKeystrokes } from './inject-keystrokes.ts';
import type { Listen } from './listen.ts';
import type { LoadKernelModule } from './load-kernel-module.ts';
import type { Mount } from './mount.ts';
import type { Ptrace } from './ptrace.ts';
import type { Read } from './read.ts';
import type { SendUdp } from './send-udp.ts';
import type { Transition } from './transition.ts';
import type { UnixSockets } from './unix-sockets.ts';
import type { Write } from './write.ts';

export type { CapabilityException } from './capabilities.ts';
export { useCapabilities } from './capabilities.ts';
export { changePolicy } from './change-policy.ts';
export { connectTcp } from './connect-tcp.ts';
export { type DatagramException, datagrams } from './datagram-exception.ts';
export { EGRESS_CHANNELS, type EgressChannel, egressBy } from './egress.ts';
export { runWritableMemory } from './executable-memory.ts';
export { executeAnything, type HelperException } from './execute.ts';
export { flowFrom } from './flow-from.ts';
export { injectKeystrokes } from './inject-keystrokes.ts';
export type { DomainException } from './kind.ts';
export { listen } from './listen.ts';
export { loadKernelModules } from './load-kernel-module.ts';
export { mount } from './mount.ts';
export type { PathException } from './path-exception.ts';
export type { PortException } from './port-exception.ts';
export { ptrace } from './ptrace.ts';
export { readBelow } from './read.ts';
export { type ResolverException, resolver } from './resolver-exception.ts';
export { sendUdp } from './send-udp.ts';
export { leaveTheDomain } from './transition.ts';
export type { PeerException } from './unix-sockets.ts';
export { reachUnixSockets } from './unix-sockets.ts';
export { type WriteException, writeFiles } from './write.ts';

/**
 * What the program must never do: the vocabulary. A `Never` is plain data; `guarantee` proves it over the linked policy and
 * the lab attacks it on a real kernel. Types are named as in the description: `own('log')` is a type of the module.
 */
export type Never =
  | SendUdp
  | ConnectTcp
  | Listen
  | Egress
  | UnixSockets
  | Execute
  | Transition
  | LoadKernelModule
  | ChangePolicy
  | Ptrace
  | ExecutableMemory
  | Mount
  | Capabilities
  | Read
  | Write
  | InjectKeystrokes
  | FlowFrom;

export type NeverKind = Never['kind'];
