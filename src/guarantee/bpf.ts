import type { Inquiry } from './inquiry.ts';

/**
 * No rule can tell what a BPF program does, only what it could with the capabilities that the kernel asks for its helpers. Where the
 * domain may load programs and has one of these, the verdict assumes that none does this.
 */
export function assumeOfBpf(inquiry: Inquiry, capabilities: readonly string[], does: string): void {
  if (inquiry.grants('bpf-load').length === 0) return;
  const { db } = inquiry.subject;
  const unknown = (name: string): boolean =>
    db.classes.permissionBits.every((permissions) => !permissions.has(name));
  const capable =
    inquiry.grants('capability', capabilities).length > 0 ||
    (db.handleUnknown === 'allow' && capabilities.some(unknown));
  if (!capable) return;
  inquiry.assume(`no BPF program that it loads ${does}`);
}
