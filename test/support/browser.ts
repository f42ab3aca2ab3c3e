import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpacked } from './unpacked.ts';

/** Debian's Chromium without a window, driven over its debugging protocol. */
export interface Browser {
  /** What it calls itself. */
  readonly version: string;
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  /** What went wrong on the page, and everything that it asked of the network. */
  readonly complaints: readonly string[];
  look(view: View): Promise<void>;
  /** Evaluates an expression, which may be a promise, and returns its value as data. */
  ask<T>(expression: string): Promise<T>;
  press(key: 'Tab' | 'Enter' | 'ArrowRight'): Promise<void>;
  /** PNG. `whole`: all of the page, else what is on the screen. */
  screenshot(whole?: boolean): Promise<Buffer>;
  pdf(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly media?: 'print';
}

/** Starts it. A browser that cannot be had or does not start is an error, never a skip. */
export async function startBrowser(): Promise<Browser> {
  const { root, env } = await unpacked('chromium', ['chromium', 'fonts-dejavu-core']);
  const profile = mkdtempSync(join(tmpdir(), 'confine-browser-'));
  const process_ = spawn(
    join(root, 'usr/lib/chromium/chromium'),
    [
      '--headless=new',
      // The pages are our own, and the tests run as root in CI.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { env: { ...process.env, ...env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const wire = await connect(await addressOf(process_));
  const { product } = (await wire.send('Browser.getVersion')) as { product: string };
  return {
    version: product,
    open: (url) => openPage(wire, url),
    async close() {
      const ended = new Promise((resolve) => process_.once('exit', resolve));
      await wire.send('Browser.close').catch(() => process_.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The line with which it says where it listens. */
function addressOf(process_: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => {
      process_.kill();
      reject(new Error(`the browser did not start in 60 s:\n${said}`));
    }, 60_000);
    process_.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    process_.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the browser ended with ${code}:\n${said}`));
    });
  });
}

interface Wire {
  send(method: string, params?: object, session?: string): Promise<unknown>;
  on(session: string, listener: (method: string, params: never) => void): void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: never;
  readonly sessionId?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

async function connect(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`no answer at ${address}`)));
  });
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, (method: string, params: never) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else if (message.sessionId !== undefined) {
      listeners.get(message.sessionId)?.(message.method!, message.params!);
    }
  });
  let last = 0;
  return {
    on: (session, listener) => void listeners.set(session, listener),
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ error, result }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result);
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(JSON.stringify({ id, method, params, ...(session && { sessionId: session }) }));
      }),
  };
}

async function openPage(wire: Wire, url: string): Promise<Page> {
  const { targetId } = (await wire.send('Target.createTarget', { url: 'about:blank' })) as {
    targetId: string;
  };
  const { sessionId } = (await wire.send('Target.attachToTarget', {
    targetId,
    flatten: true,
  })) as { sessionId: string };
  const send = (method: string, params?: object): Promise<unknown> =>
    wire.send(method, params, sessionId);
  const complaints: string[] = [];
  let loaded = (): void => {};
  const whenLoaded = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  wire.on(sessionId, (method, params) => {
    if (method === 'Page.loadEventFired') loaded();
    const complaint = complaintOf(method, params, url);
    if (complaint !== undefined) complaints.push(complaint);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Page.navigate', { url });
  await whenLoaded;
  return {
    complaints,
    look: async ({ width, height, scheme, media }) => {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      await send('Emulation.setEmulatedMedia', {
        media: media ?? 'screen',
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
    },
    async ask<T>(expression: string) {
      const { result, exceptionDetails } = (await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as { result: { value: T }; exceptionDetails?: { exception?: { description: string } } };
      if (exceptionDetails !== undefined) {
        throw new Error(exceptionDetails.exception?.description ?? `cannot evaluate ${expression}`);
      }
      return result.value;
    },
    async press(key) {
      const code = { Tab: 9, Enter: 13, ArrowRight: 39 }[key];
      const event = { key, code: key, windowsVirtualKeyCode: code };
      await send('Input.dispatchKeyEvent', {
        ...event,
        type: 'keyDown',
        ...(key === 'Enter' && { text: '\r' }),
      });
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
    },
    async screenshot(whole = false) {
      const { cssContentSize } = (await send('Page.getLayoutMetrics')) as {
        cssContentSize: { width: number; height: number };
      };
      const { width, height } = cssContentSize;
      const { data } = (await send('Page.captureScreenshot', {
        format: 'png',
        captureBeyondViewport: whole,
        ...(whole && { clip: { x: 0, y: 0, width, height: Math.min(height, TALLEST), scale: 1 } }),
      })) as { data: string };
      return Buffer.from(data, 'base64');
    },
    async pdf() {
      const { data } = (await send('Page.printToPDF', { printBackground: true })) as {
        data: string;
      };
      return Buffer.from(data, 'base64');
    },
    close: async () => void (await wire.send('Target.closeTarget', { targetId })),
  };
}

/** A picture of a longer page is cut there. */
const TALLEST = 8000;

/** What a page must not do. Everything that it needs is in it, so a request for anything else is one. */
function complaintOf(method: string, params: never, url: string): string | undefined {
  const about = params as {
    exceptionDetails?: { text: string };
    type?: string;
    entry?: { level: string; text: string };
    request?: { url: string };
  };
  switch (method) {
    case 'Runtime.exceptionThrown':
      return `exception: ${about.exceptionDetails?.text}`;
    case 'Runtime.consoleAPICalled':
      return `console: ${about.type}`;
    case 'Log.entryAdded':
      return `log: ${about.entry?.text}`;
    case 'Page.javascriptDialogOpening':
      return 'a dialogue opened';
    case 'Network.requestWillBeSent':
      return about.request?.url.split('#')[0] === url
        ? undefined
        : `request: ${about.request?.url}`;
    default:
      return undefined;
  }
}
