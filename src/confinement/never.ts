/**
 * What the program must never do: the vocabulary. A `Never` is plain data; `guarantee` proves it over the linked policy and
 * the lab attacks it on a real kernel. Types are named as in the description: `own('log')` is a type of the module.
 */
export type Never = { readonly why: string } & (
  | {
      /** No datagram leaves over UDP, except DNS to the configured resolver where `except` says so. */
      readonly kind: 'send-udp';
      readonly except?: ResolverException;
    }
  | {
      /** No TCP connection is opened (tcp_socket and everything that the kernel files under it: MPTCP, fast open). */
      readonly kind: 'connect-tcp';
      readonly except?: ResolverException;
    }
  | {
      /** No port is opened to others: name_bind, listen, accept. */
      readonly kind: 'listen';
    }
  | {
      /** No other way out of the machine, by channel. */
      readonly kind: 'egress';
      readonly channels: readonly EgressChannel[];
    }
  | {
      /** No connection or datagram to another domain's local socket, except these peers (types or attributes). */
      readonly kind: 'unix-sockets';
      readonly except: readonly PeerException[];
    }
  | {
      /** No execute_no_trans beyond its own executable and what the base gives every domain, and no way into another domain. */
      readonly kind: 'execute';
    }
  | {
      /** No way into another domain, by executing a program or by asking the kernel for it. */
      readonly kind: 'transition';
    }
  | {
      /** No kernel module is loaded, and none is had loaded by asking for what the kernel lacks. */
      readonly kind: 'load-kernel-module';
    }
  | {
      /** setenforce, load_policy, setbool, setsecparam, check of the same through selinuxfs, relabelling, writing policy files. */
      readonly kind: 'change-policy';
    }
  | {
      /** No process is attached to. */
      readonly kind: 'ptrace';
    }
  | {
      /** execmem, execstack, execheap, execmod: nothing both written and run. */
      readonly kind: 'executable-memory';
    }
  | {
      /** Nothing is mounted, remounted, unmounted or mounted over. */
      readonly kind: 'mount';
    }
  | {
      /** No capability but these; under a tunable those that it adds. */
      readonly kind: 'capabilities';
      readonly except: readonly CapabilityException[];
    }
  | {
      /** Nothing below these paths is read, except what the exceptions name. `HOME` stands for every home directory. */
      readonly kind: 'read';
      readonly below: readonly string[];
      readonly except: readonly PathException[];
    }
  | {
      /** No file content is written, created or deleted, except in these types of the module, and these paths. */
      readonly kind: 'write';
      readonly except: readonly PathException[];
    }
  | {
      /** No keystroke is put into a terminal (TIOCSTI) and no console is driven (TIOCLINUX): by ioctl number, on every terminal type. */
      readonly kind: 'inject-keystrokes';
    }
  | {
      /** No information flow from these types or paths into the domain, even over others, by the permission map's weight. */
      readonly kind: 'flow-from';
      readonly sources: readonly string[];
      readonly minWeight: number;
    }
);

export type NeverKind = Never['kind'];

/** The ways out that a policy can tell apart by object class. */
export const EGRESS_CHANNELS = [
  'raw-ip',
  'icmp',
  'sctp',
  'dccp',
  'vsock',
  'af-alg',
  'bluetooth-l2cap',
  'tun-tap',
  'xdp',
  'rds',
  'key',
  'can',
  'netlink-write',
  'appletalk-and-other-families',
] as const;
export type EgressChannel = (typeof EGRESS_CHANNELS)[number];

/** DNS to port 53 of the configured resolvers while `when` is on, held to them by the SECMARK companion. */
export interface ResolverException {
  readonly to: 'configured-resolver';
  /** The tunable that opens it, without the module's prefix. */
  readonly when: string;
  /** The packet type that the companion ruleset puts on the resolvers' packets, as an own type's name. */
  readonly packets: string;
}

export interface PeerException {
  /** What is reached, in words: `systemd-resolved`. */
  readonly peer: string;
  /** Domains that may be on the other side, as any of the targets' policies calls them; unknown names are skipped and said. */
  readonly domains: readonly string[];
  readonly why: string;
}

export interface CapabilityException {
  readonly names: readonly string[];
  /** The tunable that adds them; absent for always. */
  readonly when?: string;
}

export interface PathException {
  /** A path (`HOME/.config/rustnet`), or an own type (`own: 'log'`). */
  readonly path?: string;
  readonly own?: string;
  readonly when?: string;
  readonly why?: string;
}
