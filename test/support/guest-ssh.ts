import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectSsh, type Machine, MachineError, type QemuMachine } from '../../src/lab/index.ts';

/** The same guest through its own sshd, as a machine that is somebody else's. The guest was started with `ssh`; the key is kept in `directory`. */
export async function sshInto(guest: QemuMachine, directory: string): Promise<Machine> {
  const key = join(directory, 'key');
  const { code, stdout, stderr } = await guest.run(NETWORK);
  if (code !== 0) throw new MachineError(`the guest has no network:\n${stdout}${stderr}`);
  writeFileSync(key, await guest.get('/root/key'), { mode: 0o600 });
  const connect = (): Promise<Machine> =>
    connectSsh({ user: 'root', host: '127.0.0.1', port: guest.sshPort }, [
      ...['-i', key, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
    ]);
  // QEMU's network gives up a connection whose first packets it could not deliver yet.
  return connect().catch(connect);
}

/** The card up, its address known to the other side, sshd listening, and a key that opens it. */
const NETWORK = `set -e
# The agent is up before udev has given the card its name.
udevadm settle --timeout=60
card=$(ls /sys/class/net | grep -v -x lo)
ip link set $card up
ip addr add 10.0.2.15/24 dev $card
for try in $(seq 50); do [ "$(cat /sys/class/net/$card/carrier)" = 1 ] && break; sleep 0.2; done
for try in $(seq 100); do ss -Hltn sport = :22 | grep -q . && break; sleep 0.2; done
python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("10.0.2.2", 9))'
mkdir -p /root/.ssh; ssh-keygen -q -t ed25519 -N '' -f /root/key; cp /root/key.pub /root/.ssh/authorized_keys
restorecon -RF /root`;
