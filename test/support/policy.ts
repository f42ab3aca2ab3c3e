import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import { cached, digest, distribution } from '../../src/targets/index.ts';

export interface BuildOptions {
  /** The format's version to write; default the newest that the compiler writes (34). */
  readonly version?: number;
  /** Default true for CIL, as the text says for checkpolicy. */
  readonly mls?: boolean;
  readonly handleUnknown?: 'allow' | 'deny' | 'reject';
}

/** CIL text compiled by Debian 13's secilc and read. See CIL_PRELUDE for what every policy needs. */
export async function policyFromCil(text: string, options: BuildOptions = {}): Promise<PolicyDb> {
  return readPolicy(readFileSync(await policyFileFromCil(text, options)));
}

/** The same as a file, to hand to the field's own tools. Cached by its content. */
export async function policyFileFromCil(text: string, options: BuildOptions = {}): Promise<string> {
  const { version = NEWEST_WRITTEN, mls = true, handleUnknown } = options;
  const args = ['-c', String(version), '-M', String(mls), '-N', '-f', '/dev/null'];
  if (handleUnknown !== undefined) args.push('-U', handleUnknown);
  return build('secilc', args, text, (source, output) => ['-o', output, source]);
}

/** A monolithic policy in the reference policy's language (policy.conf), compiled by Debian 13's checkpolicy and read. */
export async function policyFromConf(text: string, options: BuildOptions = {}): Promise<PolicyDb> {
  return readPolicy(readFileSync(await policyFileFromConf(text, options)));
}

export async function policyFileFromConf(
  text: string,
  options: BuildOptions = {},
): Promise<string> {
  const { version = NEWEST_WRITTEN, mls = false, handleUnknown } = options;
  const args = ['-c', String(version), ...(mls ? ['-M'] : [])];
  if (handleUnknown !== undefined) args.push('-U', handleUnknown);
  return build('checkpolicy', args, text, (source, output) => ['-o', output, source]);
}

/** The newest version that Debian 13's compilers write. */
const NEWEST_WRITTEN = 34;

async function build(
  compiler: string,
  args: readonly string[],
  text: string,
  last: (source: string, output: string) => string[],
): Promise<string> {
  const directory = await cached(`fixtures/${digest(compiler, ...args, text)}`, async (partial) => {
    const { run } = await distribution('debian-13');
    const source = join(partial, compiler === 'secilc' ? 'policy.cil' : 'policy.conf');
    writeFileSync(source, text);
    await run(compiler, [...args, ...last(source, join(partial, 'policy'))]);
  });
  return join(directory, 'policy');
}

/**
 * What a CIL policy needs before its own statements: the classes below with their permissions in a kernel's spelling, one
 * sensitivity with categories c0 to c3, user `u`, role `r`, and the kernel's context. Its only types are `kernel_t` and `base_t`;
 * a new type needs `(roletype r NAME)` only where constraints or contexts look at it.
 */
export const CIL_PRELUDE: string = `
(handleunknown deny)
(common file (ioctl read write create getattr setattr lock relabelfrom relabelto append map unlink
  link rename execute quotaon mounton audit_access open execmod watch))
(classcommon file file)
(class file (execute_no_trans entrypoint))
(classcommon dir file)
(class dir (add_name remove_name reparent search rmdir))
(classcommon lnk_file file)
(class lnk_file ())
(classcommon fifo_file file)
(class fifo_file ())
(classcommon sock_file file)
(class sock_file ())
(classcommon chr_file file)
(class chr_file ())
(classcommon blk_file file)
(class blk_file ())
(class fd (use))
(class process (fork transition sigchld sigkill sigstop signull signal ptrace getsched setsched
  getsession getpgid setpgid getcap setcap share getattr setexec setfscreate noatsecure siginh
  setrlimit rlimitinh dyntransition setcurrent execmem execstack execheap))
(class process2 (nnp_transition nosuid_transition))
(class security (compute_av compute_create check_context load_policy compute_relabel setenforce setbool))
(class system (ipc_info syslog_read syslog_mod module_request module_load))
(class capability (chown dac_override net_admin net_raw sys_module sys_rawio sys_ptrace sys_admin))
(class capability2 (mac_override mac_admin bpf perfmon))
(common socket (ioctl read write create getattr setattr lock relabelfrom relabelto append map bind
  connect listen accept getopt setopt shutdown recvfrom sendto name_bind))
(classcommon tcp_socket socket)
(class tcp_socket (node_bind name_connect))
(classcommon udp_socket socket)
(class udp_socket (node_bind))
(classcommon rawip_socket socket)
(class rawip_socket (node_bind))
(classcommon packet_socket socket)
(class packet_socket ())
(classcommon unix_stream_socket socket)
(class unix_stream_socket (connectto))
(classcommon unix_dgram_socket socket)
(class unix_dgram_socket ())
(classcommon netlink_route_socket socket)
(class netlink_route_socket (nlmsg_read nlmsg_write nlmsg))
(class packet (send recv relabelto forward_in forward_out))
(classorder (file dir lnk_file fifo_file sock_file chr_file blk_file fd process process2 security system
  capability capability2 tcp_socket udp_socket rawip_socket packet_socket unix_stream_socket
  unix_dgram_socket netlink_route_socket packet))
(sensitivity s0)
(sensitivityorder (s0))
(category c0) (category c1) (category c2) (category c3)
(categoryorder (c0 c1 c2 c3))
(sensitivitycategory s0 (range c0 c3))
(type kernel_t)
(type base_t)
(role r)
(roletype r kernel_t)
(roletype r base_t)
(user u)
(userrole u r)
(userlevel u (s0))
(userrange u ((s0) (s0 (range c0 c3))))
(sid kernel)
(sidorder (kernel))
(sidcontext kernel (u r kernel_t ((s0) (s0 (range c0 c3)))))
(allow kernel_t base_t (file (read)))
`;
