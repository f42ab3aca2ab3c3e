import type { ClassId, TypeId } from '../policydb/index.ts';
import { deviceTypes } from './devices.ts';
import type { Subject } from './subject.ts';

/**
 * Whether a target of a class holds what all paths hold: a raw disk, and the memory of the machine. Who reads it reads every file, who
 * writes it writes every file.
 */
export function holdsEverything(subject: Subject): (target: TypeId, tclass: ClassId) => boolean {
  const { db } = subject;
  const { ids } = db.classes;
  const [disk, device, file] = [ids.get('blk_file'), ids.get('chr_file'), ids.get('file')];
  const devices = deviceTypes(subject, RAW_DEVICES, RAW_DEVICE_TYPES);
  const kernel = new Set(
    db.genfs
      .filter(({ fileSystem, path }) => fileSystem === 'proc' && path === '/kcore')
      .map(({ context }) => context.type),
  );
  return (target, tclass) =>
    tclass === disk ||
    (tclass === device && devices.has(target)) ||
    (tclass === file && kernel.has(target));
}

/** Disks as character devices (SCSI commands, NVMe, raw), and memory. */
const RAW_DEVICES = [
  '/dev/sg0',
  '/dev/bsg/0:0:0:0',
  '/dev/nvme0',
  '/dev/raw/raw1',
  '/dev/mem',
  '/dev/kmem',
] as const;
const RAW_DEVICE_TYPES = [
  'fixed_disk_device_t',
  'scsi_generic_device_t',
  'memory_device_t',
] as const;
