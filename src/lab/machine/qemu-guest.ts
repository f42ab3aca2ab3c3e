import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, openChannel } from './channel.ts';
import type { Image } from './image.ts';
import type { Machine } from './machine.ts';
import { MachineError, type MachineEvidence } from './machine-error.ts';
import { withMonitor } from './monitor.ts';
import { type Accelerator, type QemuSettings, qemuCommand, shellLine } from './qemu-command.ts';

export interface GuestOptions {
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
  /** Seconds from start to the agent's first word; undefined for a guest that went on from a snapshot. */
  readonly bootSeconds: number | undefined;
  /** QEMU's process id, for a test that kills it. */
  readonly pid: number;
  /** Writes its memory and devices to a file. Only of a guest with kept changes; it is over then. */
  saveTo(memory: string): Promise<void>;
}

/** Where a guest's disk and memory come from and go to; without either it boots, and what it writes is lost with it. */
export type GuestState = Pick<QemuSettings, 'from' | 'keptChanges'>;

/** One guest's whole life: the process, its sockets and console file, and their end in any case. */
export async function runGuest(
  image: Image,
  options: GuestOptions,
  chosen: Accelerator,
  state: GuestState = {},
): Promise<QemuMachine> {
  const { bootTimeout = 240 } = options;
  const started = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'confine-lab-'));
  const consoleLog = join(directory, 'console.log');
  const agentSocket = join(directory, 'agent.sock');
  const sshPort = options.ssh ? await freePort() : undefined;
  const monitorSocket = join(directory, 'monitor.sock');
  const command = guestCommand(image, { consoleLog, agentSocket }, chosen, {
    ...state,
    ...(state.keptChanges === undefined ? {} : { monitorSocket }),
    ...(sshPort === undefined ? {} : { sshPort }),
    ...(options.kernelArguments === undefined ? {} : { kernelArguments: options.kernelArguments }),
  });
  const qemu = startProcess(command, consoleLog);
  let socket: Socket | undefined;
  const stop = async (): Promise<void> => {
    await qemu.end();
    socket?.destroy();
    rmSync(directory, { recursive: true, force: true });
  };
  let channel: Channel;
  try {
    socket = await connectWhenThere(agentSocket, qemu.ended, qemu.evidence);
    const resumed = state.from !== undefined;
    channel = openChannel(socket, qemu.evidence, { greeted: resumed });
    qemu.whenLost((why) => channel.fail(why));
    await Promise.race([
      resumed ? wake(channel, Math.min(WAKE_SECONDS, bootTimeout)) : channel.ready(bootTimeout),
      qemu.endedTooEarly(),
      ...(chosen === 'kvm' ? [silence(KVM_SILENCE, qemu.readConsole, qemu.evidence)] : []),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: `QEMU (${chosen === 'kvm' ? 'KVM' : 'emulated'}${state.from ? ', from a snapshot' : ''})`,
    accelerator: chosen,
    sshPort,
    bootSeconds: state.from ? undefined : (performance.now() - started) / 1000,
    pid: qemu.pid,
    reproduce: qemu.reproduce,
    run: (script, commandOptions) => channel.run(script, commandOptions),
    put: (path, content, mode = 0o644) => channel.put(path, Buffer.from(content), mode),
    get: (path) => channel.get(path),
    console: qemu.readConsole,
    saveTo: (memory) => save(monitorSocket, memory),
    stop,
  };
}

/** QEMU as long as it runs, and what it leaves to be told. */
interface GuestProcess {
  readonly pid: number;
  readonly reproduce: string;
  readonly ended: Promise<void>;
  /** The last of the console, also when its file is gone. */
  readConsole(): string;
  evidence(): MachineEvidence;
  /** Rejects when it ends; never resolves. */
  endedTooEarly(): Promise<never>;
  /** Told once, if it ends and nobody asked it to. */
  whenLost(told: (why: string) => void): void;
  /** Resolves when it is over. */
  end(): Promise<void>;
}

function startProcess(command: readonly string[], consoleLog: string): GuestProcess {
  const reproduce = shellLine(command);
  let qemuSays = '';
  let lastConsole = '';
  let stopping = false;
  const readConsole = (): string =>
    existsSync(consoleLog) ? readFileSync(consoleLog, 'utf8').slice(-16_384) : lastConsole;
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
  const ended = new Promise<void>((resolve) => {
    qemu.on('error', (error) => {
      qemuSays += String(error);
      resolve();
    });
    qemu.on('exit', () => resolve());
  });
  return {
    pid: qemu.pid!,
    reproduce,
    ended,
    readConsole,
    evidence,
    endedTooEarly: async () => {
      await ended;
      const said = qemuSays === '' ? '' : `: ${qemuSays.trim()}`;
      throw new MachineError(`the guest ended before it was up${reason(qemu)}${said}`, evidence());
    },
    whenLost: (told) => {
      void ended.then(() => {
        if (!stopping) told(`the guest ended in the middle of the run${reason(qemu)}`);
      });
    },
    end: async () => {
      if (!stopping) {
        stopping = true;
        lastConsole = readConsole();
        qemu.kill('SIGTERM');
        const gone = await Promise.race([ended.then(() => true), sleep(5000, false)]);
        if (!gone) qemu.kill('SIGKILL');
      }
      await ended;
    },
  };
}

/** The command line of a guest: what all have in common, and what `more` says of this one. */
export function guestCommand(
  {
    kernel,
    initrd,
    rootDisk,
    security,
  }: Pick<Image, 'kernel' | 'initrd' | 'rootDisk' | 'security'>,
  files: Pick<QemuSettings, 'consoleLog' | 'agentSocket'>,
  accelerator: Accelerator,
  more: Partial<QemuSettings> = {},
): string[] {
  return qemuCommand({
    accelerator,
    cpus: accelerator === 'kvm' ? Math.min(2, cpus().length) : EMULATED_CPUS,
    memoryMiB: 2048,
    kernel,
    initrd,
    rootDisk,
    security,
    ...files,
    ...more,
  });
}

/**
 * Emulated processors wait for each other at every change of a page table and every atomic operation: beside a second guest on two cores, a guest with one
 * of them boots and links a policy in five sixths of the time, and starts programs in two thirds.
 */
const EMULATED_CPUS = 1;

/**
 * Makes a guest that went on from a snapshot one of its own: its clock goes on from when it was saved, and every other guest from there
 * would draw the same random numbers.
 */
async function wake(channel: Channel, timeout: number): Promise<void> {
  const asked = Date.now();
  const { stdout } = await channel.run('date +%s.%N', { timeout });
  const behind = (asked + Date.now()) / 2000 - Number(stdout);
  const { code, stderr } = await channel.run(`python3 -c '${WAKE}' ${behind}`, {
    input: randomBytes(64),
    timeout,
  });
  if (code !== 0) throw new MachineError(`the guest did not wake: ${stderr.trim()}`);
}

/** A saved guest that is one answers at once; this is for a host that is very busy. */
const WAKE_SECONDS = 60;

/** RNDRESEEDCRNG (linux/random.h) takes what was written into use now, and not within the next minute. */
const WAKE = `
import fcntl, os, sys, time
time.clock_settime(time.CLOCK_REALTIME, time.time() + float(sys.argv[1]))
pool = os.open("/dev/urandom", os.O_WRONLY)
os.write(pool, sys.stdin.buffer.read())
fcntl.ioctl(pool, 0x5207)
`;

/** Migrates a guest into a file, as fast as the file takes it. */
async function save(monitorSocket: string, memory: string): Promise<void> {
  await withMonitor(monitorSocket, 60, async (ask) => {
    await ask('migrate-set-parameters', { 'max-bandwidth': 2 ** 40 });
    await ask('migrate', { uri: `exec:cat > ${shellLine([memory])}` });
    for (let tries = 0; tries < SAVE_SECONDS * 5; tries++) {
      const now = (await ask('query-migrate')) as { status: string; 'error-desc'?: string };
      if (now.status === 'completed') return;
      if (now.status === 'failed' || now.status === 'cancelled') {
        throw new Error(`QEMU could not save it: ${now['error-desc'] ?? now.status}`);
      }
      await sleep(200);
    }
    throw new Error(`QEMU did not save it within ${SAVE_SECONDS} seconds`);
  });
}

const SAVE_SECONDS = 120;

/** Seconds within which a kernel under KVM has long written to its console. */
const KVM_SILENCE = 20;

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
