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
  const line: Line = {
    stream,
    evidence,
    waiting: new Map(),
    nextId: 1,
    broken: undefined,
    isReady: greeted,
    announced: undefined,
    refused: undefined,
  };
  eachLine(stream, (text) => receive(line, text));
  stream.on('error', (error: NodeJS.ErrnoException) =>
    fail(
      line,
      error.code === 'ERR_STREAM_PREMATURE_CLOSE'
        ? CLOSED
        : `the channel to the machine broke: ${error.message}`,
    ),
  );
  stream.on('close', () => fail(line, CLOSED));
  return {
    fail: (reason) => fail(line, reason),
    ready: (seconds) => greeting(line, seconds),
    run: async (script, { input = '', timeout = 120 } = {}) => {
      const { code, stdout, stderr } = await ask(line, `finish \`${firstLine(script)}\``, timeout, {
        op: 'run',
        script,
        input: Buffer.from(input).toString('base64'),
      });
      if (code === undefined) throw new MachineError('a command ended without an exit code');
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
    put: async (path, content, mode) => {
      for (let at = 0; at === 0 || at < content.length; at += CHUNK) {
        await ask(line, `write \`${path}\``, 60, {
          op: 'put',
          path,
          mode,
          append: at > 0,
          data: Buffer.from(content.subarray(at, at + CHUNK)).toString('base64'),
        });
      }
    },
    get: async (path) => {
      const { data } = await ask(line, `read \`${path}\``, 60, { op: 'get', path });
      return Buffer.from(data ?? '', 'base64');
    },
  };
}

/** What is known of a channel while it is open. */
interface Line {
  readonly stream: Duplex;
  readonly evidence: () => MachineEvidence;
  /** Requests without an answer yet, by number. */
  readonly waiting: Map<number, Waiting>;
  nextId: number;
  /** Why nothing more can be asked. */
  broken: string | undefined;
  isReady: boolean;
  /** Of the one who waits for the agent's greeting. */
  announced: (() => void) | undefined;
  refused: ((error: Error) => void) | undefined;
}

function fail(line: Line, reason: string): void {
  if (line.broken !== undefined) return;
  line.broken = reason;
  const error = new MachineError(reason, line.evidence());
  line.refused?.(error);
  for (const request of line.waiting.values()) request.reject(error);
  line.waiting.clear();
}

function receive(line: Line, text: string): void {
  let event: AgentEvent;
  try {
    event = JSON.parse(text) as AgentEvent;
  } catch {
    fail(line, `the machine's agent said something that is not an event: ${text.slice(0, 200)}`);
    return;
  }
  if (event.event === 'ready') {
    // A second greeting means that the agent, or the whole machine, started anew under us.
    if (line.isReady) fail(line, 'the machine restarted in the middle of the run');
    line.isReady = true;
    line.announced?.();
    return;
  }
  const request = line.waiting.get(event.id);
  if (request === undefined) return;
  line.waiting.delete(event.id);
  if (event.event === 'done') request.resolve(event);
  else {
    request.reject(
      new MachineError(`the machine could not ${request.what}: ${event.message}`, line.evidence()),
    );
  }
}

function ask(line: Line, what: string, seconds: number, request: object): Promise<DoneEvent> {
  return new Promise((resolve, reject) => {
    if (line.broken !== undefined) {
      reject(new MachineError(line.broken, line.evidence()));
      return;
    }
    const id = line.nextId++;
    const timer = setTimeout(() => {
      line.waiting.delete(id);
      reject(
        new MachineError(`the machine did not ${what} within ${seconds} seconds`, line.evidence()),
      );
    }, seconds * 1000);
    line.waiting.set(id, {
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
    line.stream.write(`${JSON.stringify({ id, ...request })}\n`);
  });
}

function greeting(line: Line, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (line.isReady) return resolve();
    if (line.broken !== undefined) return reject(new MachineError(line.broken, line.evidence()));
    const timer = setTimeout(
      () => fail(line, `the machine did not come up within ${seconds} seconds`),
      seconds * 1000,
    );
    line.announced = () => {
      clearTimeout(timer);
      resolve();
    };
    line.refused = (error) => {
      clearTimeout(timer);
      reject(error);
    };
  });
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
