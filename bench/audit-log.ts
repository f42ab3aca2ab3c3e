import { writeFileSync } from 'node:fs';

const TARGETS = ['etc_t', 'usr_t', 'proc_t', 'sysfs_t', 'user_home_t', 'var_log_t', 'shadow_t'];
const CLASSES = ['file', 'dir', 'lnk_file', 'sock_file', 'chr_file', 'fifo_file'];
const PERMISSIONS = ['read', 'write', 'open', 'getattr', 'append'];

/** A log of denials as auditd writes them, two records each, always the same: 210 distinct requests of rustnet_t. */
export function writeAuditLog(path: string, records: number): void {
  const lines: string[] = [];
  for (let i = 0; i < records / 2; i++) {
    const stamp = `audit(${1_795_000_000 + (i >> 7)}.${String(i % 1000).padStart(3, '0')}:${i})`;
    const target = TARGETS[i % TARGETS.length];
    const tclass = CLASSES[i % CLASSES.length];
    const permission = PERMISSIONS[i % PERMISSIONS.length];
    lines.push(
      `type=AVC msg=${stamp}: avc:  denied  { ${permission} } for  pid=${i % 30_000} comm="rustnet" name="file${i % 100}" dev="vda" ino=${i} scontext=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 tcontext=system_u:object_r:${target}:s0 tclass=${tclass} permissive=0`,
      `type=SYSCALL msg=${stamp}: arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7ffdd0f3ca80 a2=0 a3=0 items=0 ppid=662 pid=675 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=1 comm="rustnet" exe="/usr/bin/rustnet" subj=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 key=(null)`,
    );
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}
