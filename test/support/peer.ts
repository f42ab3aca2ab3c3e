import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cached,
  type Distribution,
  digest,
  distribution,
  type RunOptions,
  type RunResult,
  type TargetId,
} from '../../src/targets/index.ts';

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

/**
 * Runs a Python script of ours with Debian 13's Python, setools and libraries: many questions to a peer in one process. Where `about` names the
 * files that `input` is about, the answer is kept in the cache: setools takes up to a minute for a policy that it has answered for before.
 * What it is kept by is all that it can depend on: the script, the question, the files' content, and the packages of the peer.
 */
export async function peerPython(
  script: string,
  input: string,
  about?: readonly string[],
): Promise<string> {
  const dist = await distribution('debian-13', { analysis: true });
  if (about === undefined) return ask(dist, script, input);
  // A file stands for its content, wherever the cache is.
  const question = about.reduce(
    (text, file) => text.replaceAll(file, digest(readFileSync(file))),
    input,
  );
  const key = digest(
    'kept-1',
    readFileSync(script),
    question,
    ...about.map((file) => digest(readFileSync(file))),
    dist.packages.join('\n'),
  );
  const directory = await cached(`peers/${key}`, async (work) => {
    writeFileSync(join(work, 'answer'), await ask(dist, script, input));
  });
  return readFileSync(join(directory, 'answer'), 'utf8');
}

async function ask({ root, run }: Distribution, script: string, input: string): Promise<string> {
  const { stdout } = await run('python3.13', [script], {
    env: {
      PYTHONHOME: `${root}/usr`,
      PYTHONPATH: `${root}/usr/lib/python3/dist-packages`,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    input,
  });
  return stdout;
}
