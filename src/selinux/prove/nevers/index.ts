import type { NeverKind } from '../../../description/index.ts';
import { capabilities } from './capabilities.ts';
import { changePolicy } from './change-policy.ts';
import { connectTcp } from './connect-tcp.ts';
import { egress } from './egress.ts';
import { executableMemory } from './executable-memory.ts';
import { execute } from './execute.ts';
import { flowFrom } from './flow-from.ts';
import type { Guarantee } from './guarantee.ts';
import { injectKeystrokes } from './inject-keystrokes.ts';
import { listen } from './listen.ts';
import { loadKernelModule } from './load-kernel-module.ts';
import { mount } from './mount.ts';
import { ptrace } from './ptrace.ts';
import { read } from './read.ts';
import { sendUdp } from './send-udp.ts';
import { transition } from './transition.ts';
import { unixSockets } from './unix-sockets.ts';
import { write } from './write.ts';

/** The record of every kind of never: one that is missing does not compile. */
export const GUARANTEES: { readonly [K in NeverKind]: Guarantee<K> } = {
  'send-udp': sendUdp,
  'connect-tcp': connectTcp,
  listen,
  egress,
  'unix-sockets': unixSockets,
  execute,
  transition,
  'load-kernel-module': loadKernelModule,
  'change-policy': changePolicy,
  ptrace,
  'executable-memory': executableMemory,
  mount,
  capabilities,
  read,
  write,
  'inject-keystrokes': injectKeystrokes,
  'flow-from': flowFrom,
};
