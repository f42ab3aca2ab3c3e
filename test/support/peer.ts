import {
  distribution,
  type RunOptions,
  type RunResult,
  type TargetId,
} from '../../src/toolchain/index.ts';

/**
 * Runs one of the field's own tools (`sesearch`, `seinfo`, `sedta`, `seinfoflow`, `sediff`, `secilc`, `checkpolicy` …) of a
 * Debian release; Debian 13's (setools 4.5, libsepol 3.8) read every policy that is built here.
 */
export async function peer(
  tool: string,
  args: readonly string[],
  options: RunOptions & { release?: TargetId } = {},
): Promise<RunResult> {
  const { release = 'debian-13', ...runOptions } = options;
  const dist = await distribution(release, { analysis: true });
  return dist.run(tool, args, runOptions);
}
