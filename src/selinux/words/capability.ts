import { suggestion } from './spelling.ts';

/** Capabilities as the policy's classes have them, by number (linux/capability.h). */
export const CAPABILITIES: readonly string[] =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );

/** What is wrong with a capability's name, and what to write; undefined for one that the kernel has. */
export function capabilityProblem(name: string): { message: string; hint: string } | undefined {
  if (CAPABILITIES.includes(name)) return undefined;
  const plain = name.toLowerCase().replace(/^cap_/, '');
  return {
    message: `there is no capability \`${name}\``,
    hint: CAPABILITIES.includes(plain)
      ? `write \`${plain}\``
      : (suggestion(plain, CAPABILITIES) ??
        'their names are in capabilities(7): `net_raw` is CAP_NET_RAW'),
  };
}
