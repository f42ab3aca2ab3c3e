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

/** Runs a Python script of ours with that release's Python, setools and libraries: many questions to a peer in one process. */
export async function peerPython(
  script: string,
  input: string,
  release: TargetId = 'debian-13',
): Promise<string> {
  const { root, run } = await distribution(release, { analysis: true });
  const python = release === 'debian-13' ? 'python3.13' : 'python3.11';
  const { stdout } = await run(python, [script], {
    env: {
      PYTHONHOME: `${root}/usr`,
      PYTHONPATH: `${root}/usr/lib/python3/dist-packages`,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    input,
  });
  return stdout;
}
