import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { type Channel, openChannel } from '../../src/lab/machine/channel.ts';
import { MachineError } from '../../src/lab/machine/machine-error.ts';

/** The real agent, on this host instead of in a guest. */
const AGENT = join(import.meta.dirname, '../../src/lab/machine/agent.py');

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

function agentHere(): { channel: Channel; kill: () => void } {
  const agent = spawn('python3', ['-u', AGENT], { stdio: ['pipe', 'pipe', 'inherit'] });
  endings.push(() => agent.kill('SIGKILL'));
  const stream = Duplex.from({ writable: agent.stdin, readable: agent.stdout });
  return {
    channel: openChannel(stream, () => ({ console: 'the console' })),
    kill: () => agent.kill('SIGKILL'),
  };
}

test('commands end with what they said and how they ended', async () => {
  const { channel } = agentHere();
  await channel.ready(20);
  expect(await channel.run('cat; echo to stderr >&2; exit 7', { input: 'héllo\n' })).toEqual({
    code: 7,
    stdout: 'héllo\n',
    stderr: 'to stderr\n',
  });
});

test('requests that run at once each get their own answer', async () => {
  const { channel } = agentHere();
  await channel.ready(20);
  const answers = await Promise.all(
    [0.3, 0.1, 0].map((seconds) => channel.run(`sleep ${seconds}; echo ${seconds}`)),
  );
  expect(answers.map(({ stdout }) => stdout)).toEqual(['0.3\n', '0.1\n', '0\n']);
});

test('files go over whole, whatever is in them', async () => {
  const { channel } = agentHere();
  await channel.ready(20);
  const path = join(tmpdir(), `confine-channel-${process.pid}`, 'file');
  const content = new Uint8Array(2_500_000).map((_, i) => (i * 7) % 256);
  await channel.put(path, content, 0o640);
  const back = await channel.get(path);
  expect(Buffer.compare(back, content)).toBe(0);
  expect((await channel.run(`stat -c %a ${path}`)).stdout).toBe('640\n');
  rmSync(join(path, '..'), { recursive: true });
});

test('a command that does not end is a broken machine, with its console', async () => {
  const { channel } = agentHere();
  await channel.ready(20);
  const error = await channel.run('sleep 30', { timeout: 0.3 }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(MachineError);
  expect((error as MachineError).message).toBe(
    'the machine did not finish `sleep 30` within 0.3 seconds',
  );
  expect((error as MachineError).evidence.console).toBe('the console');
});

test('a machine that is lost fails what is open and all that comes', async () => {
  const { channel, kill } = agentHere();
  await channel.ready(20);
  const open = channel.run('sleep 30').catch((e: unknown) => e);
  kill();
  expect(await open).toBeInstanceOf(MachineError);
  await expect(channel.run('true')).rejects.toThrow('closed its channel before it was done');
});

test('what cannot be read is a broken machine, not an empty file', async () => {
  const { channel } = agentHere();
  await channel.ready(20);
  await expect(channel.get('/nowhere/at/all')).rejects.toThrow(
    'the machine could not read `/nowhere/at/all`: FileNotFoundError',
  );
});

test('an agent that starts anew, and one that talks nonsense, are broken machines', async () => {
  for (const [line, message] of [
    ['{"event":"ready"}\n{"event":"ready"}\n', 'the machine restarted in the middle of the run'],
    ['{"event":"ready"}\nOops\n', 'said something that is not an event: Oops'],
  ] as const) {
    const fromGuest = new PassThrough();
    const channel = openChannel(
      Duplex.from({ readable: fromGuest, writable: new PassThrough() }),
      () => ({}),
    );
    fromGuest.write(line);
    await channel.ready(5);
    await expect(channel.run('true', { timeout: 5 })).rejects.toThrow(message);
  }
});

test('a greeting from the agent of a machine that had greeted before it was saved is a restart', async () => {
  const fromGuest = new PassThrough();
  const channel = openChannel(
    Duplex.from({ readable: fromGuest, writable: new PassThrough() }),
    () => ({}),
    { greeted: true },
  );
  fromGuest.write('{"event":"ready"}\n');
  await expect(channel.run('true', { timeout: 5 })).rejects.toThrow(
    'the machine restarted in the middle of the run',
  );
});

test('a machine that never speaks did not come up', async () => {
  const channel = openChannel(
    Duplex.from({ readable: new PassThrough(), writable: new PassThrough() }),
    () => ({}),
  );
  await expect(channel.ready(0.2)).rejects.toThrow('did not come up within 0.2 seconds');
});
