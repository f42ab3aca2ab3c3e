import { chosenAccelerator, kvmIsThere } from './accelerator.ts';
import type { Image } from './image.ts';
import { MachineError } from './machine-error.ts';
import { type GuestOptions, type QemuMachine, runGuest } from './qemu-guest.ts';
import { discard, type Snapshot, SnapshotError, snapshotOf } from './snapshot.ts';

export interface QemuOptions extends GuestOptions {
  /** Told in a sentence what else than usual is done, for a person who waits. */
  readonly progress: (what: string) => void;
  /** Boots anew in any case. */
  readonly anew?: boolean;
}

/**
 * A guest that is up. With KVM where that works it boots; a /dev/kvm may be there and still be unable to run a kernel, so the first guest
 * finds out: one that dies or stays dumb on KVM is started again without it. Emulated, where a boot takes a minute, it goes on from
 * a snapshot of this same image after its boot, which the first guest makes.
 */
export async function startQemu(image: Image, options: QemuOptions): Promise<QemuMachine> {
  const wanted = options.accelerator ?? chosenAccelerator(process.env);
  if (wanted === 'kvm') return runGuest(image, options, 'kvm');
  if (wanted === undefined && kvmWorks && kvmIsThere()) {
    try {
      return await runGuest(image, options, 'kvm');
    } catch (error) {
      if (!(error instanceof MachineError) || !error.evidence.beforeKernel) throw error;
      kvmWorks = false;
    }
  }
  // Other kernel arguments take a boot to be heard.
  return options.anew || options.kernelArguments !== undefined
    ? runGuest(image, options, 'tcg')
    : resume(image, options);
}

let kvmWorks = true;

/** A snapshot saves time and nothing else: where it fails the guest boots. */
async function resume(image: Image, options: QemuOptions): Promise<QemuMachine> {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = await snapshotOf(image, options);
    return await runGuest(image, options, 'tcg', { from: snapshot });
  } catch (error) {
    if (snapshot !== undefined && error instanceof MachineError) {
      options.progress(
        `the snapshot \`${snapshot.directory}\` does not go on, and is thrown away; the guest boots instead (${error.message})`,
      );
      discard(snapshot);
    } else if (error instanceof SnapshotError) {
      options.progress(`no snapshot of the guest; it boots instead (${error.message})`);
    } else throw error;
  }
  return runGuest(image, options, 'tcg');
}
