/** What a program can do once it calls one of these functions, and the abilities and nevers of a description that are about it. */
export interface ImportMeaning {
  readonly does: string;
  readonly functions: RegExp;
  /** Names of abilities of which one covers it. */
  readonly abilities: readonly string[];
  /** Kinds of nevers that are against it. */
  readonly nevers: readonly string[];
}

/** In the order in which a person should see them. A function that is in none is told by itself. */
export const IMPORT_MEANINGS: readonly ImportMeaning[] = [
  {
    does: 'start other programs',
    functions: /^(execv?p?e?|execl[pe]?|fexecve|posix_spawnp?|system|popen|v?fork)$/,
    abilities: [],
    nevers: ['execute', 'transition'],
  },
  {
    does: 'trace, or read the memory of, other processes',
    functions: /^(ptrace|process_vm_(read|write)v|pidfd_getfd)$/,
    abilities: [],
    nevers: ['ptrace'],
  },
  {
    does: 'mount, or change its root or namespaces',
    functions: /^(mount|umount2?|pivot_root|chroot|unshare|setns)$/,
    abilities: [],
    nevers: ['mount'],
  },
  {
    does: 'load kernel modules',
    functions: /^(init_module|finit_module|delete_module)$/,
    abilities: [],
    nevers: ['load-kernel-module'],
  },
  {
    does: 'wait for others to connect',
    functions: /^(listen|accept4?)$/,
    abilities: [],
    nevers: ['listen'],
  },
  {
    does: 'make connections and send',
    functions: /^(socket|socketpair|connect|send|sendto|sendm?msg|bind|setsockopt|shutdown)$/,
    abilities: ['capturePackets', 'resolveNames'],
    nevers: ['connect-tcp', 'send-udp', 'egress', 'unix-sockets'],
  },
  {
    does: 'resolve names',
    functions: /^(getaddrinfo|getnameinfo|gethostby\w+|res_\w+|__res_\w+)$/,
    abilities: ['resolveNames'],
    nevers: [],
  },
  {
    does: 'change who it is, or its capabilities',
    functions: /^(set(res|re|e|fs)?[ug]id|(init|set)groups|cap(get|set|_\w+)|prctl)$/,
    abilities: ['runAsRoot', 'runAsService', 'startFromShell'],
    nevers: ['capabilities'],
  },
  {
    does: 'capture packets',
    functions: /^pcap_(?!dump)\w+$/,
    abilities: ['capturePackets'],
    nevers: [],
  },
  {
    does: 'open, make and change files',
    functions:
      /^(open(at|64|at64)?|creat|rename(at2?)?|unlink(at)?|rmdir|mkdir(at)?|mkstemp\w*|mkostemp\w*|mkdtemp|link(at)?|symlink(at)?|readlink(at)?|f?chmod(at)?|[fl]?chown(at)?|fchownat|f?truncate(64)?|fallocate\w*|[fl]?stat(at|x|64|at64)?|fstatat\w*|f?access(at)?|flock|copy_file_range|pcap_dump\w*)$/,
    abilities: ['writeOutput', 'readSettings'],
    nevers: ['write', 'read'],
  },
  {
    does: 'use memory in ways that the policy guards',
    functions: /^(mprotect|memfd_create|shm_open|shmat|shmget)$/,
    abilities: ['traceWithBpf'],
    nevers: ['executable-memory'],
  },
];
