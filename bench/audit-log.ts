import { closeSync, openSync, writeSync } from 'node:fs';
import type { PolicyDb } from '../src/selinux/policydb/index.ts';

const TARGETS = ['etc_t', 'usr_t', 'proc_t', 'sysfs_t', 'user_home_t', 'var_log_t', 'shadow_t'];
const CLASSES = ['file', 'dir', 'lnk_file', 'sock_file', 'chr_file', 'fifo_file'];
const PERMISSIONS = ['read', 'write', 'open', 'getattr', 'append'];

/** What is asked for: `read etc_t file`. */
type Asked = readonly [permission: string, target: string, tclass: string];

/** 210 requests, each again and again. */
export function fewRequests(i: number): Asked {
  return [
    PERMISSIONS[i % PERMISSIONS.length]!,
    TARGETS[i % TARGETS.length]!,
    CLASSES[i % CLASSES.length]!,
  ];
}

/** Each permission of 22 on every type of a policy, in an order that repeats no type soon: some 90,000 requests. */
export function manyRequests(db: PolicyDb): (i: number) => Asked {
  const types = db.types.names.filter((_, type) => !db.types.attributes.has(type as never));
  const all = types.length * ACCESSES.length;
  return (i) => {
    // A step that has no factor in common with their number comes to each of them once.
    const at = (i * 7919) % all;
    const [tclass, permission] = ACCESSES[at % ACCESSES.length]!.split(' ');
    return [permission!, types[Math.floor(at / ACCESSES.length)]!, tclass!];
  };
}

const ACCESSES = [
  ...['read', 'write', 'open', 'getattr', 'append', 'execute', 'ioctl'].map((one) => `file ${one}`),
  ...['search', 'write', 'read', 'getattr'].map((one) => `dir ${one}`),
  ...['read', 'write', 'ioctl'].map((one) => `chr_file ${one}`),
  ...['sock_file write', 'unix_stream_socket connectto', 'lnk_file read', 'fd use'],
  ...['process signal', 'process ptrace', 'process transition', 'dbus send_msg'],
];

/** A log of denials of rustnet_t as auditd writes them, two records each, always the same for the same requests. */
export function writeAuditLog(
  path: string,
  records: number,
  asked: (i: number) => Asked = fewRequests,
): void {
  const file = openSync(path, 'w');
  for (let from = 0; from < records / 2; from += 10_000) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(from + 10_000, records / 2); i++) {
      lines.push(...denial(i, asked(i)));
    }
    writeSync(file, `${lines.join('\n')}\n`);
  }
  closeSync(file);
}

function denial(i: number, [permission, target, tclass]: Asked): readonly string[] {
  const stamp = `audit(${1_795_000_000 + (i >> 7)}.${String(i % 1000).padStart(3, '0')}:${i})`;
  return [
    `type=AVC msg=${stamp}: avc:  denied  { ${permission} } for  pid=${i % 30_000} comm="rustnet" name="file${i % 100}" dev="vda" ino=${i} scontext=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 tcontext=system_u:object_r:${target}:s0 tclass=${tclass} permissive=0`,
    `type=SYSCALL msg=${stamp}: arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7ffdd0f3ca80 a2=0 a3=0 items=0 ppid=662 pid=675 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=1 comm="rustnet" exe="/usr/bin/rustnet" subj=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 key=(null)`,
  ];
}
