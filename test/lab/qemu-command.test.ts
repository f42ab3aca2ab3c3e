import { expect, test } from 'vitest';
import {
  AGENT_PORT,
  type QemuSettings,
  qemuCommand,
  shellLine,
} from '../../src/lab/machine/qemu-command.ts';

const settings: QemuSettings = {
  accelerator: 'tcg',
  cpus: 2,
  memoryMiB: 2048,
  kernel: '/i/vmlinuz',
  initrd: '/i/initrd',
  security: 'selinux',
  rootDisk: '/i/root.ext4',
  consoleLog: '/d/console.log',
  agentSocket: '/d/agent.sock',
};

function option(command: readonly string[], name: string, containing = ''): string | undefined {
  const at = command.findIndex((word, i) => word === name && command[i + 1]!.includes(containing));
  return at === -1 ? undefined : command[at + 1];
}

test.each([
  ['-accel', 'tcg,thread=multi'],
  ['-cpu', 'max,-erms,-fsrm,-la57'],
  ['-smp', '2'],
  ['-m', '2048'],
  ['-kernel', '/i/vmlinuz'],
  ['-initrd', '/i/initrd'],
  ['-drive', 'file=/i/root.ext4,if=virtio,format=raw,snapshot=on'],
  ['-nic', 'user,model=virtio,restrict=on'],
  ['-serial', 'file:/d/console.log'],
  ['-display', 'none'],
])('a guest under emulation: %s %s', (name, value) => {
  expect(option(qemuCommand(settings), name)).toBe(value);
});

test.each<[string, Partial<QemuSettings>, string, string]>([
  ['KVM', { accelerator: 'kvm' }, '-accel', 'kvm'],
  ['KVM takes the host’s processor', { accelerator: 'kvm' }, '-cpu', 'host'],
  [
    'sshd on a port of the loopback, and no way out',
    { sshPort: 2222 },
    '-nic',
    'user,model=virtio,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22',
  ],
  [
    'changes that are kept',
    { keptChanges: '/s/changes' },
    '-drive',
    'file=/s/changes,if=virtio,format=qcow2',
  ],
  [
    'a saved guest’s disk, which stays as it is',
    { from: { memory: '/s/a memory', changes: '/s/changes' } },
    '-drive',
    'file=/s/changes,if=virtio,format=qcow2,snapshot=on',
  ],
  [
    'a saved guest’s memory',
    { from: { memory: '/s/a memory', changes: '/s/changes' } },
    '-incoming',
    "exec:cat '/s/a memory'",
  ],
  ['a monitor', { monitorSocket: '/d/monitor' }, '-qmp', 'unix:/d/monitor,server=on,wait=off'],
  ['a comma in a path', { consoleLog: '/a,b' }, '-serial', 'file:/a,,b'],
])('%s', (_, change, name, value) => {
  expect(option(qemuCommand({ ...settings, ...change }), name)).toBe(value);
});

test('the kernel boots SELinux, and further arguments come last', () => {
  const append = option(
    qemuCommand({ ...settings, kernelArguments: ['enforcing=0'] }),
    '-append',
  )!.split(' ');
  expect(append).toContain('security=selinux');
  expect(append).not.toContain('apparmor');
  expect(append).toContain('panic=-1');
  expect(append.at(-1)).toBe('enforcing=0');
});

test('a guest for AppArmor boots with it, and differs in nothing else', () => {
  const other = qemuCommand({ ...settings, security: 'apparmor' });
  const at = other.findIndex((word, i) => word !== qemuCommand(settings)[i]);
  expect(other[at]).toContain(' apparmor=1 security=apparmor ');
  expect(other[at]).not.toContain('selinux');
  expect(other.with(at, qemuCommand(settings)[at]!)).toEqual(qemuCommand(settings));
});

test('the agent has its port, and a reboot ends the process', () => {
  const command = qemuCommand(settings);
  expect(option(command, '-device', AGENT_PORT)).toBe(
    `virtserialport,chardev=agent,name=${AGENT_PORT}`,
  );
  expect(command).toContain('-no-reboot');
});

test('the command line can be pasted into a shell', () => {
  expect(shellLine(['a', 'b c', "d'e", '$HOME', 'x=1,y'])).toBe(
    String.raw`a 'b c' 'd'\''e' '$HOME' x=1,y`,
  );
});
