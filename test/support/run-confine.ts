import { join } from 'node:path';
import { execa } from 'execa';
import type { CliResult } from './run-cli.ts';

/** Runs the command line as a process of its own, in a directory, with perhaps another environment. */
export async function runConfine(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(import.meta.dirname, '../../src/cli/confine.ts'), ...argv],
    { cwd, env, reject: false, stripFinalNewline: false },
  );
  return { code: exitCode ?? -1, out: stdout, err: stderr };
}
