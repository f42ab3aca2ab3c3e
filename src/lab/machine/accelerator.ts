import { accessSync, constants } from 'node:fs';
import type { Accelerator } from './qemu-command.ts';

/**
 * KVM where this user may use it, plain emulation elsewhere. `$CONFINE_ACCELERATOR` (`kvm` or `tcg`) decides where set:
 * some machines show a /dev/kvm that cannot run a modern kernel.
 */
export function accelerator(env: Readonly<Record<string, string | undefined>>): Accelerator {
  const chosen = env.CONFINE_ACCELERATOR;
  if (chosen === 'kvm' || chosen === 'tcg') return chosen;
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return 'kvm';
  } catch {
    return 'tcg';
  }
}
