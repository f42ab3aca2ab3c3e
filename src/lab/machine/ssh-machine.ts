import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { openChannel } from './channel.ts';
import type { Machine } from './machine.ts';
import { MachineError, type MachineEvidence } from './machine-error.ts';
import { shellLine } from './qemu-command.ts';

/** A machine of the reader's, reached over SSH: `ssh://root@host[:port]`. */
export interface SshTarget {
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
}

/** Parses `ssh://root@host[:port]`; undefined for anything else, and for what ssh would take for an option. */
export function parseSshTarget(text: string): SshTarget | undefined {
  const match = /^ssh:\/\/(?:([\w.-]+)@)?([\w.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?\/?$/.exec(text);
  if (match === null) return undefined;
  const [, user = 'root', host, port] = match as unknown as [string, string?, string?, string?];
  if (host!.startsWith('-') || user.startsWith('-')) return undefined;
  return {
    user,
    host: host!.replace(/^\[|\]$/g, ''),
    port: port === undefined ? undefined : Number(port),
  };
}

/** The command that starts the agent on the other side: ssh's own configuration, keys and known hosts apply. */
export function sshCommand(
  { user, host, port }: SshTarget,
  remote: string,
  options: readonly string[] = [],
): string[] {
  return [
    'ssh',
    ...['-o', 'BatchMode=yes', '-o', 'ServerAliveInterval=15', '-o', 'ConnectTimeout=30'],
    ...options,
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['-l', user, '--', host, remote],
  ];
}

/**
 * Connects to a machine and starts the agent there, over standard input and output. Python 3 is all that it needs.
 * `options` are added to ssh's command line.
 */
export async function connectSsh(
  target: SshTarget,
  options: readonly string[] = [],
): Promise<Machine> {
  const agent = readFileSync(join(import.meta.dirname, 'agent.py')).toString('base64');
  const remote = `exec python3 -u -c 'import base64; exec(base64.b64decode("${agent}"))'`;
  const reproduce = shellLine(sshCommand(target, '', options).slice(0, -1));
  let said = '';
  const evidence = (): MachineEvidence => ({
    reproduce,
    ...(said === '' ? {} : { console: said }),
  });

  const [program, ...args] = sshCommand(target, remote, options);
  const ssh = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  ssh.stderr.on('data', (text: Buffer) => (said = (said + text).slice(-8192)));
  const ended = new Promise<void>((resolve) => {
    ssh.on('error', (error) => {
      said += error.message;
      resolve();
    });
    ssh.on('exit', () => resolve());
  });
  const channel = openChannel(Duplex.from({ writable: ssh.stdin, readable: ssh.stdout }), evidence);
  const stop = async (): Promise<void> => {
    ssh.stdin.end();
    if (!(await Promise.race([ended.then(() => true), sleep(5000, false)]))) ssh.kill('SIGKILL');
    await ended;
  };
  try {
    await Promise.race([
      channel.ready(60),
      ended.then(() => {
        throw new MachineError(`ssh to ${target.host} ended: ${lastLine(said)}`, {
          ...evidence(),
          hint: `try the connection by hand: ${reproduce}`,
        });
      }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const port = target.port === undefined ? '' : `:${target.port}`;
  return {
    name: `ssh://${target.user}@${target.host}${port}`,
    reproduce,
    run: (script, commandOptions) => channel.run(script, commandOptions),
    put: (path, content, mode = 0o644) => channel.put(path, Buffer.from(content), mode),
    get: (path) => channel.get(path),
    console: () => said,
    stop,
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing';
}
