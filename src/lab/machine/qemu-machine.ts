import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chosenAccelerator, kvmIsThere } from './accelerator.ts';
import { type Channel, openChannel } from './channel.ts';
import type { Image } from './image.ts';
import type { Machine } from './machine.ts';
import { MachineError, type MachineEvidence } from './machine-error.ts';
import { type Accelerator, qemuCommand, shellLine } from './qemu-command.ts';

export interface QemuOptions {
  readonly accelerator?: Accelerator;
  /** Opens the guest's sshd on a port of this host's loopback. */
  readonly ssh?: boolean;
  readonly kernelArguments?: readonly string[];
  /** Seconds until the agent must have spoken; default 240, since emulation on a busy host is slow. */
  readonly bootTimeout?: number;
}

export interface QemuMachine extends Machine {
  readonly accelerator: Accelerator;
  /** The guest's sshd on 127.0.0.1, where asked for. */
  readonly sshPort: number | undefined;
  /** Seconds from start to the agent's first word. */
  readonly bootSeconds: number;
  /** QEMU's process id, for a test that kills it. */
  readonly pid: number;
}

/**
 * Boots a guest: with KVM where that works, else emulated. A /dev/kvm may be there and still be unable to run a kernel, so the first
 * guest finds out: one that dies or stays dumb on KVM is started again without it.
 */
export async function startQemu(image: Image, options: QemuOptions = {}): Promise<QemuMachine> {
  const wanted = options.accelerator ?? chosenAccelerator(process.env);
  if (wanted !== undefined) return boot(image, options, wanted);
  if (kvmWorks && kvmIsThere()) {
    try {
      return await boot(image, options, 'kvm');
    } catch (error) {
      if (!(error instanceof MachineError) || !error.evidence.beforeKernel) throw error;
      kvmWorks = false;
    }
  }
  return boot(image, options, 'tcg');
}

let kvmWorks = true;
/** Seconds within which a kernel under KVM has long written to its console. */
const KVM_SILENCE = 20;

/** One guest's whole life: the process, its socket and console file, and their end in any case. */
async function boot(image: Image, options: QemuOptions, chosen: Accelerator): Promise<QemuMachine> {
  const started = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'confine-lab-'));
  const consoleLog = join(directory, 'console.log');
  const agentSocket = join(directory, 'agent.sock');
  const sshPort = options.ssh ? await freePort() : undefined;
  const command = qemuCommand({
    accelerator: chosen,
    cpus: Math.min(2, cpus().length),
    memoryMiB: 2048,
    kernel: image.kernel,
    initrd: image.initrd,
    rootDisk: image.rootDisk,
    consoleLog,
    agentSocket,
    ...(sshPort === undefined ? {} : { sshPort }),
    ...(options.kernelArguments === undefined ? {} : { kernelArguments: options.kernelArguments }),
  });
  const reproduce = shellLine(command);
  let qemuSays = '';
  const readConsole = (): string =>
    existsSync(consoleLog) ? readFileSync(consoleLog, 'utf8').slice(-16_384) : lastConsole;
  let lastConsole = '';
  const evidence = (): MachineEvidence => ({
    reproduce,
    console: `${readConsole()}${qemuSays}`.slice(-16_384),
    ...(readConsole() === '' ? { beforeKernel: true } : {}),
  });

  // The kernel ends QEMU when this process dies, however it dies: no orphan keeps a core busy.
  const qemu = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  qemu.stdout.on('data', (text: Buffer) => (qemuSays = (qemuSays + text).slice(-8192)));
  qemu.stderr.on('data', (text: Buffer) => (qemuSays = (qemuSays + text).slice(-8192)));
  let channel: Channel | undefined;
  const ended = new Promise<void>((resolve) => {
    qemu.on('error', (error) => {
      qemuSays += String(error);
      resolve();
    });
    qemu.on('exit', () => resolve());
  });
  let stopping = false;
  void ended.then(() => {
    if (!stopping) channel?.fail(`the guest ended in the middle of the run${reason(qemu)}`);
  });

  let socket: Socket | undefined;
  const stop = async (): Promise<void> => {
    if (!stopping) {
      stopping = true;
      lastConsole = readConsole();
      qemu.kill('SIGTERM');
      const gone = await Promise.race([ended.then(() => true), sleep(5000, false)]);
      if (!gone) {
        qemu.kill('SIGKILL');
        await ended;
      }
      socket?.destroy();
      rmSync(directory, { recursive: true, force: true });
    }
    await ended;
  };

  try {
    socket = await connectWhenThere(agentSocket, ended, evidence);
    channel = openChannel(socket, evidence);
    await Promise.race([
      channel.ready(options.bootTimeout ?? 240),
      ended.then(() => {
        throw new MachineError(`the guest ended before it was up${reason(qemu)}`, evidence());
      }),
      ...(chosen === 'kvm' ? [silence(KVM_SILENCE, readConsole, evidence)] : []),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const up = channel;
  return {
    name: `QEMU (${chosen === 'kvm' ? 'KVM' : 'emulated'})`,
    accelerator: chosen,
    sshPort,
    bootSeconds: (performance.now() - started) / 1000,
    pid: qemu.pid!,
    reproduce,
    run: (script, commandOptions) => up.run(script, commandOptions),
    put: (path, content, mode = 0o644) => up.put(path, Buffer.from(content), mode),
    get: (path) => up.get(path),
    console: readConsole,
    stop,
  };
}

/** Rejects when nothing has been written to the console after `seconds`; never resolves. */
async function silence(
  seconds: number,
  readConsole: () => string,
  evidence: () => MachineEvidence,
): Promise<never> {
  await sleep(seconds * 1000, undefined, { ref: false });
  if (readConsole() === '') {
    throw new MachineError(`the guest said nothing within ${seconds} seconds`, evidence());
  }
  return new Promise(() => {});
}

function reason(process: ChildProcess): string {
  if (process.signalCode !== null) return ` (${process.signalCode})`;
  return process.exitCode === null ? '' : ` (exit code ${process.exitCode})`;
}

/** QEMU makes the socket a moment after its start. */
async function connectWhenThere(
  path: string,
  ended: Promise<void>,
  evidence: () => MachineEvidence,
): Promise<Socket> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 300 && !over; tries++) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(path);
      attempt.once('connect', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (socket !== undefined) return socket;
    await sleep(100);
  }
  throw new MachineError(
    over ? 'QEMU ended at once' : 'QEMU did not open the agent’s channel',
    evidence(),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
