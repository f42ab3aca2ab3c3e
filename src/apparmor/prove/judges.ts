import type { Never } from '../../description/index.ts';
import { capabilitiesOf } from '../query/index.ts';
import { mount, ptrace } from './classes.ts';
import { egress } from './egress.ts';
import { executableMemory } from './executable-memory.ts';
import { execute, read, write } from './files.ts';
import { flowFrom } from './flow-from.ts';
import { injectKeystrokes } from './inject-keystrokes.ts';
import { applies, type Judge, type Of } from './judge.ts';
import { changePolicy, loadKernelModule } from './kernel.ts';
import { connectTcp, listen, sendUdp } from './sockets.ts';
import { transition } from './transition.ts';
import { unixSockets } from './unix-sockets.ts';

/** The judge of every kind of never: one that is missing does not compile. */
export const JUDGES: { readonly [K in Never['kind']]: Judge<Of<K>> } = {
  read,
  write,
  execute,
  transition,
  capabilities: (profile, never, subject, finding) => {
    const excepted = never.except
      .filter((exception) => applies(exception, subject))
      .flatMap(({ names }) => names);
    for (const name of capabilitiesOf(profile)) {
      if (excepted.includes(name)) continue;
      finding.ways.push(`profile ${profile.name} has the capability ${name}`);
    }
  },
  'send-udp': sendUdp,
  'connect-tcp': connectTcp,
  listen,
  egress,
  'unix-sockets': unixSockets,
  mount,
  ptrace,
  'load-kernel-module': loadKernelModule,
  'change-policy': changePolicy,
  'executable-memory': executableMemory,
  'inject-keystrokes': injectKeystrokes,
  'flow-from': flowFrom,
};
