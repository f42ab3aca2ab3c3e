import type { CapabilityException, Never, PathException } from '../confinement/index.ts';

/** What a never asks of the policy, in plain words, to follow `no rule lets it`: with what it excepts, since that was not asked. */
export function questionOf(never: Never): string {
  switch (never.kind) {
    case 'send-udp':
      return `send over UDP${resolver(never.except)}`;
    case 'connect-tcp':
      return `open a TCP connection${resolver(never.except)}`;
    case 'listen':
      return 'bind a port by name, listen or accept on a socket that other machines reach';
    case 'egress':
      return `leave the machine by ${channels(never.channels)}`;
    case 'unix-sockets':
      return `reach a local socket of another domain${but(never.except.map(({ peer }) => peer))}`;
    case 'execute':
      return 'execute another program or enter another domain';
    case 'transition':
      return 'enter another domain';
    case 'load-kernel-module':
      return 'load a kernel module or have one loaded';
    case 'change-policy':
      return 'change the policy, its mode, its booleans, labels or files';
    case 'ptrace':
      return 'attach to a process';
    case 'executable-memory':
      return 'execute memory or files that it can write';
    case 'mount':
      return 'mount, remount, unmount or mount over anything';
    case 'capabilities':
      return `use a capability${but(never.except.map(capabilities))}`;
    case 'read':
      return `read below ${never.below.join(' or ')}${but(never.except.map(place))}`;
    case 'write':
      return `write, create, rename or delete a file${but(never.except.map(place))}`;
    case 'inject-keystrokes':
      return 'put keystrokes into a terminal or a console';
    case 'flow-from':
      return `learn of ${never.sources.join(' or ')}, over steps of weight ${never.minWeight} or more`;
  }
}

function channels(names: readonly string[]): string {
  return names.length > 3 ? `any of ${names.length} channels` : names.join(' or ');
}

function but(excepted: readonly string[]): string {
  return excepted.length === 0 ? '' : ` but ${excepted.join('; ')}`;
}

function resolver(except: { readonly when: string } | undefined): string {
  return except === undefined ? '' : ` but to the resolvers, with ${except.when}`;
}

function capabilities({ names, when }: CapabilityException): string {
  return `${names.join(', ')}${when === undefined ? '' : ` with ${when}`}`;
}

function place({ path, own, when }: PathException): string {
  const what = path ?? `its own type ${own}`;
  return when === undefined ? what : `${what} with ${when}`;
}
