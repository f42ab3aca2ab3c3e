import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest } from './cache.ts';
import type { RunOptions, RunResult } from './run.ts';

/** Something that has secilc: a distribution's tools, or the machine's own. */
export interface CilCompiler {
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/**
 * The directory of a binary policy, compiled from CIL texts by their file names: `policy`, the sources, and `beside` it whatever belongs
 * to it. Cached by content. Throws ToolchainError with the compiler's words.
 */
export async function compileCil(
  compiler: CilCompiler,
  sources: Readonly<Record<string, string>>,
  beside: Readonly<Record<string, string>> = {},
): Promise<string> {
  const files = Object.entries({ ...sources, ...beside });
  return cached(`cil/${digest(RECIPE, ...files.flat())}`, async (directory) => {
    for (const [name, text] of files) writeFileSync(join(directory, name), text);
    // As semodule compiles: unknown permissions as the source says, no neverallow checks, declarations more than once.
    await compiler.run('secilc', [
      ...['-M', 'true', '-c', '33', '-N', '-m', '-f', '/dev/null'],
      ...['-o', join(directory, 'policy')],
      ...Object.keys(sources).map((name) => join(directory, name)),
    ]);
  });
}

/** Changes when the way a policy is compiled changes. */
const RECIPE = 'cil-1';
