import type { ClassId, TypeId } from '../../policydb/index.ts';
import type { Inquiry, Requirement } from '../inquiry/inquiry.ts';
import type { Grant, Subject } from '../inquiry/subject.ts';
import { deviceTypes } from '../kernel/devices.ts';
import { ioctlFilter } from '../kernel/ioctls.ts';

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

/** Forbids commands to disks, which read and write them past `read` and `write`, together with what they need. */
export function forbidDiskCommands(
  inquiry: Inquiry,
  needs: (grant: Grant) => readonly Requirement[],
): void {
  const { subject } = inquiry;
  const everything = holdsEverything(subject);
  for (const [name, command] of DISK_COMMANDS) {
    inquiry.forbid('disk-command', {
      on: everything,
      filter: (grant) => ioctlFilter(subject, grant, command),
      with: needs,
      detail: () => `${name}, 0x${command.toString(16)}`,
    });
  }
}

/** scsi/sg.h, linux/nvme_ioctl.h */
const DISK_COMMANDS = [
  ['SG_IO', 0x2285],
  ['NVME_IOCTL_IO_CMD', 0x4e43],
] as const;

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
