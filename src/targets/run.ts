import { execa } from 'execa';
import { atExit } from './at-exit.ts';
import { ToolchainError } from './toolchain-error.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Exit codes that are an answer and not a failure; default only 0. */
  readonly accept?: readonly number[];
  /** Milliseconds; a tool that takes longer is killed and reported. Default ten minutes. */
  readonly timeout?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, in the C locale and UTC. Throws ToolchainError when it is missing, killed, or ends with a code that was not accepted. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    env: { LC_ALL: 'C', TZ: 'UTC', ...options.env },
    timeout: options.timeout ?? 600_000,
    maxBuffer: 512 * 1024 * 1024,
    stripFinalNewline: false,
    reject: false,
  });
  // Of a tool that ignores the terminal's interrupt nothing may go on when we are gone: semodule finishes its transaction.
  const forget = atExit(() => child.kill('SIGKILL'));
  const result = await child.finally(forget);
  if (result.failed && result.code === 'ENOENT') {
    throw new ToolchainError(`\`${program}\` is not installed`, {
      command: result.command,
      hint: 'run `confine doctor`: it says which tools are missing and how to install them',
    });
  }
  const accepted = options.accept ?? [0];
  if (result.exitCode === undefined || !accepted.includes(result.exitCode)) {
    const ending = result.timedOut
      ? 'took too long and was stopped'
      : result.exitCode === undefined
        ? `was ended by ${result.signal ?? 'the system'}`
        : `failed with exit code ${result.exitCode}`;
    const output = `${result.stdout}${result.stderr}`;
    if (output.includes('No space left on device')) {
      throw new ToolchainError(`\`${nameOf(program)}\` could not write: the disk is full`, {
        command: result.command,
        output,
        hint: 'make room in the cache (`confine cache`) or in TMPDIR, or set XDG_CACHE_HOME to a directory on another disk',
      });
    }
    throw new ToolchainError(
      `\`${nameOf(program)}\` ${ending}${tail(result.stderr || result.stdout)}`,
      {
        command: result.command,
        output,
      },
    );
  }
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

function tail(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-12);
  return lines.join('') === '' ? '' : `:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
