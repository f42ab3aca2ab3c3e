import { closeSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cached, digest, run } from '../../targets/index.ts';
import type { Image } from './image.ts';
import type { SavedGuest } from './qemu-command.ts';
import { type GuestOptions, guestCommand, runGuest } from './qemu-guest.ts';

/** An emulated guest as it was when its boot was done; any number of guests go on from it, and none changes it. */
export interface Snapshot extends SavedGuest {
  readonly directory: string;
}

/** The guest booted, and could not be saved. */
export class SnapshotError extends Error {}

/**
 * The snapshot of this image for this QEMU on this processor, from the cache; the first time by booting a guest and saving it (some 320 MB).
 * Throws MachineError when that guest does not boot, SnapshotError when it cannot be saved.
 */
export async function snapshotOf(image: Image, options: GuestOptions): Promise<Snapshot> {
  const name = `guest/booted-${await snapshotKey(image)}`;
  const directory = await cached(name, async (work) => {
    const { changes } = filesIn(work);
    try {
      await run('qemu-img', [
        ...['create', '-q', '-f', 'qcow2', '-F', 'raw'],
        // Found from where the changes are, so that the cache may be moved or mounted elsewhere.
        ...['-b', relative(dirname(changes), image.rootDisk), changes],
      ]);
    } catch (error) {
      throw new SnapshotError(error instanceof Error ? error.message : String(error));
    }
    const guest = await runGuest(image, withoutPort(options), 'tcg', { keptChanges: changes });
    try {
      // The agent speaks before udev and the last units are done; every guest from here would do their work again.
      await guest.run('udevadm settle --timeout=60; systemctl is-system-running --wait');
      await guest.saveTo(filesIn(work).memory);
    } catch (error) {
      throw new SnapshotError(error instanceof Error ? error.message : String(error));
    } finally {
      await guest.stop();
    }
  });
  return { directory, ...filesIn(directory) };
}

/** For one that turned out not to work: the next run makes another. A guest that runs from it keeps what it has open. */
export function discard(snapshot: Snapshot): void {
  rmSync(snapshot.directory, { recursive: true, force: true });
}

/**
 * Everything that a saved guest is bound to. The image by its file system's own superblock, whose UUID is drawn when it is made: one that is
 * built again from the same recipe has other blocks under the memory. QEMU's command with its devices, and its version. The host's
 * processor, since an emulated guest counts time in that one's ticks.
 */
export async function snapshotKey(image: Image): Promise<string> {
  const { stdout: version } = await run('qemu-system-x86_64', ['--version']);
  const command = guestCommand(
    { kernel: '', initrd: '', rootDisk: '', security: image.security },
    { consoleLog: '', agentSocket: '' },
    'tcg',
  );
  return digest(
    FORMAT,
    superblock(image.rootDisk),
    readFileSync(image.packages),
    JSON.stringify(command),
    version,
    cpus()[0]?.model ?? '',
  );
}

/** Changes when the way a snapshot is made changes. */
const FORMAT = 'booted-1';

/** ext4's, at its fixed place. */
function superblock(file: string): Uint8Array {
  const block = new Uint8Array(1024);
  const open = openSync(file, 'r');
  try {
    readSync(open, block, 0, block.length, 1024);
  } finally {
    closeSync(open);
  }
  return block;
}

function filesIn(directory: string): SavedGuest {
  return { memory: join(directory, 'memory'), changes: join(directory, 'changes.qcow2') };
}

/** The card's other end is the host's business, no state of the guest's. */
function withoutPort({ ssh: _, ...options }: GuestOptions): GuestOptions {
  return options;
}
