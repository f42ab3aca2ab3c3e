/** What a QEMU guest is started with. Paths are on the host. */
export interface QemuSettings {
  readonly accelerator: Accelerator;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly initrd: string;
  readonly security: SecurityModule;
  /** A raw ext4 file system, never written to: the guest's changes go to a temporary file that QEMU unlinks. */
  readonly rootDisk: string;
  /** A qcow2 file over the root disk, which takes the guest's changes instead. */
  readonly keptChanges?: string;
  /** A guest that was saved: this one goes on where that one stopped, over its changes, and boots nothing. */
  readonly from?: SavedGuest;
  /** Where the console's text goes. */
  readonly consoleLog: string;
  /** The unix socket of the agent's virtio-serial port. */
  readonly agentSocket: string;
  /** The unix socket of QEMU's machine protocol, where it is to be told something. */
  readonly monitorSocket?: string;
  /** A TCP port of this host's loopback that leads to the guest's sshd. */
  readonly sshPort?: number;
  /** Added to the kernel's command line. */
  readonly kernelArguments?: readonly string[];
}

/** A guest's state as files. */
export interface SavedGuest {
  /** Its memory and devices, as QEMU migrates them. */
  readonly memory: string;
  /** A qcow2 file over the root disk: what it had written. */
  readonly changes: string;
}

export type Accelerator = 'kvm' | 'tcg';

/** The kernel's security module that a guest boots with; Debian's kernels have both built in. */
export type SecurityModule = 'selinux' | 'apparmor';

/** The name of the agent's port below /dev/virtio-ports in the guest. */
export const AGENT_PORT = 'confine.agent';

/** The command line of a guest, program first. A function of its settings alone. */
export function qemuCommand(settings: QemuSettings): string[] {
  const { accelerator, cpus, memoryMiB, kernel, initrd, consoleLog, sshPort } = settings;
  return [
    'qemu-system-x86_64',
    ...['-name', 'confine-lab'],
    ...['-machine', 'q35'],
    ...['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'],
    ...['-cpu', accelerator === 'kvm' ? 'host' : EMULATED],
    ...['-smp', String(cpus)],
    ...['-m', String(memoryMiB)],
    ...['-kernel', kernel],
    ...['-initrd', initrd],
    ...[
      '-append',
      [...kernelArguments(settings.security), ...(settings.kernelArguments ?? [])].join(' '),
    ],
    ...['-drive', drive(settings)],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=agent,path=${escaped(settings.agentSocket)},server=on,wait=off`],
    ...['-device', `virtserialport,chardev=agent,name=${AGENT_PORT}`],
    ...['-device', 'virtio-rng-pci'],
    // Every guest has the card, so that one saved guest serves all; nothing configures it by itself.
    ...[
      '-nic',
      `user,model=virtio,restrict=on${sshPort === undefined ? '' : `,hostfwd=tcp:127.0.0.1:${sshPort}-:22`}`,
    ],
    ...['-serial', `file:${escaped(consoleLog)}`],
    ...['-display', 'none'],
    ...['-monitor', 'none'],
    ...(settings.monitorSocket === undefined
      ? []
      : ['-qmp', `unix:${escaped(settings.monitorSocket)},server=on,wait=off`]),
    ...(settings.from === undefined
      ? []
      : ['-incoming', `exec:${shellLine(['cat', settings.from.memory])}`]),
    // A panic or a reboot ends the process: a guest that starts anew would look alive and have lost everything.
    '-no-reboot',
  ];
}

/**
 * Without the features that make kernel and C library copy with `rep movsb`, which TCG does byte by byte (a third of the speed), and without
 * a fifth level of page tables.
 */
const EMULATED = 'max,-erms,-fsrm,-la57';

/** The same, as a person would paste it into a shell. */
export function shellLine(command: readonly string[]): string {
  return command
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ');
}

function drive({ rootDisk, keptChanges, from }: QemuSettings): string {
  if (keptChanges !== undefined) return `file=${escaped(keptChanges)},if=virtio,format=qcow2`;
  return from === undefined
    ? `file=${escaped(rootDisk)},if=virtio,format=raw,snapshot=on`
    : `file=${escaped(from.changes)},if=virtio,format=qcow2,snapshot=on`;
}

function kernelArguments(security: SecurityModule): string[] {
  return [
    'root=/dev/vda',
    'rw',
    'console=ttyS0',
    // Debian builds SELinux in but boots AppArmor; the policy's own configuration says enforcing.
    ...(security === 'selinux' ? ['security=selinux'] : ['apparmor=1', 'security=apparmor']),
    'audit=1',
    'audit_backlog_limit=8192',
    'panic=-1',
    'quiet',
  ];
}

/** In QEMU's option lists a comma is written twice. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,');
}
