import { normalize } from 'node:path/posix';
import type { Names, Sighting } from './evidence.ts';

/** What a trace shows, and what in it could not be understood. */
export interface Traced {
  readonly sightings: readonly Omit<Sighting, 'run'>[];
  /** Programs that it started. */
  readonly started: readonly string[];
  /** Lines that are no system call as strace writes it. */
  readonly unread: number;
  /** What was asked for on a path that the policy has no label for, or that is relative to a directory that the trace does not show. */
  readonly unplaced: readonly string[];
  /** Names of ioctls: of their numbers a trace says nothing. */
  readonly ioctls: readonly string[];
  readonly calls: number;
}

/**
 * The accesses behind the system calls of `strace -f` text: of the program alone, from where it is executed (under whatever name of it the trace has; where it has none, from the first execution) up to where a process of it executes another one. A call that failed for
 * want of a file tells nothing but the way there. What file descriptors stand for is known where the trace shows them being made, or by `-y`.
 */
export function readTrace(text: string, program: string, names: Names): Traced {
  const trace = new Trace(text.includes(`/${program}"`) ? program : undefined, names);
  let unread = 0;
  let calls = 0;
  for (const { pid, line } of wholeCalls(text)) {
    const call = CALL.exec(line);
    if (call === null) {
      if (!/^(---|\+\+\+|strace:|\[|$)/.test(line)) unread++;
      continue;
    }
    calls++;
    trace.add(pid, { name: call[1]!, args: call[2]!, result: call[3]!.trim() });
  }
  return {
    sightings: trace.sightings,
    started: [...trace.started].sort(),
    unplaced: [...trace.unplaced].sort(),
    ioctls: [...trace.ioctls].sort(),
    unread,
    calls,
  };
}

const CALL = /^(\w+)\((.*)\)\s+=\s+(.*)$/s;

/** Lines of a process, those that another process interrupted put together again. */
function* wholeCalls(text: string): Generator<{ pid: string; line: string }> {
  const open = new Map<string, string>();
  for (const raw of text.split('\n')) {
    const [, pid = '', rest = ''] =
      /^(?:\[pid\s+)?(\d+)?\]?\s*(?:\d+:\d+:\d+(?:\.\d+)?\s+|\d+\.\d+\s+)?(.*)$/.exec(raw) ?? [];
    const begun = / ?<unfinished \.\.\.>$/.exec(rest);
    if (begun !== null) {
      open.set(pid, rest.slice(0, begun.index));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>\s?(.*)$/.exec(rest);
    yield { pid, line: resumed === null ? rest : `${open.get(pid) ?? ''}${resumed[1]}` };
    if (resumed !== null) open.delete(pid);
  }
}

interface Call {
  readonly name: string;
  readonly args: string;
  readonly result: string;
}

class Trace {
  readonly sightings: Omit<Sighting, 'run'>[] = [];
  readonly started = new Set<string>();
  readonly unplaced = new Set<string>();
  readonly ioctls = new Set<string>();
  private readonly names: Names;
  private readonly program: string | undefined;
  /** Processes that are not the program's: those that were there before it, and those that executed another program, whose business it is what they do. */
  private readonly others = new Set<string>();
  private begun = false;
  /** The directory in which it works, where `-y` or chdir shows it. */
  private cwd: string | undefined;
  /** Where the program lies: the executable has a type of the module's own. */
  private executable: string | undefined;
  /** Descriptor -> the class of its socket. Processes of one program share them closely enough. */
  private readonly sockets = new Map<string, string>();

  constructor(program: string | undefined, names: Names) {
    this.program = program;
    this.names = names;
  }

  add(pid: string, call: Call): void {
    const failed = call.result.startsWith('-1');
    if (call.name === 'execve') this.execute(pid, call, failed);
    if (!this.begun) this.others.add(pid);
    if (this.others.has(pid)) return;
    this.works(call, failed);
    if (FILE_CALLS.has(call.name)) this.file(call, failed);
    else if (SOCKET_CALLS.has(call.name)) this.socket(call, failed);
    else if (call.name === 'ioctl') this.ioctls.add(/, (\w+)/.exec(call.args)?.[1] ?? 'unnamed');
    else if (!failed) this.terminal(call);
    const own = OWN[call.name];
    // Asking how the clock runs is not setting it.
    const asks = /^(adjtimex|clock_adjtime)$/.test(call.name) && /modes=0[,}]/.test(call.args);
    if (own !== undefined && !asks) this.see('self', own[0], own[1], call.name);
    if (call.name === 'io_uring_setup' && /SQPOLL/.test(call.args))
      this.see('self', 'io_uring', ['sqpoll'], call.name);
    if (/^(mmap|mprotect)$/.test(call.name) && /PROT_WRITE\|PROT_EXEC/.test(call.args)) {
      this.see('self', 'process', ['execmem'], call.name);
    }
  }

  /** A directory that is left for one that is not shown is not known any more: a path is rather a question than another file's. */
  private works({ name, args }: Call, failed: boolean): void {
    this.cwd = /AT_FDCWD<(\/[^>]*)>/.exec(args)?.[1] ?? this.cwd;
    if (failed) return;
    if (name === 'chdir') [this.cwd] = pathsOf(args, this.cwd);
    else if (name === 'fchdir') this.cwd = /^\d+<(\/[^>]*)>/.exec(args)?.[1];
  }

  /** The terminal that it was started in is opened by nobody in the trace; `-y` shows the descriptor. */
  private terminal({ name, args }: Call): void {
    const path = /^\d+<(\/dev\/(?:pts\/\d+|tty[^<>]*|console))(?:<|>)/.exec(args)?.[1];
    const permission = /^(p?write|writev)/.test(name)
      ? 'write'
      : name === 'read'
        ? 'read'
        : undefined;
    if (path === undefined || permission === undefined) return;
    this.see(this.names.type(path, 'chr_file'), 'chr_file', [permission], `${name} ${path}`, path);
  }

  private see(
    target: string | undefined,
    tclass: string,
    permissions: readonly string[],
    what: string,
    path?: string,
    port?: number,
  ): void {
    if (target === undefined) this.unplaced.add(what);
    if (target === undefined || permissions.length === 0) return;
    this.sightings.push({
      ...{ target, tclass, permissions, what, path },
      ...(port === undefined ? {} : { port }),
    });
  }

  private execute(pid: string, { args }: Call, failed: boolean): void {
    const path = /^"([^"]*)"/.exec(args)?.[1];
    if (failed || path === undefined) return;
    const isProgram = this.program === undefined ? !this.begun : path.endsWith(`/${this.program}`);
    if (isProgram) {
      this.begun = true;
      this.executable = path;
      this.others.delete(pid);
      return;
    }
    if (!this.begun || this.others.has(pid)) return;
    this.others.add(pid);
    this.started.add(path);
    this.see(
      this.names.type(path, 'file'),
      'file',
      ['execute', 'open', 'read'],
      `execute ${path}`,
      path,
    );
  }

  private file({ name, args, result }: Call, failed: boolean): void {
    const [path, to] = pathsOf(args, this.cwd);
    if (path === undefined) {
      // An empty path stands for the descriptor, which was seen being opened.
      const relative = /"([^"]+)"/.exec(args)?.[1];
      if (relative !== undefined && !failed) this.unplaced.add(`${name} ${relative}`);
      return;
    }
    this.parents(path);
    if (failed && !/EACCES|EPERM/.test(result)) return;
    const kind = kindOf(path, args);
    const what = `${name} ${path}`;
    const type = path === this.executable ? 'own:exec' : this.names.type(path, kind);
    if (/^(open|openat|openat2|creat)$/.test(name)) {
      if (/O_TMPFILE/.test(args)) {
        // A file without a name in this directory, which has the label of what is made there.
        const made = `${path.replace(/\/$/, '')}/unnamed`;
        this.see(this.names.type(made, 'file'), 'file', ['create', 'open', 'write'], what, made);
        return;
      }
      this.see(type, kind, openedFor(name, args), what, path);
      if (/O_CREAT/.test(args) && kind === 'file') this.entry(path, ['add_name', 'write'], what);
      return;
    }
    const [tclass, permissions, entry] = FILE_CALLS.get(name)!;
    if (/^link/.test(name)) {
      // What it is a link to may be a descriptor of its own (O_TMPFILE); the new name is a path in any case.
      const made = to ?? path;
      this.parents(made);
      this.see(this.names.type(made, 'file'), 'file', permissions, what, made);
      this.entry(made, entry, what);
      return;
    }
    const of = tclass === 'dir' ? 'dir' : kind;
    this.see(of === kind ? type : this.names.type(path, of), of, permissions, what, path);
    if (entry.length > 0) this.entry(path, entry, what);
    if (givesAway(name, args)) this.see('self', 'capability', ['chown'], what);
    if (to !== undefined && /^rename/.test(name)) this.entry(to, ['add_name', 'write'], what);
  }

  /** The directory in which a name is made or taken away. */
  private entry(path: string, permissions: readonly string[], what: string): void {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    this.see(this.names.type(parent, 'dir'), 'dir', permissions, what, path);
  }

  /** Every directory on the way is searched. */
  private parents(path: string): void {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      this.see(this.names.type(parent, 'dir'), 'dir', ['search'], `the way to ${path}`, parent);
    }
  }

  private socket({ name, args, result }: Call, failed: boolean): void {
    const fd = /^(\d+)/.exec(args)?.[1] ?? '';
    if (name === 'socket' || name === 'socketpair') {
      const tclass = socketClass(args);
      if (failed && !/EACCES|EPERM/.test(result)) return;
      const made =
        name === 'socket'
          ? [/^(\d+)/.exec(result)?.[1]]
          : (/\[(\d+)[^,]*, (\d+)/.exec(args)?.slice(1) ?? []);
      for (const each of made) if (each !== undefined) this.sockets.set(each, tclass);
      this.see('self', tclass, ['create'], `${name} ${args}`);
      if (tclass === 'packet_socket' || tclass === 'rawip_socket') {
        this.see('self', 'capability', ['net_raw'], `${name} ${args}`);
      }
      return;
    }
    const tclass = this.sockets.get(fd);
    if (tclass === undefined) return;
    const permission = SOCKET_CALLS.get(name)!;
    const what = `${name} on a ${tclass}`;
    this.see('self', tclass, [permission], what);
    if (name === 'accept' || name === 'accept4') {
      const made = /^(\d+)/.exec(result)?.[1];
      if (made !== undefined) this.sockets.set(made, tclass);
    }
    if (name === 'bind' || name === 'connect') this.address(name, args, tclass, failed);
    else if (permission === 'write' && tclass === 'udp_socket') this.datagram(name, args);
  }

  /** Where a datagram goes: the kernel does not ask, and the labels of packets do. */
  private datagram(name: string, args: string): void {
    const port = Number(/sin6?_port=htons\((\d+)\)/.exec(args)?.[1] ?? 0);
    if (port === 0) return;
    this.see('self', 'udp_socket', ['write'], `${name} port ${port}/udp`, undefined, port);
  }

  private address(name: 'bind' | 'connect', args: string, tclass: string, failed: boolean): void {
    const local = /sun_path="(\/[^"]*)"/.exec(args)?.[1];
    if (local !== undefined) {
      this.parents(local);
      if (name === 'bind') {
        this.see(
          this.names.type(local, 'sock_file'),
          'sock_file',
          ['create'],
          `bind ${local}`,
          local,
        );
        this.entry(local, ['add_name', 'write'], `bind ${local}`);
      } else if (!failed) {
        this.see(
          this.names.type(local, 'sock_file'),
          'sock_file',
          ['write'],
          `connect ${local}`,
          local,
        );
      }
      return;
    }
    const port = Number(/sin6?_port=htons\((\d+)\)/.exec(args)?.[1] ?? 0);
    const protocol = tclass === 'tcp_socket' ? 'tcp' : tclass === 'udp_socket' ? 'udp' : undefined;
    if (port === 0 || protocol === undefined) return;
    const what = `${name} port ${port}/${protocol}`;
    if (name === 'connect' && protocol === 'udp') {
      this.see('self', tclass, ['connect'], what, undefined, port);
      return;
    }
    const permission = name === 'bind' ? 'name_bind' : 'name_connect';
    this.see(this.names.port(protocol, port), tclass, [permission], what, undefined, port);
    if (name === 'bind' && port < 1024) this.see('self', 'capability', ['net_bind_service'], what);
  }
}

/** Absolute paths among the arguments, with what `-y` shows of a descriptor put before a relative one, or the directory in which it works. */
function pathsOf(args: string, cwd: string | undefined): string[] {
  return [...args.matchAll(/(?:(AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/g)].flatMap(
    ([, of, shown, path]) => {
      if (path!.startsWith('/')) return [normalize(path!)];
      const directory = shown ?? (of === undefined || of === 'AT_FDCWD' ? cwd : undefined);
      return directory === undefined || path === '' ? [] : [normalize(`${directory}/${path}`)];
    },
  );
}

function kindOf(path: string, args: string): 'file' | 'dir' | 'chr_file' {
  if (/O_DIRECTORY|S_IFDIR/.test(args)) return 'dir';
  return /^\/dev\/(?!shm\/|mqueue\/)/.test(path) || /S_IFCHR/.test(args) ? 'chr_file' : 'file';
}

function openedFor(name: string, args: string): string[] {
  const made = /O_CREAT/.test(args) || name === 'creat' ? ['create'] : [];
  if (/O_PATH/.test(args)) return [];
  const write = /O_APPEND/.test(args) ? 'append' : 'write';
  if (/O_WRONLY/.test(args) || name === 'creat') return [...made, 'open', write];
  return /O_RDWR/.test(args) ? [...made, 'open', 'read', write] : [...made, 'open', 'read'];
}

/** The class of a socket (the kernel's socket_type_to_security_class). */
function socketClass(args: string): string {
  const [family, type, protocol = ''] = args.split(', ');
  if (family === 'AF_UNIX' || family === 'AF_LOCAL') {
    return /SOCK_DGRAM/.test(type!) ? 'unix_dgram_socket' : 'unix_stream_socket';
  }
  if (family === 'AF_PACKET') return 'packet_socket';
  if (family === 'AF_NETLINK') return NETLINK[protocol.replace(/[^A-Z_]/g, '')] ?? 'netlink_socket';
  if (family === 'AF_INET' || family === 'AF_INET6') {
    if (/SOCK_STREAM/.test(type!)) return 'tcp_socket';
    return /SOCK_DGRAM/.test(type!) && !/ICMP/.test(protocol)
      ? 'udp_socket'
      : /ICMP/.test(protocol) && /SOCK_DGRAM/.test(type!)
        ? 'icmp_socket'
        : 'rawip_socket';
  }
  return family === 'AF_BLUETOOTH' ? 'bluetooth_socket' : 'socket';
}

const NETLINK: Readonly<Record<string, string>> = {
  NETLINK_ROUTE: 'netlink_route_socket',
  NETLINK_GENERIC: 'netlink_generic_socket',
  NETLINK_NETFILTER: 'netlink_netfilter_socket',
  NETLINK_KOBJECT_UEVENT: 'netlink_kobject_uevent_socket',
  NETLINK_AUDIT: 'netlink_audit_socket',
  NETLINK_SOCK_DIAG: 'netlink_tcpdiag_socket',
  NETLINK_INET_DIAG: 'netlink_tcpdiag_socket',
  NETLINK_RDMA: 'netlink_rdma_socket',
};

/** What a call on a socket asks of it. */
const SOCKET_CALLS: ReadonlyMap<string, string> = new Map([
  ['socket', 'create'],
  ['socketpair', 'create'],
  ['bind', 'bind'],
  ['connect', 'connect'],
  ['listen', 'listen'],
  ['accept', 'accept'],
  ['accept4', 'accept'],
  ['getsockname', 'getattr'],
  ['getpeername', 'getattr'],
  ['setsockopt', 'setopt'],
  ['getsockopt', 'getopt'],
  ['shutdown', 'shutdown'],
  ['sendto', 'write'],
  ['sendmsg', 'write'],
  ['sendmmsg', 'write'],
  ['recvfrom', 'read'],
  ['recvmsg', 'read'],
  ['recvmmsg', 'read'],
]);

type FileCall = readonly [
  tclass: 'file' | 'dir',
  permissions: readonly string[],
  entry: readonly string[],
];

/** What a call on a path asks of the file, and of the directory that it is in. */
const FILE_CALLS: ReadonlyMap<string, FileCall> = new Map<string, FileCall>([
  ...['open', 'openat', 'openat2', 'creat'].map((name) => [name, ['file', [], []]] as const),
  ...['stat', 'lstat', 'newfstatat', 'statx', 'access', 'faccessat', 'faccessat2'].map(
    (name) => [name, ['file', ['getattr'], []]] as const,
  ),
  ...['mkdir', 'mkdirat'].map(
    (name) => [name, ['dir', ['create'], ['add_name', 'write']]] as const,
  ),
  ['rmdir', ['dir', ['rmdir'], ['remove_name', 'write']]],
  ...['unlink', 'unlinkat'].map(
    (name) => [name, ['file', ['unlink'], ['remove_name', 'write']]] as const,
  ),
  ...['rename', 'renameat', 'renameat2'].map(
    (name) => [name, ['file', ['rename'], ['remove_name', 'write']]] as const,
  ),
  ...['link', 'linkat'].map((name) => [name, ['file', ['link'], ['add_name', 'write']]] as const),
  ...['chmod', 'fchmodat', 'chown', 'lchown', 'fchownat', 'utimensat'].map(
    (name) => [name, ['file', ['setattr'], []]] as const,
  ),
]);

/** A file gets another owner: -1 leaves it as it is. */
function givesAway(name: string, args: string): boolean {
  return /chown/.test(name) && /", \d+, -?\d+/.test(args);
}

/** What a call asks of the process itself. */
const OWN: Readonly<Record<string, readonly [tclass: string, permissions: readonly string[]]>> = {
  setuid: ['capability', ['setuid']],
  setreuid: ['capability', ['setuid']],
  setresuid: ['capability', ['setuid']],
  setgid: ['capability', ['setgid']],
  setregid: ['capability', ['setgid']],
  setresgid: ['capability', ['setgid']],
  setgroups: ['capability', ['setgid']],
  chroot: ['capability', ['sys_chroot']],
  mount: ['capability', ['sys_admin']],
  umount2: ['capability', ['sys_admin']],
  mlockall: ['capability', ['ipc_lock']],
  mknod: ['capability', ['mknod']],
  capset: ['process', ['setcap']],
  capget: ['process', ['getcap']],
  sched_setscheduler: ['process', ['setsched']],
  sched_setaffinity: ['process', ['setsched']],
  sched_getaffinity: ['process', ['getsched']],
  setpgid: ['process', ['setpgid']],
  ptrace: ['process', ['ptrace']],
  perf_event_open: ['perf_event', ['open']],
  adjtimex: ['capability', ['sys_time']],
  clock_adjtime: ['capability', ['sys_time']],
  clock_settime: ['capability', ['sys_time']],
  settimeofday: ['capability', ['sys_time']],
  io_uring_setup: ['anon_inode', ['create', 'map', 'read', 'write']],
  shmget: ['shm', ['create']],
  semget: ['sem', ['create']],
};
