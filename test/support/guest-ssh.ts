import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectSsh, type Machine, type QemuMachine } from '../../src/lab/index.ts';

/** The same guest through its own sshd, as a machine that is somebody else's. The guest was started with `ssh`; the key is kept in `directory`. */
export async function sshInto(guest: QemuMachine, directory: string): Promise<Machine> {
  const key = join(directory, 'key');
  await guest.run(
    `ip link set $(ls /sys/class/net | grep -v lo) up
ip addr add 10.0.2.15/24 dev $(ls /sys/class/net | grep -v lo)
mkdir -p /root/.ssh; ssh-keygen -q -t ed25519 -N '' -f /root/key; cp /root/key.pub /root/.ssh/authorized_keys
restorecon -RF /root`,
  );
  writeFileSync(key, await guest.get('/root/key'), { mode: 0o600 });
  return connectSsh({ user: 'root', host: '127.0.0.1', port: guest.sshPort }, [
    ...['-i', key, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
  ]);
}
