import { expect, test } from 'vitest';
import { type Names, readTrace } from '../../src/draft/index.ts';

/** Every path has its first directory's type, but what is below /none. */
const names: Names = {
  type: (path) => (path.startsWith('/none') ? undefined : `${path.split('/')[1] || 'root'}_t`),
  port: (protocol, port) => `${protocol}_${port}_t`,
};

function seen(text: string): string[] {
  return readTrace(text, 'lister', names).sightings.map(
    ({ target, tclass, permissions }) => `${target}:${tclass} ${permissions.join(' ')}`,
  );
}

const START = '7 execve("/usr/bin/lister", ["lister"], 0x7ffd /* 20 vars */) = 0\n';

test.each([
  ['openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3', ['etc_t:dir search', 'etc_t:file open read']],
  [
    'openat(AT_FDCWD, "/srv/x", O_WRONLY|O_CREAT|O_APPEND, 0600) = 3',
    ['srv_t:dir search', 'srv_t:file create open append', 'srv_t:dir add_name write'],
  ],
  ['openat(3</etc>, "x", O_RDONLY) = 4', ['etc_t:dir search', 'etc_t:file open read']],
  // Not there: only the way to it was asked for.
  ['openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 ENOENT (No such file)', ['etc_t:dir search']],
  [
    'openat(AT_FDCWD, "/etc/x", O_RDONLY) = -1 EACCES (refused)',
    ['etc_t:dir search', 'etc_t:file open read'],
  ],
  // Its own file, as a script is read by its interpreter.
  [
    'openat(AT_FDCWD, "/usr/bin/lister", O_RDONLY) = 3',
    ['usr_t:dir search', 'usr_t:dir search', 'own:exec:file open read'],
  ],
  // The terminal that it was started in, as -y shows it.
  ['write(1</dev/pts/3<char 136:3>>, "x", 1) = 1', ['dev_t:chr_file write']],
  // Another owner takes a capability, another group of its own none.
  [
    'chown("/srv/x", 33, -1) = 0',
    ['srv_t:dir search', 'srv_t:file setattr', 'self:capability chown'],
  ],
  ['chown("/srv/x", -1, 33) = 0', ['srv_t:dir search', 'srv_t:file setattr']],
  ['setuid(33) = 0', ['self:capability setuid']],
  // Where it works is seen from a call that names no other directory.
  [
    'newfstatat(AT_FDCWD</home/a>, "x", {}, 0) = 0\n7 rename("x", "y") = 0',
    [
      'home_t:dir search',
      'home_t:dir search',
      'home_t:file getattr',
      'home_t:dir search',
      'home_t:dir search',
      'home_t:file rename',
      'home_t:dir remove_name write',
      'home_t:dir add_name write',
    ],
  ],
  ['clock_settime(CLOCK_REALTIME, {tv_sec=1}) = 0', ['self:capability sys_time']],
  ['adjtimex({modes=0, offset=0}) = 0', []],
  ['adjtimex({modes=ADJ_OFFSET, offset=7}) = 0', ['self:capability sys_time']],
  [
    'io_uring_setup(8, {flags=IORING_SETUP_SQPOLL}) = 3',
    ['self:anon_inode create map read write', 'self:io_uring sqpoll'],
  ],
  [
    'socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) = 3\n7 sendto(3, "", 0, 0, {sin_port=htons(123)}, 16) = 0',
    ['self:udp_socket create', 'self:udp_socket write', 'self:udp_socket write'],
  ],
  [
    'mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE, -1, 0) = 0x1',
    ['self:process execmem'],
  ],
  [
    'socket(AF_PACKET, SOCK_RAW, htons(0)) = 3',
    ['self:packet_socket create', 'self:capability net_raw'],
  ],
])('%s', (call, wanted) => {
  expect(seen(`${START}7 ${call}\n`)).toEqual(wanted);
});

test('a working directory that is left for another is not taken for it', () => {
  const opened = (call: string): string[] =>
    seen(`${START}7 chdir("/etc") = 0\n7 ${call} = 0\n7 open("x", O_RDONLY) = 3\n`);
  expect(opened('getpid()')).toContain('etc_t:file open read');
  expect(opened('chdir("../before")')).toContain('before_t:file open read');
  expect(opened('fchdir(4</thread>)')).toContain('thread_t:file open read');
  expect(opened('fchdir(4)').filter((one) => /:file/.test(one))).toEqual([]);
});

test('a socket is told by the call that made it', () => {
  const text = `${START}7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
7 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0
7 listen(3, 5) = 0
7 connect(9, {sa_family=AF_INET, sin_port=htons(81)}, 16) = 0
`;
  expect(seen(text)).toEqual([
    'self:tcp_socket create',
    'self:tcp_socket bind',
    'tcp_80_t:tcp_socket name_bind',
    'self:capability net_bind_service',
    'self:tcp_socket listen',
  ]);
});

test('calls that another process interrupted are whole again', () => {
  const text = `${START}7 openat(AT_FDCWD, "/etc/x", <unfinished ...>
8 setuid(33) = 0
7 <... openat resumed>O_RDONLY) = 3
`;
  expect(seen(text)).toContain('etc_t:file open read');
});

test('only the program counts: neither what started it nor what it started', () => {
  const text = `6 execve("/usr/bin/timeout", ["timeout"], 0x1 /* 2 vars */) = 0
6 openat(AT_FDCWD, "/before/x", O_RDONLY) = 3
${START}8 openat(AT_FDCWD, "/thread/x", O_RDONLY) = 3
9 execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = 0
9 openat(AT_FDCWD, "/after/x", O_RDONLY) = 3
6 openat(AT_FDCWD, "/before/y", O_RDONLY) = 3
`;
  expect(seen(text)).toEqual([
    'thread_t:dir search',
    'thread_t:file open read',
    'bin_t:file execute open read',
  ]);
  expect(readTrace(text, 'lister', names).started).toEqual(['/bin/sh']);
});

test('what cannot be placed or read is told, never dropped', () => {
  const traced = readTrace(
    `${START}7 openat(AT_FDCWD, "/none/x", O_RDONLY) = 3
7 openat(AT_FDCWD, "beside", O_RDONLY) = 3
7 ioctl(3, SIOCGIFINDEX, {}) = 0
nonsense
`,
    'lister',
    names,
  );
  expect(traced.unplaced).toEqual(['openat /none/x', 'openat beside', 'the way to /none/x']);
  expect(traced.ioctls).toEqual(['SIOCGIFINDEX']);
  expect(traced.unread).toBe(1);
});
