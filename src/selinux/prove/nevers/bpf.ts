import type { Inquiry } from '../inquiry/inquiry.ts';
import { capabilityAnywhere } from './network-administration.ts';

/**
 * No rule can tell what a BPF program does, only what it could with the capabilities that the kernel asks for its helpers. Where the
 * domain may load programs and has one of these, the verdict assumes that none does this.
 */
export function assumeOfBpf(inquiry: Inquiry, capabilities: readonly string[], does: string): void {
  if (!['bpf-load', 'bpf-load-by-token'].some((check) => inquiry.grants(check).length > 0)) return;
  if (!mayHave(inquiry, capabilities)) return;
  inquiry.assume(`no BPF program that it loads ${does}`);
}

/** The same of events that sample other programs: perfmon lets them copy the stack of any. */
export function assumeOfPerf(inquiry: Inquiry): void {
  if (inquiry.grants('perf-open').length === 0) return;
  if (!mayHave(inquiry, ['perfmon', 'sys_admin'])) return;
  inquiry.assume(
    'no perf event that it opens samples the stack of other processes, which perfmon and sys_admin let it do',
  );
}

/** Whether the domain may use one of these capabilities, over any user namespace; or the policy lacks one and allows the unknown. */
function mayHave(inquiry: Inquiry, capabilities: readonly string[]): boolean {
  const { db } = inquiry.subject;
  const unknown = (name: string): boolean =>
    db.classes.permissionBits.every((permissions) => !permissions.has(name));
  return (
    capabilityAnywhere(inquiry, capabilities).length > 0 ||
    (db.handleUnknown === 'allow' && capabilities.some(unknown))
  );
}
