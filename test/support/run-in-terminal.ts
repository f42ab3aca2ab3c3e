import { join } from 'node:path';
import { execa } from 'execa';

const program = join(import.meta.dirname, '../../src/cli/confine.ts');

/**
 * What the command line writes to a terminal of so many columns, a real one that `script` makes (its standard error is kept apart). The locale
 * is a UTF-8 one unless `env` says otherwise.
 */
export async function runInTerminal(
  argv: readonly string[],
  columns: number,
  { cwd, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<{ code: number; out: string }> {
  const words = [process.execPath, program, ...argv].map((word) => `'${word}'`).join(' ');
  const { exitCode, stdout } = await execa(
    'script',
    ['-qec', `stty cols ${columns} rows 50 && ${words} 2>/dev/null`, '/dev/null'],
    {
      env: { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', NO_COLOR: '1', ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
    },
  );
  return { code: exitCode ?? -1, out: stdout.replaceAll('\r\n', '\n') };
}
