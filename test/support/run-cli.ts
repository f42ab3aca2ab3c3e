import { main } from '../../src/cli/main.ts';
import { plain } from '../../src/text/index.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, as a pipe would see it. */
export async function runCli(
  argv: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CliResult> {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outStyle: plain,
    errStyle: plain,
    interactive: false,
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
  });
  return { code, out, err };
}
