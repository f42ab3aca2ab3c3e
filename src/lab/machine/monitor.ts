import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Asks QEMU one thing over its machine protocol (QMP). Resolves with the answer's value; rejects with QEMU's words. */
export type Ask = (command: string, args?: object) => Promise<unknown>;

/** Connects to the monitor of a QEMU, and leaves it when `action` is done. Every answer must come within `seconds`. */
export async function withMonitor<T>(
  socketPath: string,
  seconds: number,
  action: (ask: Ask) => Promise<T>,
): Promise<T> {
  const socket = connect(socketPath);
  socket.setTimeout(seconds * 1000, () =>
    socket.destroy(new Error(`QEMU’s monitor said nothing within ${seconds} seconds`)),
  );
  const broken = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('QEMU closed its monitor')));
  });
  broken.catch(() => {});
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async (): Promise<Answer> => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), broken]);
      if (done) return broken;
      const said = JSON.parse(value) as Answer & { event?: string };
      if (said.event === undefined) return said;
    }
  };
  const ask: Ask = async (command, args = {}) => {
    socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const { error, return: value } = await answer();
    if (error !== undefined) throw new Error(`QEMU refused ${command}: ${error.desc}`);
    return value;
  };
  try {
    await answer(); // the greeting
    await ask('qmp_capabilities');
    return await action(ask);
  } finally {
    socket.destroy();
  }
}

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}
