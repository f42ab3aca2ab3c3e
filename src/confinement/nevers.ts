import type {
  CapabilityException,
  EgressChannel,
  Never,
  PathException,
  PeerException,
  ResolverException,
} from './never.ts';

/** DNS to port 53 of the configured resolvers, while the tunable is on and the companion ruleset is loaded. */
export function resolver(options: { when: string; packets: string }): ResolverException {
  return { to: 'configured-resolver', ...options };
}

export function sendUdp(why: string, options: { except?: ResolverException } = {}): Never {
  return { kind: 'send-udp', why, ...options };
}

export function connectTcp(why: string, options: { except?: ResolverException } = {}): Never {
  return { kind: 'connect-tcp', why, ...options };
}

export function listen(why: string): Never {
  return { kind: 'listen', why };
}

export function egressBy(channels: readonly EgressChannel[], why: string): Never {
  return { kind: 'egress', channels, why };
}

export function reachUnixSockets(
  why: string,
  options: { except?: readonly PeerException[] } = {},
): Never {
  return { kind: 'unix-sockets', except: options.except ?? [], why };
}

export function executeAnything(why: string): Never {
  return { kind: 'execute', why };
}

export function leaveTheDomain(why: string): Never {
  return { kind: 'transition', why };
}

export function loadKernelModules(why: string): Never {
  return { kind: 'load-kernel-module', why };
}

export function changePolicy(why: string): Never {
  return { kind: 'change-policy', why };
}

export function ptrace(why: string): Never {
  return { kind: 'ptrace', why };
}

export function runWritableMemory(why: string): Never {
  return { kind: 'executable-memory', why };
}

export function mount(why: string): Never {
  return { kind: 'mount', why };
}

export function useCapabilities(
  why: string,
  options: { except: readonly CapabilityException[] },
): Never {
  return { kind: 'capabilities', except: options.except, why };
}

export function readBelow(
  below: readonly string[],
  why: string,
  options: { except?: readonly PathException[] } = {},
): Never {
  return { kind: 'read', below, except: options.except ?? [], why };
}

export function writeFiles(
  why: string,
  options: { except?: readonly PathException[] } = {},
): Never {
  return { kind: 'write', except: options.except ?? [], why };
}

export function injectKeystrokes(why: string): Never {
  return { kind: 'inject-keystrokes', why };
}

/**
 * No information flows from these types into the domain, by however many steps over other types. `minWeight`: the least weight, 1 to 10 in
 * the permission map, of a step that counts; by default 3, which leaves out what carries a few bits.
 */
export function flowFrom(
  sources: readonly string[],
  why: string,
  options: { minWeight?: number } = {},
): Never {
  return { kind: 'flow-from', sources, minWeight: options.minWeight ?? 3, why };
}
