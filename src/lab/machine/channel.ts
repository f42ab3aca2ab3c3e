import type { Duplex } from 'node:stream';
import type { CommandOptions, CommandResult } from './machine.ts';
import { MachineError, type MachineEvidence } from './machine-error.ts';

/** The host's side of the agent's channel: numbered requests out, events in. Whatever carries the bytes is the caller's. */
export interface Channel {
  /** Resolves when the agent has said `ready`. */
  ready(seconds: number): Promise<void>;
  run(script: string, options?: CommandOptions): Promise<CommandResult>;
  put(path: string, content: Uint8Array, mode: number): Promise<void>;
  get(path: string): Promise<Uint8Array>;
  /** Fails every open request and every later one. */
  fail(reason: string): void;
}

/**
 * `evidence` is asked when something breaks, so that the error carries the console as it is then. `greeted`: the agent has said `ready` to
 * somebody else, before its machine was saved.
 */
export function openChannel(
  stream: Duplex,
  evidence: () => MachineEvidence,
  { greeted = false }: { greeted?: boolean } = {},
): Channel {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let broken: string | undefined;
  let announced: (() => void) | undefined;
  let isReady = greeted;
  let refused: ((error: Error) => void) | undefined;

  const fail = (reason: string): void => {
    if (broken !== undefined) return;
    broken = reason;
    const error = new MachineError(reason, evidence());
    refused?.(error);
    for (const request of waiting.values()) request.reject(error);
    waiting.clear();
  };

  const receive = (line: string): void => {
    let event: AgentEvent;
    try {
      event = JSON.parse(line) as AgentEvent;
    } catch {
      fail(`the machine's agent said something that is not an event: ${line.slice(0, 200)}`);
      return;
    }
    if (event.event === 'ready') {
      // A second greeting means that the agent, or the whole machine, started anew under us.
      if (isReady) fail('the machine restarted in the middle of the run');
      isReady = true;
      announced?.();
      return;
    }
    const request = waiting.get(event.id);
    if (request === undefined) return;
    waiting.delete(event.id);
    if (event.event === 'done') request.resolve(event);
    else {
      request.reject(
        new MachineError(`the machine could not ${request.what}: ${event.message}`, evidence()),
      );
    }
  };

  eachLine(stream, receive);
  stream.on('error', (error: NodeJS.ErrnoException) =>
    fail(
      error.code === 'ERR_STREAM_PREMATURE_CLOSE'
        ? CLOSED
        : `the channel to the machine broke: ${error.message}`,
    ),
  );
  stream.on('close', () => fail(CLOSED));

  const ask = (what: string, seconds: number, request: object): Promise<DoneEvent> =>
    new Promise((resolve, reject) => {
      if (broken !== undefined) {
        reject(new MachineError(broken, evidence()));
        return;
      }
      const id = nextId++;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(
          new MachineError(`the machine did not ${what} within ${seconds} seconds`, evidence()),
        );
      }, seconds * 1000);
      waiting.set(id, {
        what,
        resolve: (event) => {
          clearTimeout(timer);
          resolve(event);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      stream.write(`${JSON.stringify({ id, ...request })}\n`);
    });

  return {
    fail,
    ready: (seconds) =>
      new Promise((resolve, reject) => {
        if (isReady) return resolve();
        if (broken !== undefined) return reject(new MachineError(broken, evidence()));
        const timer = setTimeout(
          () => fail(`the machine did not come up within ${seconds} seconds`),
          seconds * 1000,
        );
        announced = () => {
          clearTimeout(timer);
          resolve();
        };
        refused = (error) => {
          clearTimeout(timer);
          reject(error);
        };
      }),
    run: async (script, { input = '', timeout = 120 } = {}) => {
      const { code, stdout, stderr } = await ask(`finish \`${firstLine(script)}\``, timeout, {
        op: 'run',
        script,
        input: Buffer.from(input).toString('base64'),
      });
      if (code === undefined) throw new MachineError('a command ended without an exit code');
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
    put: async (path, content, mode) => {
      for (let at = 0; at === 0 || at < content.length; at += CHUNK) {
        await ask(`write \`${path}\``, 60, {
          op: 'put',
          path,
          mode,
          append: at > 0,
          data: Buffer.from(content.subarray(at, at + CHUNK)).toString('base64'),
        });
      }
    },
    get: async (path) => {
      const { data } = await ask(`read \`${path}\``, 60, { op: 'get', path });
      return Buffer.from(data ?? '', 'base64');
    },
  };
}

const CLOSED = 'the machine closed its channel before it was done';

const CHUNK = 1024 * 1024;

interface Waiting {
  readonly what: string;
  resolve(event: DoneEvent): void;
  reject(error: Error): void;
}

interface DoneEvent {
  readonly event: 'done';
  readonly id: number;
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly data?: string;
}

type AgentEvent =
  | DoneEvent
  | { readonly event: 'ready'; readonly id: never }
  | { readonly event: 'error'; readonly id: number; readonly message: string };

function eachLine(stream: Duplex, take: (line: string) => void): void {
  let parts: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (block: string) => {
    const lines = block.split('\n');
    parts.push(lines[0]!);
    for (const line of lines.slice(1)) {
      const whole = parts.join('');
      if (whole.trim() !== '') take(whole);
      parts = [line];
    }
  });
}

function text(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

function firstLine(script: string): string {
  const line = script.trim().split('\n')[0]!;
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
