import { accessSync, constants } from 'node:fs';
import type { Accelerator } from './qemu-command.ts';

/** What `$CONFINE_ACCELERATOR` (`kvm` or `tcg`) says; undefined where it leaves the choice. */
export function chosenAccelerator(
  env: Readonly<Record<string, string | undefined>>,
): Accelerator | undefined {
  const chosen = env.CONFINE_ACCELERATOR;
  return chosen === 'kvm' || chosen === 'tcg' ? chosen : undefined;
}

/** Whether this user may open /dev/kvm; not whether it works. */
export function kvmIsThere(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
